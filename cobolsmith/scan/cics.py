"""The facts of EXEC CICS blocks: commands, what they name and use, links to programs."""

from __future__ import annotations

from cobolsmith.estate import facts
from cobolsmith.languages.cics import read_cics
from cobolsmith.languages.cics.command import CicsCommand, CicsOption
from cobolsmith.program import Program
from cobolsmith.scan.places import Gathering, shifted
from cobolsmith.scan.sql import item_number

_LINKS = ("LINK", "XCTL")


def add_cics(gathering: Gathering, program: Program, number: int, first: int) -> None:
    """Add what the CICS commands of a program do; `first` is its first procedure."""
    for command in read_cics(program):
        _cics(gathering, program, command, number, first)


def _cics(
    gathering: Gathering, program: Program, command: CicsCommand, number: int, first: int
) -> None:
    of, rows = gathering.places.of, gathering.rows
    where = shifted(command.procedure, first)
    for option in command.options:
        item = item_number(gathering, program, option.item)
        if item is not None:
            verb, place = f"EXEC CICS {command.name} {option.name}", of(option.origin)
            for role in _roles(command, option):
                rows.add("uses", facts.Use(*place, number, item, role, verb, where, 1))
    for tie in command.ties:
        for name in tie.names:
            kind, place = tie.kind.upper(), of(tie.origin)
            area = command.option("INTO", "FROM") if tie.kind == "file" else None
            item = item_number(gathering, program, area.item) if area else None
            row = facts.Command(*place, number, command.name, kind, name, tie.how, item)
            rows.add("commands", row)
    if command.name in _LINKS:
        _link(gathering, program, command, number, where)
    for unknown in command.unknowns:
        rows.add("unknowns", facts.Unknown(*of(unknown.origin), unknown.kind, unknown.what))


def _roles(command: CicsCommand, option: CicsOption) -> tuple[str, ...]:
    """How an option uses the item in its argument."""
    if (option.argument or "").upper().startswith("LENGTH OF"):
        return ("lengths",)
    if option.name in ("COMMAREA", "CHANNEL"):
        return ("passes",)
    if option.name == "RIDFLD":
        return ("keys", "writes") if option.how == "inout" else ("keys",)
    verb = command.name.split()[0]
    screens = {("SEND", "FROM"): "shows", ("RECEIVE", "INTO"): "accepts"}
    if (verb, option.name) in screens:
        return (screens[verb, option.name],)
    return ("reads",) * (option.how != "out") + ("writes",) * (option.how in ("out", "inout"))


def _link(
    gathering: Gathering, program: Program, command: CicsCommand, number: int, where: int | None
) -> None:
    """LINK and XCTL are calls; COMMAREA is what they pass."""
    of, rows = gathering.places.of, gathering.rows
    area = command.option("COMMAREA")
    for tie in (one for one in command.ties if one.kind == "program"):
        through = tie.item.name if tie.item else ""
        sure = "unresolved" if not tie.names else "sure" if tie.sure else "likely"
        for target in tie.names or ("",):
            place = of(command.origin)
            row = facts.Call(*place, number, command.name, target, through, sure, where)
            _pass(gathering, program, area, number, rows.add("calls", row))


def _pass(
    gathering: Gathering, program: Program, area: CicsOption | None, number: int, call: int
) -> None:
    item = item_number(gathering, program, area.item) if area else None
    if area is not None and item is not None:
        place = gathering.places.of(area.argument_origin or area.origin)
        passed = facts.Passed(*place, number, call, 0, item, "commarea")
        gathering.rows.add("passed", passed)
