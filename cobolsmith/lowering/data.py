"""Records and fields of a program, with their places, forms and initial values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from cobolsmith.languages.cobol.reading import Reading, every
from cobolsmith.lowered import (
    AllOf,
    Copybook,
    Field,
    Figurative,
    Form,
    Initial,
    Kept,
    Named88,
    Number,
    Record,
    Ref,
    RefusedError,
    Text,
)
from cobolsmith.lowering.context import Places, place
from cobolsmith.lowering.literals import literal
from cobolsmith.program import DataItem, Program

FORMS: dict[str, Form] = {
    "numeric": "zoned",
    "numeric-edited": "edited",
    "alphabetic": "string",
    "alphanumeric": "string",
    "alphanumeric-edited": "edited_text",
}
_BINARY = ("BINARY", "COMP-5", "COMP-X", "COMP-N")
_SIZES = {"BINARY-CHAR": 3, "BINARY-SHORT": 5, "BINARY-LONG": 10, "BINARY-DOUBLE": 20}
_NATIVE_BYTES = {1: 3, 2: 5, 3: 10, 4: 10, 5: 20, 6: 20, 7: 20, 8: 20}
"""PIC X of so many bytes with COMP-5: the digits that DISPLAY shows; else as many as are sure."""
_SAME = re.compile(r"SAME\s+RECORD(?:\s+AREA)?(?:\s+FOR)?((?:[\s,]+(?!SAME\b)[\w-]+)+)")
_NOT_STORED = (66, 78, 88)


def form_of(item: DataItem) -> Form | None:
    """The form of an item; None where this isn't known."""
    if item.is_group or item.level == 66:
        return "group"
    if item.usage == "INDEX" or item.level == 0:
        return "index"
    if item.usage in ("COMP-1", "COMP-2"):
        return "floating"
    if item.usage in _SIZES:
        return "binary"
    picture = item.picture
    if picture is None:
        return None
    if item.usage in _BINARY:
        bytes_alone = item.usage != "BINARY" and picture.category == "alphanumeric"
        small = bytes_alone and picture.size <= max(_NATIVE_BYTES)
        return "binary" if picture.category == "numeric" or small else None
    if item.usage in ("COMP-3", "COMP-6"):
        scaled = "P" in picture.text.upper()  # cobc 3.1.2 takes its digits for others
        return None if scaled else "packed"
    if item.usage != "DISPLAY":
        return None
    blank = item.blank_when_zero and picture.category == "numeric"
    return "edited" if blank else FORMS.get(picture.category)


def meant(program: Program, item: DataItem) -> DataItem:
    """The item itself; for the RENAMES of a single item, that."""
    if item.level == 66 and item.renames is not None and item.renames[0] == item.renames[1]:
        return program.items[item.renames[0]]
    return item


def places_of(program: Program) -> Places:
    """Where each item is found by its words."""
    found: dict[int, tuple[str, str, Form]] = {}
    taken: set[str] = set()
    inside: dict[int, set[str]] = {}
    for item in program.items:
        form = form_of(meant(program, item))
        if form is None or item.level in (78, 88) or item.section in ("SCREEN", "REPORT"):
            continue
        if item.parent is None and item.level != 66:
            found[item.index] = (_unused(item.name or "FILLER", taken), "", form)
            continue
        record = program.record(item.index)
        words = inside.setdefault(record.index, set())
        holder = program.items[item.parent].name if item.parent is not None else ""
        word = _unused(item.name, words, holder) if item.name else ""
        if record.index in found:
            found[item.index] = (found[record.index][0], word, form)
    return found


def _unused(name: str, taken: set[str], holder: str = "") -> str:
    """A name that isn't taken yet, with that of its holder or a number where it is."""
    word = name
    if word in taken and holder:
        word = f"{name}-OF-{holder}"
    number = 2
    base = word
    while word in taken:
        word, number = f"{base}-{number}", number + 1
    taken.add(word)
    return word


