"""Orders as statements: what is shown, moved, added, computed or written, in a program's names.

Items are named as the program names them or by words that fit one alone; what a ticket makes anew
(counters, files, edited items of their lines) is known from its first sentence to its last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cobolsmith.implement import calls, enumerated
from cobolsmith.implement.conditions import literal
from cobolsmith.implement.files import Fresh, fresh_file, text_file
from cobolsmith.implement.listing import Column, column_of, listed
from cobolsmith.implement.logging import message
from cobolsmith.implement.putting import entry
from cobolsmith.implement.statements import Code
from cobolsmith.implement.ties import DoubtError, Ties, is_condition, is_data
from cobolsmith.implement.total import shown_lines
from cobolsmith.implement.verbatim import TOKEN
from cobolsmith.implement.wish import QUOTED, Work, unquoted
from cobolsmith.languages.cobol.picture import parse
from cobolsmith.plan import Edit
from cobolsmith.program import DataItem, Procedure

GIVEN = frozenset("INTO GIVING INITIALIZE REWRITE WRITE".split())
"""Words behind which a statement names what it gives a value."""
SIGNS = (
    (r"\b(?:less|minus)\b", "-"),
    (r"\bplus\b", "+"),
    (r"\b(?:times|multiplied by)\b", "*"),
    (r"\bdivided by\b", "/"),
)
"""The signs of a formula, and the words for them."""


@dataclass(slots=True)
class Row:
    """A new statement: its text, its lines as they are laid, the items whose values it needs, and
    what alone differs where it is executed (a text that is shown, a new file; "" for more)."""

    text: str
    items: list[int] = field(default_factory=list)
    apart: str = ""
    rows: list[tuple[int, str]] = field(default_factory=list)

    @property
    def lines(self) -> list[tuple[int, str]]:
        """The statement as rows."""
        return self.rows or [(0, self.text)]


@dataclass(slots=True)
class Making:
    """What a ticket makes anew: items with their clauses, and lines of new files by what was
    said."""

    work: Work
    fresh: dict[str, str] = field(default_factory=dict)
    written: dict[tuple[str, str], list[Column]] = field(default_factory=dict)
    needed: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    opened: dict[str, Fresh] = field(default_factory=dict)

    @property
    def ties(self) -> Ties:
        """The ties of the ticket's words."""
        return self.work.ties

    def item(self, name: str, form: str) -> None:
        """A new item of WORKING-STORAGE. Raises DoubtError where the program has its name."""
        self.fresh[free(name, self.work.code)] = clauses(form)

    def line(self, file: str, said: str) -> None:
        """A line of a new file, its parts parted by one blank. Raises DoubtError."""
        columns: list[Column] = []
        for part in spoken(said):
            if part[0] in "'\"":
                columns.append(Column(part, len(part) - 2, "", part))
            else:
                columns.append(self.column(file, part, said))
        self.written[file.upper(), said] = columns

    def column(self, file: str, part: str, said: str) -> Column:
        """An item of a line: as it is, or edited by an item of its own. Raises DoubtError."""
        if part.upper() in self.fresh:
            form = self.fresh[part.upper()]
            picture = parse(form.split()[1])
            plain = not re.search(r"\b(?:COMP|BINARY|PACKED)", form)
            usage = "DISPLAY" if plain else "BINARY"
            made = column_of(self.work.code, file, part.upper(), picture, usage, picture.size)
        else:
            one = enumerated.one_of(part, self.ties, is_data)
            unsubscripted(one, part, self.ties)
            self.needed.setdefault((file.upper(), said), []).append(one.index)
            made = column_of(self.work.code, file, one.name, one.picture, one.usage, one.length)
        return made

    def edits(self) -> tuple[Edit, ...]:
        """The new items and files. Raises DoubtError."""
        code = self.work.code
        lengths: dict[str, int] = {}
        for (file, _), columns in self.written.items():
            lengths[file] = max(lengths.get(file, 0), width(columns))
        for file, length in lengths.items():
            self.opened[file] = fresh_file(code, file, text_file(code), length)
        edited = {c.name: c.form for each in self.written.values() for c in each if c.form}
        return (
            *(one for fresh in self.opened.values() for one in fresh.edits),
            *(entry(code, name, form) for name, form in self.fresh.items()),
            *(entry(code, name, f"PIC {form}") for name, form in edited.items()),
        )

    def told(self) -> tuple[str, ...]:
        """What is new, in words."""
        files = (f"{one.file} ({name}) like {one.like}" for name, one in self.opened.items())
        return (*(f"{name} {form}" for name, form in self.fresh.items()), *files)

    def apart(self) -> tuple[str, ...]:
        """The first lines of what is done where a new file can't be opened."""
        return tuple(row for one in self.opened.values() for row in one.apart)

    def statement(self, parts: Mapping[str, str]) -> Row:
        """One order as a statement. Raises DoubtError."""
        ties, code = self.ties, self.work.code
        if "file" in parts:
            return self.put(parts["file"].upper(), parts["line"])
        if "shown" in parts:
            return displayed(parts["shown"], self.fresh, self.work)
        if "program" in parts:
            name = parts["program"].upper()
            items = enumerated.items(parts.get("items", ""), ties, calls.passable)
            calls.check(name, calls.called(name, self.work), items)
            using = f" USING {' '.join(one.name for one in items)}" if items else ""
            return Row(f"CALL '{name}'{using}", [one.index for one in items])
        if "name" in parts:
            names = [label(parts[one], code) for one in ("name", "last") if one in parts]
            return Row(f"PERFORM {' THRU '.join(names)}")
        if "label" in parts:
            return Row(f"GO TO {label(parts['label'], code)}")
        if "true" in parts:
            item = ties.item(parts["true"], is_condition)
            return Row(f"SET {item.name} TO TRUE")
        if "source" in parts:
            return written(parts["source"], self.fresh, ties)
        if "formula" in parts:
            return computed(parts, self.fresh, ties)
        if "to" in parts:
            return moved(parts["value"], parts["to"], self.fresh, ties)
        return added(parts, self.fresh, ties)

    def put(self, file: str, said: str) -> Row:
        """A line written to a new file: cleared before where another line of it is longer."""
        columns, record = self.written[file, said], self.opened[file].record
        rows = listed(record, columns)
        lengths = [width(own) for (name, _), own in self.written.items() if name == file]
        if len(columns) > 1 and width(columns) < max(lengths):
            rows = [(0, f"MOVE SPACES TO {record}"), *rows]
        text = "; ".join(row for _, row in rows)
        return Row(text, self.needed.get((file, said), []), file, rows)


