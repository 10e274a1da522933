"""Operands and conditions in Python: a table from each kind of node to its text."""

from __future__ import annotations

import builtins
import keyword
from dataclasses import dataclass, field
from decimal import Decimal

from cobolsmith.lowered import (
    AllOf,
    Asked,
    Both,
    Compare,
    Condition,
    Either,
    Every,
    Expression,
    Field,
    Figurative,
    FileName,
    Function,
    Integer,
    Is,
    Lowered,
    Named,
    Negative,
    Not,
    Number,
    Operation,
    Place,
    Procedure,
    Ref,
    Register,
    Run,
    Size,
    Switch,
    Temporary,
    Text,
    Truth,
    Word,
)
from cobolsmith.targets.names import Names
from cobolsmith.targets.natives import is_beside_bytes, literal_text, native_item

_OPERATORS = {"=": "==", "<>": "!="}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_RANK = {"+": 1, "-": 1, "*": 2}
_STORED = ("zoned", "packed", "binary", "floating", "index", "edited")


def snake(word: str) -> str:
    """A COBOL word as a Python name: `WS-READ-COUNT` is `ws_read_count`."""
    name = "".join(one if one.isalnum() else "_" for one in word.lower())
    if name[:1].isdigit():
        name = f"p_{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


def pascal(word: str) -> str:
    """A COBOL word as a Python class: `WS-READ-COUNT` is `WsReadCount`."""
    name = "".join(part.capitalize() for part in word.replace("_", "-").split("-"))
    return f"P{name}" if name[:1].isdigit() else name


