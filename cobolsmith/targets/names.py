"""Names of a program's things in a target: one for each, none of them taken twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cobolsmith.lowered import DATABASE, DEBUGGING, Lowered, Ref
from cobolsmith.lowered.sharing import shared_by

Style = Callable[[str], str]


@dataclass(slots=True)
class Taken:
    """Names in use in one scope."""

    words: set[str] = field(default_factory=set)

    def unused(self, word: str) -> str:
        """The word, with a number behind it where it is taken."""
        found, number = word, 2
        while found in self.words:
            found, number = f"{word}_{number}", number + 1
        self.words.add(found)
        return found


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one program: attributes of the program, and of its records by word."""

    records: dict[str, str]
    fields: dict[tuple[str, str], str]
    conditions: dict[tuple[str, str, str], str]
    files: dict[str, str]
    paragraphs: dict[int, str]
    classes: dict[str, str]

    def field_of(self, ref: Ref) -> tuple[str, str]:
        """The record's name, and the field's or condition's in it ("" for the record itself)."""
        word, _, condition = ref.word.partition("\0")
        record = self.records[ref.record]
        if condition:
            return record, self.conditions[ref.record, word, condition]
        return record, self.fields[ref.record, word] if word else ""


def names_of(
    program: Lowered, small: Style, large: Style, kept: Iterable[str], in_record: Iterable[str]
) -> Names:
    """Deal names: `small` styles attributes and methods, `large` classes; `kept` are those that
    the runtime's program has, `in_record` those that its record has."""
    shared = {large(word) for word in shared_by((program,))}
    scope, classes = Taken(set(kept)), Taken({large(program.name), *shared})
    names = Names({}, {}, {}, {}, {}, {})
    for paragraph in program.paragraphs:
        names.paragraphs[paragraph.index] = scope.unused(small(paragraph.word))
    for record in program.records:
        word = record.whole.word
        names.records[word] = scope.unused(small(word))
        if not record.is_group:
            for named in record.whole.conditions:
                key = (word, "", named.word)
                names.conditions[key] = scope.unused(small(named.word))
            continue
        like = record.shared.record if record.shared else record
        kind = large(like.whole.word)
        names.classes[word] = kind if record.shared else classes.unused(kind)
        inside = Taken(set(in_record))
        for one, said in zip(record.fields, like.fields, strict=True):
            if one.word:
                names.fields[word, one.word] = inside.unused(small(said.word))
        pairs = zip((record.whole, *record.fields), (like.whole, *like.fields), strict=True)
        for one, said in pairs:
            own = one.word if one is not record.whole else ""
            for named, spelt in zip(one.conditions, said.conditions, strict=True):
                names.conditions[word, own, named.word] = inside.unused(small(spelt.word))
    for file in program.files:
        names.files[file.word] = scope.unused(small(file.word))
    if program.database is not None:
        names.files[DATABASE] = scope.unused("sql")
    if program.debugging is not None:
        names.files[DEBUGGING] = "debugging"
    for report in program.reports:
        names.files[report.word] = scope.unused(small(report.word))
        for routine in report.routines:
            names.paragraphs[routine.index] = scope.unused(small(routine.word))
    return names
