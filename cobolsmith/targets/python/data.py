"""Records and files in Python: a class a group, a line a field."""

from __future__ import annotations

from collections.abc import Iterator

from cobolsmith.lowered import (
    AllOf,
    Expression,
    Field,
    Figurative,
    File,
    Kept,
    Named88,
    Number,
    Record,
    Ref,
    Text,
)
from cobolsmith.targets.natives import is_plain
from cobolsmith.targets.python.expressions import Speech, quoted

Line = tuple[int, str]
_METHODS = {
    "zoned": "zoned",
    "packed": "packed",
    "binary": "binary",
    "index": "binary",
    "floating": "floating",
    "string": "string",
    "edited": "edited",
    "edited_text": "edited_text",
    "group": "group",
}
_FILES = {
    "SEQUENTIAL": "SequentialFile",
    "LINE SEQUENTIAL": "LineSequentialFile",
    "RELATIVE": "RelativeFile",
    "INDEXED": "IndexedFile",
    "SORT": "SortFile",
}


def field_text(speech: Speech, one: Field, begins: bool) -> str:
    """The making of a field, as a method of its record, which `begins` with values or not."""
    given: list[str] = [str(one.offset)]
    if one.form in ("binary", "index"):
        digits = one.digits or 9
        given += [str(one.size), str(digits)]
    elif one.form in ("zoned", "packed"):
        given.append(str(one.digits))
    else:
        given.append(str(one.size))
    if one.form in ("edited", "edited_text"):
        given.append(quoted(one.picture))
    if one.form == "edited":
        given.append(str(one.digits))
    if one.scale and one.form != "floating":
        given.append(str(one.scale))
    given += _flags(speech, one, begins)
    return f"{_METHODS[one.form]}({', '.join(given)})"


def _flags(speech: Speech, one: Field, begins: bool) -> list[str]:
    index = one.form == "index"
    numeric = one.form in ("zoned", "packed", "binary")
    flags = {
        "signed": index or (one.signed and numeric),
        "leading": one.leading and one.form == "zoned",
        "separate": one.separate and one.form == "zoned",
        "native": index or one.native,
        "justified": one.justified,
        "blank_when_zero": one.blank_when_zero and one.form == "edited",
    }
    given = [f"{name}=True" for name, on in flags.items() if on]
    if index or (one.form == "binary" and not one.cut):
        given.append("cut=False")
    if one.narrow:
        given.append("narrow=True")
    if one.form == "packed" and not one.nibble:
        given.append("unsigned_nibble=False")
    if one.times:
        given.append(f"times={one.times}")
    value = value_text(speech, one, begins)
    return [*given, f"value={value}"] if value else given


def value_text(speech: Speech, one: Field, begins: bool) -> str:
    """An initial value, "" for the usual one."""
    if isinstance(one.value, Kept):
        return "" if one.form == "group" or not begins else speech.need("KEPT")
    if one.value is None:
        return ""
    if isinstance(one.value, Number | Text | Figurative | AllOf):
        if (
            isinstance(one.value, Figurative)
            and one.value.name == "ZEROS"
            and one.form
            in (
                "zoned",
                "packed",
                "binary",
            )
        ):
            return ""
        return speech.source(one.value)
    raise AssertionError(one.value)


def native_text(speech: Speech, one: Field) -> str:
    """The making of an item that nothing sees as bytes."""
    given: list[str] = []
    if one.form == "string":
        given.append(str(one.size))
    elif one.form != "index":
        given += [str(one.digits), *([str(one.scale)] if one.scale else [])]
        given += ["signed=True"] if one.signed else []
    if isinstance(one.value, Number) and one.value.number and one.form != "index":
        given.append(f"value={speech.number(one.value.number)}")
    elif one.form == "string" and one.value not in (None, Figurative("SPACES")):
        given.append(f"value={speech.text(one.value, one.size)}")
    kind = {"string": "Chars", "index": "Index"}.get(one.form, "Amount" if one.scale else "Whole")
    return f"{speech.need(kind)}({', '.join(given)})"