def width(columns: list[Column]) -> int:
    """How long a line is."""
    return sum(one.length + 1 for one in columns) - 1


def spoken(said: str) -> list[str]:
    """The texts and items of a line, in their order."""
    found: list[str] = []
    for piece in re.split(rf"({QUOTED})", said):
        if piece[:1] in ("'", '"'):
            found.append(piece)
            continue
        bare = re.sub(
            r"^[\s,]*(?:(?:and|with|followed by|then)\s+)?|[\s,]*(?:and)?[\s,]*$", "", piece
        )
        found += [one.strip() for one in enumerated.PARTS.split(bare) if one.strip()]
    return found


def free(name: str, code: Code) -> str:
    """The name of a new item. Raises DoubtError where the program has it."""
    if name in {one for one, _ in code.program.scope()} | set(code.program.reserved):
        raise DoubtError(f"{code.program.name} has {name} already", name)
    return name


def clauses(form: str) -> str:
    """The clauses of a new item: capitals outside literals, with a first value."""
    hidden, shown = unquoted(form)
    text = shown(hidden.upper().rstrip(" .,"))
    if " VALUE " not in text:
        first = "SPACES" if re.search(r"PIC(?:TURE)?\s+[XA]", text) else "ZERO"
        text += f" VALUE {first}"
    return re.sub(r"\bPICTURE\b", "PIC", text)


def displayed(said: str, fresh: Mapping[str, str], work: Work) -> Row:
    """A DISPLAY of texts and items, in their order. Raises DoubtError."""
    ties, code = work.ties, work.code
    said = re.sub(r"^(?:the|a)\s+(?:message|line|text)\s+(?=['\"])", "", said)
    said = re.sub(r"\s+(?:on|to|in) (?:the )?(?:console|log|job log|operator|sysout)$", "", said)
    pieces = spoken(said)
    labels = [one.label for one in shown_lines(code)]
    words: list[str] = []
    items: list[int] = []
    texts: list[str] = []
    for nth, piece in enumerate(pieces):
        if piece[0] in "'\"":
            more = nth + 1 < len(pieces)
            text = message(code.program.name, labels if not nth else [], piece[1:-1], more)
            words.append(f"'{text}'")
            texts.append(text)
            continue
        if piece.upper() in fresh:
            words.append(piece.upper())
            continue
        one = enumerated.one_of(piece, ties, is_data)
        unsubscripted(one, piece, ties)
        words.append(one.name)
        items.append(one.index)
    return Row(f"DISPLAY {' '.join(words)}", items, f"stdout+{texts[0]}" if texts else "")


def moved(value: str, to: str, fresh: Mapping[str, str], ties: Ties) -> Row:
    """A MOVE. Raises DoubtError."""
    name, item = receiver(to, fresh, ties)
    if item is not None and item.level == 88:
        raise DoubtError(f"{name} is a condition: set it to true?", to)
    text, items = value_of(value, item, fresh, ties)
    return Row(f"MOVE {text} TO {name}", items)


