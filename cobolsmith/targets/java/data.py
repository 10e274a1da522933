"""Records and files in Java: a class a group, a line a field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cobolsmith.lowered import (
    AllOf,
    Field,
    Figurative,
    File,
    Kept,
    Named88,
    Number,
    Record,
    Ref,
    RefusedError,
    Shared,
    Text,
)
from cobolsmith.targets.java.expressions import Speech
from cobolsmith.targets.java.native_fields import condition_lines, item_lines
from cobolsmith.targets.java.words import quoted
from cobolsmith.targets.natives import is_plain

Line = tuple[int, str]
_TYPES = {
    "zoned": "Zoned",
    "packed": "Packed",
    "binary": "Binary",
    "index": "Binary",
    "floating": "Floating",
    "string": "Text",
    "edited": "EditedNumber",
    "edited_text": "EditedText",
    "group": "Group",
}
_NUMERIC = ("zoned", "packed", "binary", "floating")
_FILES = {
    "SEQUENTIAL": "SequentialFile",
    "RELATIVE": "RelativeFile",
    "INDEXED": "IndexedFile",
    "LINE SEQUENTIAL": "LineSequentialFile",
    "SORT": "SortFile",
}


def field_text(speech: Speech, one: Field, valued: bool) -> str:
    """The making of a field, as calls on its record."""
    form = one.form
    if form in ("zoned", "packed"):
        text = f"{form}({one.offset}, {one.digits}, {one.scale})"
    elif form in ("binary", "index"):
        text = f"binary({one.offset}, {one.size}, {one.digits or 9}, {one.scale})"
    elif form == "edited":
        given = f"{quoted(one.picture)}, {one.digits}, {one.scale}"
        text = f"edited({one.offset}, {one.size}, {given})"
    elif form == "edited_text":
        text = f"editedText({one.offset}, {one.size}, {quoted(one.picture)})"
    else:
        text = f"{form}({one.offset}, {one.size})"
    return text + "".join(f".{call}" for call in _calls(speech, one, valued))


def _calls(speech: Speech, one: Field, valued: bool) -> Iterator[str]:
    index = one.form == "index"
    if index or (one.signed and one.form in ("zoned", "packed", "binary")):
        yield "signed()"
    if one.form == "zoned" and one.leading:
        yield "leading()"
    if one.form == "zoned" and one.separate:
        yield "separate()"
    if index or one.native:
        yield "nativeOrder()"
    if index or (one.form == "binary" and not one.cut):
        yield "uncut()"
    if one.narrow:
        yield "narrow()"
    if one.form == "packed" and not one.nibble:
        yield "withoutSign()"
    if one.justified and one.form == "string":
        yield "justified()"
    if one.blank_when_zero and one.form == "edited":
        yield "blankWhenZero()"
    if one.times:
        yield f"times({', '.join(f'{step}, {count}' for step, count in one.times)})"
    if valued and not isinstance(one.value, Kept):
        if isinstance(one.value, Number | Text | Figurative | AllOf):
            yield f"value({speech.source(one.value)})"
        elif index or one.form in _NUMERIC:
            yield "value(0)"
        elif one.form in ("edited", "edited_text"):
            yield "initial()"


def record_class(speech: Speech, record: Record, said: str | None) -> Iterator[Line]:
    """The class of a group; `said` is the code that uses it, None for one that others share."""
    whole, name = record.whole, speech.names.classes[record.whole.word]
    own = [one for one in record.fields if (whole.word, one.word) in speech.program.natives]
    if whole.times and record.over:
        raise RefusedError(f"can't translate {whole.name}, a table over {record.over}, to Java")
    yield 1, f"/** {whole.name or 'FILLER'}. */"
    head = f"{'private static' if said is not None else 'public'} final class {name}"
    public = "" if said is not None else "public "
    if is_plain(speech.program, record):
        yield 1, f"{head} {{"
        for one in own:
            yield from item_lines(speech, record, one, 2, public)
    else:
        yield 1, f"{head} extends CobolRecord {{"
        yield from _bytes_class(speech, record, own, public)
    for one in own:
        yield from condition_lines(speech, record, one, said, 2, public)
    yield 1, "}"


def _bytes_class(speech: Speech, record: Record, own: list[Field], public: str) -> Iterator[Line]:
    whole = record.whole
    for one in own:
        yield from item_lines(speech, record, one, 2, public)
    fillers: list[str] = []
    for one in record.fields:
        if one in own:
            continue
        text = field_text(speech, one, record.begins)
        if one.word:
            inside = speech.names.fields[whole.word, one.word]
            yield 2, f"{public}final {_TYPES[one.form]} {inside} = {text};"
            yield from conditions(speech, record, one, inside, public)
        elif ".value(" in text or ".initial(" in text:
            fillers.append(text)
    yield from conditions(speech, record, whole, "this", public)
    if record.shared is None:
        yield from _constructor(speech, record, fillers, bool(record.over))
    else:
        yield from _constructors(speech, record, record.shared, fillers)


def _constructor(
    speech: Speech, record: Record, fillers: Sequence[str], over: bool, public: str = ""
) -> Iterator[Line]:
    whole = record.whole
    table = "".join(f", {step}, {count}" for step, count in whole.times)
    name = speech.names.classes[whole.word]
    yield 0, ""
    yield 2, f"{public}{name}({'Field<?> over' if over else ''}) {{"
    yield 3, f"super({whole.size}{', over' if over else table});"
    if not record.begins and not over:
        yield 3, "cleared();"
    if isinstance(whole.value, Number | Text | Figurative | AllOf):
        yield 3, f"value({speech.source(whole.value)});"
    for filler in fillers:
        yield 3, f"{filler};"
    yield 2, "}"


def _constructors(
    speech: Speech, record: Record, shared: Shared, fillers: Sequence[str]
) -> Iterator[Line]:
    """Those of a class that others share: with its values, without them, over other bytes."""
    name = speech.names.classes[record.whole.word]
    said = "with its values" if record.begins else "without values"
    yield from ((0, ""), (2, f"/** A record {said}. */"))
    lines = list(_constructor(speech, record, fillers, over=False, public="public "))
    yield from lines[1:]
    if shared.over:
        yield from ((0, ""), (2, "/** A record over another field's bytes. */"))
        yield from list(_constructor(speech, record, (), over=True, public="public "))[1:]
    if len(shared.begins) > 1:
        yield from ((0, ""), (2, "/** A record with its values, or without. */"))
        yield 2, f"public {name}(boolean begins) {{"
        yield 3, "this();"
        yield from ((3, "if (!begins) {"), (4, "cleared();"), (3, "}"), (2, "}"))


def conditions(
    speech: Speech, record: Record, one: Field, holder: str, public: str = ""
) -> Iterator[Line]:
    """The condition-names of a field."""
    word = one.word if one is not record.whole else ""
    for named in one.conditions:
        own = speech.names.conditions[record.whole.word, word, named.word]
        yield 2, f"{public}final Condition {own} = {condition_text(speech, holder, named)};"


def condition_text(speech: Speech, holder: str, named: Named88) -> str:
    """The making of a condition-name."""
    given = []
    for value in named.values:
        if isinstance(value, tuple):
            given.append(f"range({', '.join(speech.source(one) for one in value)})")
        else:
            given.append(speech.source(value))
    false = f".otherwise({speech.source(named.false)})" if named.false is not None else ""
    return f"{holder}.condition({', '.join(given)}){false}"


def record_lines(speech: Speech, record: Record) -> Iterator[Line]:
    """A record as a field of its program."""
    whole = record.whole
    name = speech.names.records[whole.word]
    final = "" if record.kind == "local" else "final "
    over = speech.names.records[record.over] if record.over else ""
    if (whole.word, "") in speech.program.natives:
        yield from item_lines(speech, record, whole, 1)
        return
    if record.is_group:
        kind = speech.names.classes[whole.word]
        mixed = record.shared and len(record.shared.begins) > 1
        given = "false" if mixed and not record.begins else over
        yield 1, f"private {final}{kind} {name} = new {kind}({given});"
        return
    size = whole.size * (whole.times[0][1] if whole.times else 1)
    shared = f", {over}" if over else ""
    cleared = ".cleared()" if not record.begins and not over else ""
    made = f"new CobolRecord({size}{shared}){cleared}.{field_text(speech, whole, record.begins)}"
    yield 1, f"private {final}{_TYPES[whole.form]} {name} = {made};"
    for named in whole.conditions:
        own = speech.names.conditions[whole.word, "", named.word]
        yield 1, f"private {final}Condition {own} = {condition_text(speech, name, named)};"


def counted_lines(speech: Speech, record: Record) -> Iterator[Line]:
    """What makes the length of groups follow their OCCURS DEPENDING ON."""
    for one in (record.whole, *record.fields):
        if one.counted is None:
            continue
        fixed, counter, step = one.counted
        word = one.word if one is not record.whole else ""
        place = speech.path(Ref(record.whole.word, word, "group"))
        length = f"{fixed} + {step} * {speech.integer(counter)}"
        itself = ".countsItself()" if _holds(record, one, counter) else ""
        yield 2, f"{place}.counted(() -> {length}){itself};"
    for one in record.fields:
        if one.depending is not None and one.word:
            field = speech.path(Ref(record.whole.word, one.word, one.form))
            yield 2, f"{field}.occurs(() -> {speech.integer(one.depending)});"


def _holds(record: Record, group: Field, inner: Ref) -> bool:
    if inner.record != record.whole.word:
        return False
    found = next(one for one in record.fields if one.word == inner.word)
    return group.offset <= found.offset < group.offset + group.size


def file_lines(speech: Speech, file: File) -> Iterator[Line]:
    """A file as a field of its program."""
    if file.organization not in _FILES:
        raise RefusedError(f"can't translate {file.word}, which is {file.organization}, to Java")
    kind = "PagedFile" if file.linage else _FILES[file.organization]
    record = speech.names.records[file.records[0]]
    given = [record, str(file.shortest), str(file.longest)]
    if file.organization == "SORT":
        made = f"new {kind}({', '.join(given)})"
    else:
        assign = quoted(file.assign) if isinstance(file.assign, str) else speech.path(file.assign)
        status = speech.path(file.status) if file.status is not None else "null"
        depending = speech.path(file.depending) if file.depending is not None else "null"
        flags = f"{str(file.variable).lower()}, {str(file.optional).lower()}"
        if file.organization in ("RELATIVE", "INDEXED"):
            key = speech.path(file.key) if file.key is not None else "null"
            given += [quoted(file.access), key]
        made = f"new {kind}({', '.join([assign, *given])})"
        for alternate, many in file.alternates:
            made += f".alternate({speech.path(alternate)}, {str(many).lower()})"
        if (flags, status, depending) != ("false, false", "null", "null"):
            made += f".with({flags}, {status}, {depending})"
    if file.linage:
        page = (speech.argument(one) if one is not None else "0" for one in file.linage)
        made += f".page({', '.join(page)})"
    if file.external:
        made = f"unit().file({quoted(file.word)}, {made})"
    yield 1, f"private final {file_kind(file)} {speech.names.files[file.word]} = file({made});"


def file_kind(file: File) -> str:
    """The class by which a file is known to its program."""
    kind = "PagedFile" if file.linage else _FILES[file.organization]
    return "SequentialFile" if kind == "LineSequentialFile" else kind