def native_lines(speech: Speech, record: Record, one: Field) -> Iterator[Line]:
    """A native item and its condition-names as lines of a class."""
    word = one.word if one is not record.whole else ""
    names, home = speech.names, record.whole.word
    name = names.fields[home, word] if word else names.records[home]
    yield 1, f"{name} = {native_text(speech, one)}"
    for named in one.conditions:
        yield (
            1,
            f"{names.conditions[home, word, named.word]} = "
            + condition_text(speech, name, named, one),
        )


def record_class(speech: Speech, record: Record) -> Iterator[Line]:
    """The class of a group: native items first, then those that look into its bytes."""
    natives = speech.program.natives
    own = [one for one in record.fields if (record.whole.word, one.word) in natives]
    if is_plain(speech.program, record):
        yield 0, f"class {speech.names.classes[record.whole.word]}:"
        yield 1, f'"""{record.whole.name or "FILLER"}."""'
        yield 0, ""
        for one in own:
            yield from native_lines(speech, record, one)
        return
    yield from _bytes_class(speech, record, own)


def _bytes_class(speech: Speech, record: Record, own: list[Field]) -> Iterator[Line]:
    kind = speech.need("Record" if record.begins else "Area")
    whole = record.whole
    given = [str(whole.size)]
    yield 0, f"class {speech.names.classes[whole.word]}({kind}):"
    yield 1, f'"""{whole.name or "FILLER"}."""'
    yield 0, ""
    for one in own:
        yield from native_lines(speech, record, one)
    yield from [(0, "")] if own else []
    parameters = ["self"]
    if record.over:
        parameters.append(f"over: {speech.need('Field')}")
        given.append("over=over")
    elif record.shared and record.shared.over:
        parameters.append(f"over: {speech.need('Field')} | None = None")
        given.append("over=over")
    elif record.shared and len(record.shared.begins) > 1:
        parameters += ["*", "begins: bool = True"]
        given.append("begins=begins")
    yield 1, f"def __init__({', '.join(parameters)}) -> None:"
    if whole.times:
        given.append(f"times={whole.times}")
    if isinstance(whole.value, Number | Text | Figurative | AllOf):
        given.append(f"value={speech.source(whole.value)}")
    yield 2, f"super().__init__({', '.join(given)})"
    yield from _conditions(speech, record, whole, "")
    for one in record.fields:
        if one not in own:
            yield from _field(speech, record, one)


def _field(speech: Speech, record: Record, one: Field) -> Iterator[Line]:
    text = f"self.{field_text(speech, one, record.begins)}"
    if one.word:
        name = speech.names.fields[record.whole.word, one.word]
        yield 2, f"self.{name} = {text}"
        yield from _conditions(speech, record, one, name)
    elif not isinstance(one.value, Kept) and (one.form != "group" or one.value is not None):
        yield 2, text


def _conditions(speech: Speech, record: Record, one: Field, name: str) -> Iterator[Line]:
    word = one.word if name else ""
    holder = f"self.{name}" if name else "self"
    for named in one.conditions:
        own = speech.names.conditions[record.whole.word, word, named.word]
        yield 2, f"self.{own} = {condition_text(speech, holder, named)}"


def condition_text(speech: Speech, holder: str, named: Named88, native: Field | None = None) -> str:
    """The making of a condition-name, of a native item or of one in bytes."""

    def said(one: Expression) -> str:
        if native is None:
            return speech.source(one)
        text = speech.constant(one, native)
        if not native.scale or text.startswith("Decimal"):
            return text
        speech.standard.add("Decimal")
        return f"Decimal({text})"

    given = []
    for value in named.values:
        if isinstance(value, tuple):
            given.append(f"({', '.join(said(one) for one in value)})")
        else:
            given.append(said(value))
    if named.false is not None:
        given.append(f"false={said(named.false)}")
    return f"{holder}.condition({', '.join(given)})"


