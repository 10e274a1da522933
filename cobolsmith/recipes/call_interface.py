"""CALLs and LINKAGE made to agree: the arguments' number, order and BY VALUE.

    PROCEDURE DIVISION USING LK-NET LK-RATE LK-TAX.         (in TAXCALC)
    CALL 'TAXCALC' USING WS-TAX WS-NET      ->      CALL 'TAXCALC' USING WS-NET WS-RATE WS-TAX

What the program called expects decides. Arguments are told by their names without prefix (WS-NET is
LK-NET); one that is missing must be told so, or with --pass LK-RATE=WS-RATE. Arguments too short
are asked about: `widen-field` widens them wherever they go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cobolsmith import estate as estates
from cobolsmith.errors import UsageError
from cobolsmith.items import DataItem, Problem
from cobolsmith.plan import Edit, Plan
from cobolsmith.program import Program
from cobolsmith.recipe import Option, Proposal, Recipe, Setting, each_program, question
from cobolsmith.source import Span
from cobolsmith.writing import column

if TYPE_CHECKING:
    from tree_sitter import Node

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Given:
    """An argument or parameter: its text, how it is passed, its item where it is one."""

    text: str
    mode: str
    item: DataItem | None = None

    @property
    def stem(self) -> str:
        """The name without what stands before its first hyphen."""
        return self.item.name.partition("-")[2] or self.item.name if self.item else ""


@dataclass(frozen=True, slots=True)
class Open:
    """What can't be decided here, and how it is told."""

    what: str
    remedy: str


def propose(setting: Setting) -> Proposal:
    """One plan for each CALL that doesn't agree."""
    name = setting.text("program").upper()
    called = next((one for one in _everywhere(setting) if one.name == name), None)
    if called is None:
        raise UsageError(f"there is no program {name} here", remedy="name one of this estate")
    wanted = parameters(called)
    passed = _passed(setting.text("pass"), [one.text for one in wanted])

    def work(program: Program, part: Span) -> Proposal:
        return of_program(program, part, called, wanted, passed)

    return each_program(setting, work)


def _everywhere(setting: Setting) -> Iterator[Program]:
    """The programs of the command line, then those of the whole estate."""
    for source in setting.sources:
        yield from setting.programs(source)
    config = setting.config
    for path in estates.sources(config.root, estates.PROGRAM_SUFFIXES, config):
        yield from setting.programs(setting.source(path))


def _passed(given: str, known: Sequence[str]) -> dict[str, str]:
    pairs = [part.partition("=") for part in given.upper().replace(",", " ").split()]
    for name, sign, _ in pairs:
        if not sign or name not in known:
            remedy = f"PARAMETER=ITEM, of {', '.join(known)}"
            raise UsageError(f"--pass {name} names no parameter", remedy=remedy)
    return {name: item for name, _, item in pairs}


def parameters(program: Program) -> tuple[Given, ...]:
    """What a program expects, by PROCEDURE DIVISION USING."""
    division = next(program.tree.walk("procedure_division"), None)
    phrase = division.child_by_field_name("using") if division is not None else None
    return _listed(program, phrase)


def _listed(program: Program, phrase: Node | None) -> tuple[Given, ...]:
    found, mode = [], "REFERENCE"
    for one in phrase.children if phrase is not None else ():
        value = one.child_by_field_name("value") if one.type == "argument" else None
        said = one.child_by_field_name("mode") if one.type == "argument" else None
        mode = program.tree.text(said).upper() if said is not None else mode
        if value is not None:
            text = _SPACES.sub(" ", program.tree.text(value)).strip()
            found.append(Given(text, mode, _item(program, value)))
    return tuple(found)


def _item(program: Program, node: Node) -> DataItem | None:
    words = [program.tree.text(one) for one in node.children if one.type == "name"]
    found = program.resolve(words[0], tuple(words[1:])) if words else None
    return found if isinstance(found, DataItem) else None


def of_program(
    program: Program,
    part: Span,
    called: Program,
    wanted: Sequence[Given],
    passed: dict[str, str],
) -> Proposal:
    """The CALLs of one program."""
    plans: list[Plan] = []
    questions: list[Problem] = []
    places = {
        call.origin.span.start
        for call in program.flow.calls
        if call.verb == "CALL" and call.sure and call.targets == (called.name,)
    }
    for node in program.tree.walk("call_statement"):
        target = node.child_by_field_name("program")
        own = target is not None and target.start_byte in places
        if not own or not part.start <= node.start_byte < part.end:
            continue
        given = _listed(program, node.child_by_field_name("using"))
        chosen = agreed(program, given, wanted, passed)
        span = Span(node.start_byte, node.end_byte)
        if isinstance(chosen, Open):
            questions.append(question(chosen.what, program.source.path, span, chosen.remedy))
        elif [(one.text, one.mode) for one in chosen] != [(one.text, one.mode) for one in given]:
            plans.append(changed(program, node, called, given, chosen))
    return Proposal(tuple(plans), tuple(questions))