@dataclass(slots=True)
class Speech:
    """What is known while a program is put into words: its names, and what it needs imported."""

    program: Lowered
    names: Names
    outer: Speech | None = None
    needed: set[str] = field(default_factory=set)
    standard: set[str] = field(default_factory=set)

    def need(self, name: str) -> str:
        """Note that a name of the runtime is used."""
        self.needed.add(name)
        return name

    # --- Items that are native ---

    def native(self, one: object) -> Field | None:
        """The native item that an operand or condition-name is of, None for another one."""
        return native_item(self.program, one)

    def constant(self, one: object, item: Field) -> str:
        """A literal as a value of a native item."""
        if item.form == "string":
            return self.text(one, item.size)
        return self.number(one.number) if isinstance(one, Number) else "0"

    def text(self, one: object, size: int) -> str:
        """A literal as characters beside a native item of a size, without spaces at the end."""
        text, times = literal_text(one, size)
        return quoted(text) if times == 1 else f"{quoted(text)} * {times}"

    def shown(self, one: Ref, item: Field) -> str:
        """A native item as DISPLAY shows it: the inside of the braces of an f-string."""
        if item.form == "string":
            return f"{self.path(one)}:{item.size}"
        width = item.digits + bool(item.scale) + item.signed
        decimals = f".{item.scale}f" if item.scale else ""
        if item.scale and item.digits == item.scale:  # cobc shows no digit before the point
            sign = "+" * item.signed
            return f"f'{{{self.path(one)}:{sign}{decimals}}}'.replace('0.', '.', 1)"
        return f"{self.path(one)}:{'+' * item.signed}0{width}{decimals}"

    # --- Operands ---

    def path(self, ref: Ref | Register) -> str:
        """A field as an object."""
        if isinstance(ref, Register) and ref.file is not None:
            return f"{self.file(ref.file)}.{snake(ref.name)}"
        if isinstance(ref, Register):
            return {"TALLY": "self.tally"}.get(ref.name, f"self.{snake(ref.name)}")
        speech, start = self.outward(ref.outward)
        record, inside = speech.names.field_of(ref)
        condition = "\0" in ref.word
        alone = condition and (ref.record, "") == (ref.record, ref.word.partition("\0")[0])
        grouped = ref.record in speech.names.classes
        text = f"{start}.{record}.{inside}" if inside and grouped else f"{start}.{record}"
        if alone and not grouped:
            text = f"{start}.{inside}"
        if ref.at:
            text += f"[{', '.join(self.subscript(one) for one in ref.at)}]"
        if ref.start is not None:
            given = [self.subscript(one) for one in (ref.start, ref.length) if one is not None]
            text += f".part({', '.join(given)})"
        return text

    def outward(self, levels: int) -> tuple[Speech, str]:
        """The program so many levels outward: its words, and how it is called here."""
        speech, start = self, "self"
        for _ in range(levels):
            assert speech.outer is not None
            speech, start = speech.outer, f"{start}.around"
        return speech, start

    def file(self, one: FileName) -> str:
        """A file as an object."""
        speech, start = self.outward(one.outward)
        return f"{start}.{speech.names.files[one.word]}"

    def subscript(self, one: Expression) -> str:
        """A subscript: what has an `int`."""
        return self.path(one) if isinstance(one, Ref) else self.value(one)

    def value(self, one: Expression, rank: int = 0) -> str:
        """An expression as a number."""
        if self.native(one):
            return self.path(one)  # type: ignore[arg-type]
        if isinstance(one, Ref | Register):
            return f"{self.path(one)}.value"
        if isinstance(one, Number):
            return self.number(one.number)
        if isinstance(one, Operation):
            return self.operation(one, rank)
        if isinstance(one, Negative):
            return f"-{self.value(one.of, 3)}"
        if isinstance(one, Integer):
            return self.path(one.of) if self.native(one.of) else f"int({self.path(one.of)})"
        if isinstance(one, Temporary):
            return snake(one.name)
        if isinstance(one, Size):
            return f"{self.path(one.of)}.size"
        if isinstance(one, Figurative) and one.name == "ZEROS":
            return "0"
        return self.source(one)

    def number(self, number: Decimal) -> str:
        """A numeric literal."""
        if number.as_tuple().exponent == 0:
            return str(number)
        self.standard.add("Decimal")
        return f'Decimal("{number}")'

    def operation(self, one: Operation, rank: int) -> str:
        """An operation, in parentheses where what is around it binds tighter."""
        if one.operator in ("/", "**"):
            name = self.need("quotient" if one.operator == "/" else "power")
            return f"{name}({self.value(one.left)}, {self.value(one.right)})"
        own = _RANK[one.operator]
        right = own + (one.operator == "-")
        text = f"{self.value(one.left, own)} {one.operator} {self.value(one.right, right)}"
        return f"({text})" if own < rank else text

    def source(self, one: Expression) -> str:
        """An operand as it is moved, shown or compared."""
        if isinstance(one, Text):
            return quoted(one.text)
        if isinstance(one, Figurative):
            return self.need(one.name.replace("-", "_"))
        if isinstance(one, AllOf):
            return f"{self.need('all_of')}({quoted(one.text)})"
        if isinstance(one, Ref | Register):
            return self.path(one)
        if isinstance(one, Function):
            return self.function(one)
        if isinstance(one, Every):
            return f"*{self.path(one.of)}.every()"
        return self.value(one)

    def function(self, one: Function) -> str:
        """An intrinsic function of the runtime."""
        self.need("functions")
        given = ", ".join(self.source(argument) for argument in one.arguments)
        name = snake(one.name)
        text = f"functions.{name}{'_' * hasattr(builtins, name)}({given})"
        if one.start is not None:
            parts = [self.value(part) for part in (one.start, one.length) if part is not None]
            text = f"functions.part({text}, {', '.join(parts)})"
        return text

    def argument(self, one: object) -> str:
        """An argument of an operation of the runtime."""
        if isinstance(one, Ref) and (item := self.native(one)):
            return f'f"{{{self.shown(one, item)}}}"'
        if isinstance(one, Word):
            return "None" if one.name == "NONE" else self.need(one.name)
        if isinstance(one, Procedure):
            first, last = (self.names.paragraphs[place] for place in (one.first, one.last))
            if first == last and one.first in self.program.direct:
                return f"self.{first}"
            return f"lambda: self.perform(self.{first}, self.{last})"
        if isinstance(one, FileName):
            return self.file(one)
        if isinstance(one, Compare | Is | Named | Switch | Truth | Not | Both | Either):
            return f"lambda: {self.condition(one)}"
        if isinstance(one, str):
            return quoted(one)
        if isinstance(one, bool | int):
            return str(one)
        return self.source(one)  # type: ignore[arg-type]

    def run(self, run: Run) -> str:
        """An operation of the runtime."""
        steps = [
            f"{snake(step.method)}({', '.join(map(self.argument, step.arguments))})"
            for step in run.steps
        ]
        if run.subject == "":
            self.need(snake(run.steps[0].method))
            return ".".join(steps)
        if run.subject == "self":
            return ".".join(("self", *steps))
        assert not isinstance(run.subject, str)
        if isinstance(run.subject, FileName):
            return ".".join((self.file(run.subject), *steps))
        return ".".join((self.path(run.subject), *steps))

    # --- Conditions ---

    def condition(self, one: Condition, rank: int = 0) -> str:
        """A condition; `rank` 1 stands in an `or`, 2 in an `and`, 3 behind a `not`."""
        if isinstance(one, Compare):
            text = self.compare(one)
            return f"({text})" if rank == 4 else text
        if isinstance(one, Not):
            return self.negated(one.of)
        if isinstance(one, Both | Either):
            own = 2 if isinstance(one, Both) else 1
            word = " and " if own == 2 else " or "
            text = word.join(self.condition(part, own + 1) for part in one.parts)
            return f"({text})" if rank > own else text
        if isinstance(one, Named):
            return self.path(one.of)
        if isinstance(one, Is) and one.characters:
            name = self.need("is_made_of")
            return f"{name}({self.source(one.subject)}, {quoted(one.characters)})"
        if isinstance(one, Is):
            name = self.need(f"is_{snake(one.name)}")
            return f"{name}({self.source(one.subject)})"
        if isinstance(one, Switch):
            text = f"{self.need('switch')}({one.number})"
            return text if one.on else f"not {text}"
        if isinstance(one, Asked):
            return self.run(one.run)
        return str(one.holds)

    def negated(self, one: Condition) -> str:
        """The opposite of a condition."""
        opposite = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
        if isinstance(one, Compare):
            turned = opposite[one.operator]
            return self.compare(Compare(one.left, turned, one.right, one.numeric))  # type: ignore[arg-type]
        if isinstance(one, Not):
            return self.condition(one.of, 2)
        if isinstance(one, Truth):
            return str(not one.holds)
        return f"not {self.condition(one, 3)}"

    def compare(self, one: Compare) -> str:
        """A relation; what isn't a field is compared by a function of the runtime."""
        operator = _OPERATORS.get(one.operator, one.operator)
        for this, other, turned in (
            (one.left, one.right, operator),
            (one.right, one.left, _TURNED.get(operator, operator)),
        ):
            if isinstance(this, Ref) and (item := self.native(this)):
                return self.compare_native(this, item, turned, other, this is one.left)
        if isinstance(one.left, Ref | Register) or one.numeric:
            left = self.path(one.left) if isinstance(one.left, Ref) else self.value(one.left)
            if isinstance(one.right, Figurative) and not isinstance(one.left, Ref):
                return f"{left} {operator} {self.value(one.right)}"
            return f"{left} {operator} {self.source(one.right)}"
        name = self.need("compare")
        return f"{name}({self.source(one.left)}, {self.source(one.right)}) {operator} 0"

    def compare_native(
        self, one: Ref, item: Field, operator: str, other: Expression, first: bool
    ) -> str:
        """A relation of a native item, `first` where it stood on the left: characters before a
        space come before the end of a text."""
        if item.form != "string":
            bytes_ = isinstance(other, Ref) and other.form == "zoned" and not self.native(other)
            beside = self.path(other) if bytes_ else self.value(other)  # type: ignore[arg-type]
            if first and is_beside_bytes(self.program, item, other):
                return f"{self.need('compare')}({self.path(one)}, {beside}) {operator} 0"
            return f"{self.path(one)} {operator} {beside}"
        literal = isinstance(other, Text | Figurative | AllOf)
        text = self.text(other, item.size) if literal else self.path(other)  # type: ignore[arg-type]
        if operator in ("==", "!="):
            return f"{self.path(one)} {operator} {text}"
        return f"{self.need('compare')}({self.path(one)}, {text}) {operator} 0"


def place_value(speech: Speech, place: Place) -> str:
    """A receiver as what is assigned to."""
    return f"{speech.path(place)}.value"


def quoted(text: str) -> str:
    """A string as black writes it."""
    shown = repr(text)
    if shown[0] == "'" and '"' not in text:
        return f'"{shown[1:-1]}"'.replace("\\'", "'")
    return shown