def added(parts: Mapping[str, str], fresh: Mapping[str, str], ties: Ties) -> Row:
    """An ADD or a SUBTRACT. Raises DoubtError."""
    name, item = receiver(parts["sum"], fresh, ties)
    if item is not None and (item.picture is None or item.picture.category != "numeric"):
        raise DoubtError(f"{name} is no number", parts["sum"])
    text, items = value_of(parts.get("more") or parts["less"], item, fresh, ties)
    verb, joint = ("ADD", "TO") if "more" in parts else ("SUBTRACT", "FROM")
    return Row(f"{verb} {text} {joint} {name}", items)


def receiver(said: str, fresh: Mapping[str, str], ties: Ties) -> tuple[str, DataItem | None]:
    """What gets a value: a name, and its item where it isn't new. Raises DoubtError."""
    if said.upper() in fresh:
        return said.upper(), None
    item = ties.item(said, is_data)
    unsubscripted(item, said, ties)
    return item.name, item


def value_of(
    said: str, item: DataItem | None, fresh: Mapping[str, str], ties: Ties
) -> tuple[str, list[int]]:
    """What is moved or added: a literal that the item holds, or another item. Raises DoubtError."""
    if said.upper() in fresh:
        return said.upper(), []
    if item is None:
        if re.fullmatch(rf"{QUOTED}|[+-]?\d+(?:\.\d+)?", said):
            return said, []
        figurative = {"zero": "ZERO", "spaces": "SPACES", "blanks": "SPACES"}.get(said.lower())
        if figurative:
            return figurative, []
    text = literal(said, item) if item is not None else None
    if text is not None:
        return text, []
    other = ties.item(said, is_data, given=True)
    unsubscripted(other, said, ties)
    numeric = [one.picture and one.picture.category == "numeric" for one in (other, item) if one]
    if len(numeric) == 2 and numeric[1] and not numeric[0]:
        raise DoubtError(f"{other.name} is text and {item and item.name} a number", said)
    return other.name, [other.index]


def unsubscripted(item: DataItem, said: str, ties: Ties) -> None:
    """Raise DoubtError for an item of a table."""
    if ties.program.subscripts(item):
        raise DoubtError(f"{item.name} is of a table: which of it?", said)


def label(said: str, code: Code) -> str:
    """A paragraph or section by its name. Raises DoubtError."""
    found = code.program.resolve_procedure(said.upper())
    if not isinstance(found, Procedure):
        raise DoubtError(f"{code.program.name} has no paragraph {said.upper()}", said)
    return found.name


def computed(parts: Mapping[str, str], fresh: Mapping[str, str], ties: Ties) -> Row:
    """A COMPUTE: a formula of items and numbers, with signs or the words for them. Raises
    DoubtError."""
    name, item = receiver(parts["result"], fresh, ties)
    if item is not None and (item.picture is None or "numeric" not in item.picture.category):
        raise DoubtError(f"{name} is no number", parts["result"])
    said = parts["formula"]
    for word, sign in SIGNS:
        said = re.sub(word, sign, said, flags=re.IGNORECASE)
    words, items = list[str](), list[int]()
    for piece in re.split(r"((?<=\s)[-+*/](?=\s)|[*/()])", said):
        operand = piece.strip()
        if not operand or operand in "+-*/()":
            words += [operand] if operand else []
        elif re.fullmatch(r"\d+(?:\.\d+)?", operand) or operand.upper() in fresh:
            words.append(operand.upper())
        else:
            one = ties.item(operand, is_data, given=True)
            unsubscripted(one, operand, ties)
            if one.picture is None or one.picture.category != "numeric":
                raise DoubtError(f"{one.name} is no number", operand)
            words.append(one.name)
            items.append(one.index)
    rounded = " ROUNDED" if "rounded" in parts else ""
    text = " ".join(words).replace("( ", "(").replace(" )", ")")
    return Row(f"COMPUTE {name}{rounded} = {text}", items)


def written(source: str, fresh: Mapping[str, str], ties: Ties) -> Row:
    """A statement as COBOL writes it, in names of the program. Raises DoubtError."""
    items: list[int] = []
    gives = False
    for word in re.findall(TOKEN, source):
        gives = word in GIVEN or (gives and word not in ties.program.reserved)
        if word[0] in "'\"" or not re.search("[A-Z]", word) or word in fresh:
            continue
        found = ties.program.resolve(word)
        if isinstance(found, DataItem):
            ties.tie(word, found.name, "sure", "its name")
            items += [] if gives else [found.index]
        elif word not in ties.program.reserved and not ties.program.file(word):
            raise DoubtError(f"{ties.program.name} has no {word}", word)
    return Row(source, items)