def record_lines(speech: Speech, record: Record) -> Iterator[Line]:
    """The making of a record in its program."""
    whole = record.whole
    name = speech.names.records[whole.word]
    over = f"self.{speech.names.records[record.over]}" if record.over else ""
    if record.is_group:
        mixed = record.shared and len(record.shared.begins) > 1
        given = "begins=False" if mixed and not record.begins else over
        yield 2, f"self.{name} = {speech.names.classes[whole.word]}({given})"
        return
    kind = speech.need("Record" if record.begins else "Area")
    shared = f", over={over}" if over else ""
    size = whole.size * (whole.times[0][1] if whole.times else 1)
    made = field_text(speech, whole, record.begins)
    yield 2, f"self.{name} = {kind}({size}{shared}).{made}"
    for named in whole.conditions:
        own = speech.names.conditions[whole.word, "", named.word]
        yield 2, f"self.{own} = {condition_text(speech, f'self.{name}', named)}"


def counted_lines(speech: Speech, record: Record) -> Iterator[Line]:
    """What makes the length of groups follow their OCCURS DEPENDING ON."""
    for one in (record.whole, *record.fields):
        if one.counted is None:
            continue
        fixed, counter, step = one.counted
        word = one.word if one is not record.whole else ""
        place = speech.path(Ref(record.whole.word, word, "group"))
        length = f"{fixed} + {step} * int({speech.path(counter)})"
        yield 2, f"{place}.counted = lambda: {length}"
        if counter.record == record.whole.word and holds(record, one, counter):
            yield 2, f"{place}.counts_itself = True"
    depending = [one for one in record.fields if one.depending is not None and one.word]
    for ref in dict.fromkeys(one.depending for one in depending):
        assert ref is not None
        fields = ", ".join(
            speech.path(Ref(record.whole.word, one.word, one.form))
            for one in depending
            if one.depending == ref
        )
        yield 2, f"{speech.need('occurs')}(lambda: int({speech.path(ref)}), {fields})"


def holds(record: Record, group: Field, inner: Ref) -> bool:
    """Whether a group of a record holds another field of it."""
    found = next(one for one in record.fields if one.word == inner.word)
    return group.offset <= found.offset < group.offset + group.size


def file_lines(speech: Speech, file: File) -> Iterator[Line]:
    """The making of a file in its program."""
    kind = speech.need("PagedFile" if file.linage else _FILES[file.organization])
    records = ", ".join(f"self.{speech.names.records[word]}" for word in file.records)
    given = [f"({records},)"]
    if file.organization != "SORT":
        assign = quoted(file.assign) if isinstance(file.assign, str) else speech.path(file.assign)
        given = [assign, *given]
    given += [str(file.shortest), str(file.longest)]
    if file.variable:
        given.append("variable=True")
    if file.optional:
        given.append("optional=True")
    if file.status is not None:
        given.append(f"status={speech.path(file.status)}")
    if file.depending is not None:
        given.append(f"depending={speech.path(file.depending)}")
    if file.linage:
        page = (speech.argument(one) if one is not None else "0" for one in file.linage)
        given.append(f"page=({', '.join(page)})")
    if file.organization in ("RELATIVE", "INDEXED"):
        if file.access != "SEQUENTIAL":
            given.append(f'access="{file.access}"')
        if file.key is not None:
            given.append(f"key={speech.path(file.key)}")
        if file.alternates:
            keys = (f"({speech.path(key)}, {many})" for key, many in file.alternates)
            given.append(f"alternates=({', '.join(keys)},)")
    made = f"{kind}({', '.join(given)})"
    if file.external:
        area = f"unit.external({quoted(f'{file.word} RECORD')}, {file.longest})"
        yield 2, f"self.{speech.names.records[file.records[0]]}.storage.bind({area}, 0)"
        made = f"unit.file({quoted(file.word)}, {made})"
    yield 2, f"self.{speech.names.files[file.word]} = {made}"