def records_of(program: Program, reading: Reading, places: Places) -> tuple[Record, ...]:
    """All records, in order. Raises RefusedError for items of a form that isn't known."""
    records = []
    for item in program.items:
        if item.parent is not None or item.level in _NOT_STORED:
            continue
        if item.section == "REPORT":
            continue
        if item.section == "SCREEN":
            _refuse(program, item, "the SCREEN SECTION")
        records.append(_record(program, reading, places, item))
    return tuple(records)


def _refuse(program: Program, item: DataItem, what: str) -> None:
    source = program.source
    view = source.view if item.origin.path == source.path else item.origin.path.read_bytes()
    raise RefusedError(
        f"can't translate {what}",
        where=place(item.origin, view),
        remedy="rewrite it, or leave this program in COBOL",
    )


def _record(program: Program, reading: Reading, places: Places, item: DataItem) -> Record:
    kind: dict[str, str] = {"LINKAGE": "linkage", "LOCAL-STORAGE": "local", "FILE": "file"}
    over = ""
    if item.redefines is not None:
        over = places[item.redefines][0]
    elif item.section == "FILE":
        area = program.area(item.index)
        shared = shared_areas(program, reading).get(area, area)
        over = places[shared][0] if shared != item.index else ""
    kept = over != "" or item.section == "LINKAGE" or item.external
    renamed = [
        one
        for one in program.items
        if one.level == 66 and one.parent is not None and program.record(one.index) is item
    ]
    inner = [one for one in program.below(item.index) if one.level not in _NOT_STORED]
    fields = tuple(
        field_of(program, reading, places, one, kept or _is_over(program, one))
        for one in dict.fromkeys((*inner, *renamed))
        if one.level != 0
    )
    which = "external" if item.external else kind.get(item.section, "own")
    whole = field_of(program, reading, places, item, kept)
    return Record(whole, fields, which, over, _copybook(program, item))  # type: ignore[arg-type]


def _copybook(program: Program, item: DataItem) -> Copybook | None:
    """The copybook that all items of a record come from."""
    paths = {one.origin.path for one in program.below(item.index)}
    path = next(iter(paths), program.source.path)
    whole = item.origin.path == path
    if len(paths) != 1 or path == program.source.path:
        return None
    return (
        Copybook(path.stem.upper(), whole)
        if whole or item.origin.path == program.source.path
        else None
    )


def shared_areas(program: Program, reading: Reading) -> dict[int, int]:
    """SAME RECORD AREA: the first record of each such file, and that whose bytes it shares."""
    first = {file.name: file.records[0] for file in program.files if file.records}
    found: dict[int, int] = {}
    for paragraph in every(reading.tree.root, "i_o_control_paragraph"):
        for names in _SAME.findall(reading.word(paragraph)):
            rows = sorted(first[one] for one in names.replace(",", " ").split() if one in first)
            found |= dict.fromkeys(rows[1:], rows[0])
    return found


def _is_over(program: Program, item: DataItem) -> bool:
    """Whether an item lies over another, or in a group that does or has a value itself."""
    if item.redefines is not None or item.level == 66:
        return True
    return any(
        one.redefines is not None or bool(one.values) for one in program.ancestors(item.index)
    )


def field_of(
    program: Program, reading: Reading, places: Places, item: DataItem, kept: bool
) -> Field:
    """A field where its record has it; `kept` if its bytes have no initial value of its own."""
    if item.index not in places:
        usage = item.usage if item.usage != "DISPLAY" else "PICTURE"
        text = f" {item.picture.text}" if item.picture else ""
        _refuse(program, item, f"{item.name or 'FILLER'}, {usage}{text}")
    record, word, form = places[item.index]
    like = meant(program, item)
    picture = like.picture
    digits = picture.size if picture and form in ("zoned", "packed") else 0
    digits = picture.digits if picture and not digits else digits
    if form == "binary" and picture and picture.category == "alphanumeric":
        sure = len(str(256**picture.size)) - 1
        digits = _NATIVE_BYTES[picture.size] if like.usage == "COMP-5" else min(sure, 18)
    return Field(
        word=record if item.parent is None else word,
        name=item.name,
        form=form,
        offset=item.offset,
        size=item.length,
        digits=_SIZES.get(like.usage, digits),
        scale=picture.scale if picture else 0,
        signed=is_signed(like),
        leading=bool(like.sign and like.sign.leading),
        separate=bool(like.sign and like.sign.separate and picture and picture.signed),
        native=like.usage in ("COMP-5", "COMP-N") or like.usage in _SIZES,
        cut=like.usage == "BINARY",
        narrow=like.usage in ("COMP-X", "COMP-N"),
        nibble=like.usage != "COMP-6",
        picture=picture.text if picture and form in ("edited", "edited_text") else "",
        blank_when_zero=like.blank_when_zero,
        justified=like.justified,
        times=tuple((one.length, one.times) for one in program.subscripts(item)),
        value=Kept() if kept else _initial(program, reading, item, form),
        counted=_counted(program, places, item),
        depending=_depending(program, places, item),
        conditions=tuple(_conditions(program, reading, item, form)),
        said=item.name,
    )