def agreed(
    program: Program, given: Sequence[Given], wanted: Sequence[Given], passed: dict[str, str]
) -> list[Given] | Open:
    """The arguments that fit the parameters, or what must be asked."""
    by_stem = {one.stem: one for one in given if one.stem}
    known = [one.stem in by_stem or one.text in passed for one in wanted]
    named = all(known) or len(given) < len(wanted)
    chosen: list[Given] = []
    for at, one in enumerate(wanted):
        if one.text in passed:
            found = program.resolve(passed[one.text])
            item = found if isinstance(found, DataItem) else None
            argument = Given(passed[one.text], one.mode, item)
        elif named and one.stem in by_stem:
            argument = by_stem[one.stem]
        elif not named:
            argument = given[at]
        else:
            fitting = [item for item in program.items if _fits(program, item, one)]
            if len(fitting) != 1:
                return Open(f"nothing here is told to be {one.text}", f"--pass {one.text}=ITEM")
            argument = Given(fitting[0].name, one.mode, fitting[0])
        if one.item is not None and 0 < _bytes(argument) < one.item.length * one.item.times:
            said = f"{argument.text} has {_bytes(argument)} bytes, {one.text} {one.item.length}"
            return Open(said, f"refactor widen-field {argument.text}, or pass another item")
        chosen.append(replace(argument, mode=_mode(argument.mode, one.mode)))
    return chosen


def _fits(program: Program, item: DataItem, wanted: Given) -> bool:
    plain = item.level not in (66, 78, 88) and not program.subscripts(item)
    return plain and Given(item.name, "", item).stem == wanted.stem != ""


def _bytes(argument: Given) -> int:
    """The bytes of an argument that is a whole item; 0 where that isn't known."""
    item = argument.item
    whole = item is not None and argument.text.upper() == item.name
    return item.length * item.times if item is not None and whole else 0


def _mode(given: str, wanted: str) -> str:
    """How an argument is passed so that the parameter gets it: its value, or a place."""
    if wanted == "VALUE":
        return "VALUE"
    return "CONTENT" if given == "VALUE" else given


def changed(
    program: Program, node: Node, called: Program, given: Sequence[Given], chosen: Sequence[Given]
) -> Plan:
    """The CALL with these arguments. Runs that execute it may differ, unless all that changed is
    that arguments nobody takes are left out."""
    source = program.source
    phrase = node.child_by_field_name("using")
    target = node.child_by_field_name("program")
    assert target is not None
    arguments = [one for one in phrase.children if one.type == "argument"] if phrase else []
    if arguments:
        span = Span(arguments[0].start_byte, arguments[-1].end_byte)
        separate = b"\n" in source.view[span.start : span.end]
        blank = "\n" + " " * (column(source, span.start) - 1) if separate else " "
        new = blank.join(_spelt(chosen))
    else:
        span = Span(target.end_byte, target.end_byte)
        new = " USING " + " ".join(_spelt(chosen))
    if not chosen and phrase is not None:
        span, new = Span(target.end_byte, phrase.end_byte), ""
    text = source.text(node.start_byte, span.start) + new + source.text(span.end, node.end_byte)
    fewer = list(given[: len(chosen)]) == list(chosen)
    said = ", ".join(f"{one.text} {one.mode.lower()}" for one in chosen) or "nothing"
    return Plan(
        f"CALL {called.name} in {program.name} passes what it takes",
        (Edit(source.path, span, (new,)),),
        (f"passed: {said}",),
        branches=() if fewer else (text.split("\n")[0],),
    )


def _spelt(chosen: Sequence[Given]) -> Iterator[str]:
    mode = "REFERENCE"
    for one in chosen:
        yield one.text if one.mode == mode else f"BY {one.mode} {one.text}"
        mode = one.mode


CALL_INTERFACE = Recipe(
    "call-interface",
    "makes the arguments of CALLs agree with what the program called takes",
    propose,
    "stated",
    (
        Option("program", "the program called", "argument", True),
        Option("pass", "what is passed for a parameter: LK-RATE=WS-RATE, several by commas"),
    ),
)
