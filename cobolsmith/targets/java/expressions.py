"""Operands and conditions in Java: each kind of node with its text."""

from __future__ import annotations

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
    Procedure,
    Ref,
    RefusedError,
    Register,
    Run,
    Size,
    Switch,
    Temporary,
    Text,
    Truth,
    Word,
)
from cobolsmith.targets.java import natives
from cobolsmith.targets.java.words import camel, constant, pascal, quoted
from cobolsmith.targets.names import Names
from cobolsmith.targets.natives import native_item

_OPERATORS = {"=": "==", "<>": "!="}
_METHODS = {"+": "add", "-": "subtract", "*": "multiply"}
_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MODES = {
    "TRUNCATION": "DOWN",
    "NEAREST_AWAY": "HALF_UP",
    "NEAREST_EVEN": "HALF_EVEN",
    "NEAREST_TOWARD_ZERO": "HALF_DOWN",
    "AWAY_FROM_ZERO": "UP",
    "TOWARD_GREATER": "CEILING",
    "TOWARD_LESSER": "FLOOR",
}


def risky(one: Expression) -> bool:
    """Whether an expression may have no result: it divides, or raises to a power."""
    if isinstance(one, Operation):
        return one.operator in ("/", "**") or risky(one.left) or risky(one.right)
    if isinstance(one, Negative):
        return risky(one.of)
    return isinstance(one, Temporary | Function)