def is_signed(item: DataItem) -> bool:
    """Whether a numeric item can be negative."""
    if item.usage in _SIZES:
        return item.picture is None and not item.unsigned
    return bool(item.picture and item.picture.signed)


def _initial(program: Program, reading: Reading, item: DataItem, form: Form) -> Initial:
    if item.level == 0:
        return Number(Decimal(1))
    if not item.values:
        return None
    if len(item.values) > 1 or not isinstance(item.values[0], str):
        _refuse(program, item, "a VALUE of several literals")
    return _constant(program, reading, item, str(item.values[0]))


def _constant(program: Program, reading: Reading, item: DataItem, text: str) -> Initial:
    value = literal(text, comma=reading.decimal_comma)
    named = constant_named(program, reading, text) if value is None else value
    if isinstance(named, Text | Number | Figurative | AllOf):
        value = named
    if value is None and "&" in text:
        parts = [_constant(program, reading, item, part) for part in text.split("&")]
        value = Text("".join(part.text for part in parts if isinstance(part, Text)))
    if value is None:
        _refuse(program, item, f"the literal {text}")
    return value


def constant_named(program: Program, reading: Reading, name: str) -> Initial:
    """The literal that a level 78 stands for."""
    for index in program.names.get(name.upper(), ()):
        item = program.items[index]
        if item.level == 78 and item.values and isinstance(item.values[0], str):
            return literal(item.values[0], comma=reading.decimal_comma)
    return None


def _conditions(
    program: Program, reading: Reading, item: DataItem, form: Form
) -> Iterator[Named88]:
    for index in item.conditions:
        named = program.items[index]
        values: list[object] = []
        for one in named.values:
            ends = one if isinstance(one, tuple) else (one,)
            read = tuple(_constant(program, reading, named, end) for end in ends)
            values.append(read if len(read) == 2 else read[0])
        false = None
        if named.false_value is not None:
            false = _constant(program, reading, named, named.false_value)
        yield Named88(named.name, tuple(values), false)  # type: ignore[arg-type]


def _depending(program: Program, places: Places, item: DataItem) -> Ref | None:
    """What counts the occurrences of the outermost table that an item is in."""
    occurs = next((one.occurs for one in program.subscripts(item)), None)
    if occurs is None or occurs.depending is None:
        return None
    _, counter = program.find(occurs.depending.name, occurs.depending.qualifiers)
    return Ref(*places[counter.index]) if isinstance(counter, DataItem) else None


def _counted(program: Program, places: Places, item: DataItem) -> tuple[int, Ref, int] | None:
    """How a group's length follows an OCCURS DEPENDING ON at its end."""
    tables = [one for one in program.below(item.index) if one.occurs and one.occurs.depending]
    if not tables or item.level == 66:
        return None
    table = tables[0]
    assert table.occurs is not None and table.occurs.depending is not None
    reference = table.occurs.depending
    owner, counter = program.find(reference.name, reference.qualifiers)
    end = item.offset + item.length
    last = table.offset + table.length * table.times
    if len(tables) > 1 or last != end or not isinstance(counter, DataItem) or owner is not program:
        _refuse(program, table, "OCCURS DEPENDING ON that isn't at the end of its record")
    assert isinstance(counter, DataItem)
    record, word, form = places[counter.index]
    return table.offset - item.offset, Ref(record, word, form), table.length