@dataclass(slots=True)
class Speech:
    """What is known while a program is put into words: its names, and how many are made up."""

    program: Lowered
    names: Names
    outer: Speech | None = None
    made: int = 0
    risks: set[str] = field(default_factory=set)

    def native(self, one: object) -> Field | None:
        """The native item that an operand or condition-name is of, None for another one."""
        return native_item(self.program, one)

    # --- Operands ---

    def path(self, ref: Ref | Register) -> str:
        """A field as an object."""
        if isinstance(ref, Register) and ref.file is not None:
            return f"{self.file(ref.file)}.{camel(ref.name)}()"
        if isinstance(ref, Register):
            return f"{camel(ref.name)}()"
        speech, start = self.outward(ref.outward)
        record, inside = speech.names.field_of(ref)
        grouped = ref.record in speech.names.classes
        within = f"{record}.{inside}" if inside and grouped else inside or record
        text = f"{start}{within}"
        if ref.at:
            text += f".at({', '.join(self.integer(one) for one in ref.at)})"
        if ref.start is not None:
            given = [self.integer(one) for one in (ref.start, ref.length) if one is not None]
            text += f".part({', '.join(given)})"
        return text

    def outward(self, levels: int) -> tuple[Speech, str]:
        """The program so many levels outward: its words, and what stands before its names here."""
        speech, start = self, ""
        for _ in range(levels):
            assert speech.outer is not None
            speech, start = speech.outer, f"{start}around."
        return speech, start

    def file(self, one: FileName) -> str:
        """A file as an object."""
        speech, start = self.outward(one.outward)
        return f"{start}{speech.names.files[one.word]}"

    def integer(self, one: Expression) -> str:
        """An expression as an int."""
        if isinstance(one, Number):
            return str(int(one.number))
        if (made := natives.whole(self, one)) is not None:
            return f"(int) {made.within(3)}" if made.is_long else made.text
        if isinstance(one, Ref | Register) and not self.native(one):
            return f"{self.path(one)}.intValue()"
        return f"{self.value(one)}.intValue()"

    def value(self, one: Expression) -> str:
        """An expression as a BigDecimal."""
        native = isinstance(one, Operation | Negative | Integer) or self.native(one)
        if native and (made := natives.whole(self, one)):
            return f"num({made.text})"
        if isinstance(one, Ref) and native:
            return self.path(one)
        if isinstance(one, Ref | Register):
            return f"{self.path(one)}.value()"
        if isinstance(one, Number):
            return self.number(one.number)
        if isinstance(one, Operation):
            left, right = self.value(one.left), self.value(one.right)
            if one.operator in ("/", "**"):
                return f"{'quotient' if one.operator == '/' else 'power'}({left}, {right})"
            return f"{left}.{_METHODS[one.operator]}({right})"
        if isinstance(one, Negative):
            return f"{self.value(one.of)}.negate()"
        if isinstance(one, Temporary):
            name = camel(one.name)
            return f"the({name})" if name in self.risks else name
        if isinstance(one, Size):
            return f"num({self.path(one.of)}.size())"
        if isinstance(one, Figurative) and one.name == "ZEROS":
            return "num(0)"
        if isinstance(one, Function):
            return self.function(one)
        raise RefusedError(f"can't translate {type(one).__name__} as a number to Java")

    def number(self, number: Decimal) -> str:
        """A numeric literal."""
        if number.as_tuple().exponent == 0 and abs(number) < 2**31:
            return f"num({number})"
        return f'num("{number}")'

    def source(self, one: Expression) -> str:
        """An operand as it is moved, shown or compared."""
        if isinstance(one, Text):
            return quoted(one.text)
        if isinstance(one, Figurative):
            return one.name.replace("-", "_")
        if isinstance(one, AllOf):
            return f"allOf({quoted(one.text)})"
        if isinstance(one, Ref | Register):
            return self.path(one)
        if isinstance(one, Number) and one.number.as_tuple().exponent == 0:
            return str(one.number) if abs(one.number) < 2**31 else self.number(one.number)
        if isinstance(one, Every):
            return f"{self.path(one.of)}.every().toArray()"
        return self.value(one)

    def function(self, one: Function) -> str:
        """An intrinsic function of the runtime."""
        if one.name == "CUT":
            number, scale = one.arguments
            return f"cut({self.value(number)}, {self.integer(scale)})"
        given = ", ".join(self.source(argument) for argument in one.arguments)
        text = f"Functions.{camel(one.name)}({given})"
        if one.start is not None:
            parts = [self.integer(part) for part in (one.start, one.length) if part is not None]
            text = f"Functions.part({text}, {', '.join(parts)})"
        return text

    def argument(self, one: object) -> str:
        """An argument of an operation of the runtime."""
        if isinstance(one, Ref) and (item := self.native(one)):
            return natives.shown(self, one, item)
        if isinstance(one, Word):
            return "null" if one.name == "NONE" else f"CobolFile.{one.name}"
        if isinstance(one, Procedure):
            if one.first == one.last and one.first in self.program.direct:
                return f"this::{self.names.paragraphs[one.first]}"
            first, last = (self.label(place) for place in (one.first, one.last))
            return f"() -> perform({first}, {last})"
        if isinstance(one, FileName):
            return self.file(one)
        if isinstance(one, Compare | Is | Named | Switch | Truth | Not | Both | Either):
            return f"() -> {self.condition(one)}"
        if isinstance(one, str):
            return quoted(one)
        if isinstance(one, bool):
            return str(one).lower()
        return str(one) if isinstance(one, int) else self.source(one)  # type: ignore[arg-type]

    def run(self, run: Run) -> str:
        """An operation of the runtime."""
        steps = [
            f"{camel(step.method)}({', '.join(map(self.argument, step.arguments))})"
            for step in run.steps
        ]
        if run.steps[0].method == "search_all":
            index, count, found, before = run.steps[0].arguments
            given = (self.argument(index), self.integer(count), self.argument(found))  # type: ignore[arg-type]
            return f"searchAll({', '.join((*given, self.argument(before)))})"
        if isinstance(run.subject, str):
            return ".".join(steps)
        if isinstance(run.subject, FileName):
            return ".".join((self.file(run.subject), *steps))
        return ".".join((self.path(run.subject), *steps))

    def label(self, index: int) -> str:
        """The constant of a paragraph."""
        return constant(self.names.paragraphs[index])

    # --- Conditions ---

    def condition(self, one: Condition, rank: int = 0) -> str:
        """A condition; `rank` 2 stands in an `||`, 3 in an `&&` or behind a `!`."""
        if isinstance(one, Compare):
            return self.compare(one)
        if isinstance(one, Not):
            return self.negated(one.of)
        if isinstance(one, Both | Either):
            own = 2 if isinstance(one, Both) else 1
            word = " && " if own == 2 else " || "
            text = word.join(self.condition(part, own + 1) for part in one.parts)
            return f"({text})" if rank > own else text
        if isinstance(one, Named) and self.native(one.of):
            return natives.predicate(self, one.of)
        if isinstance(one, Named):
            return f"{self.path(one.of)}.isTrue()"
        if isinstance(one, Is):
            given = self.source(one.subject)
            if one.characters:
                return f"isMadeOf({given}, {quoted(one.characters)})"
            return f"is{pascal(one.name)}({given})"
        if isinstance(one, Switch):
            return f"{'' if one.on else '!'}isOn({one.number})"
        if isinstance(one, Asked):
            return self.run(one.run)
        return str(one.holds).lower()

    def negated(self, one: Condition) -> str:
        """The opposite of a condition."""
        if isinstance(one, Compare):
            turned = _OPPOSITE[one.operator]
            return self.compare(Compare(one.left, turned, one.right, one.numeric))  # type: ignore[arg-type]
        if isinstance(one, Not):
            return self.condition(one.of, 3)
        if isinstance(one, Truth):
            return str(not one.holds).lower()
        if isinstance(one, Switch):
            return self.condition(Switch(one.number, not one.on))
        return f"!{self.condition(one, 3)}"

    def compare(self, one: Compare) -> str:
        """A relation."""
        for this, other, turned in ((one.left, one.right, False), (one.right, one.left, True)):
            if isinstance(this, Ref) and (item := self.native(this)):
                return natives.compared(self, one, item, this, other, turned)
        right = self.source(one.right)
        if isinstance(one.left, Ref | Register):
            left = self.path(one.left)
            if one.operator in ("=", "<>"):
                return f"{'!' if one.operator == '<>' else ''}{left}.is({right})"
            return f"{left}.compare({right}) {one.operator} 0"
        operator = _OPERATORS.get(one.operator, one.operator)
        return f"compare({self.source(one.left)}, {right}) {operator} 0"

    def mode(self, rounding: str) -> str:
        """A mode of rounding."""
        if rounding not in _MODES:
            raise RefusedError(f"can't translate ROUNDED MODE {rounding} to Java")
        return f"RoundingMode.{_MODES[rounding]}"

    def next_made(self) -> int:
        """A number for a name that is made up."""
        self.made += 1
        return self.made
