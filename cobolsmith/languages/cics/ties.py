"""What a command is tied to: maps, transactions, programs, files, queues, channels, data areas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cobolsmith.languages.cics.command import CicsOption, CicsTie, TieKind
from cobolsmith.languages.cobol.calls import constants
from cobolsmith.program import Program

_FILE_WAYS = {
    "READ": "reads",
    "READNEXT": "browses",
    "READPREV": "browses",
    "STARTBR": "browses",
    "RESETBR": "browses",
    "ENDBR": "browses",
    "WRITE": "writes",
    "REWRITE": "rewrites",
    "DELETE": "deletes",
    "UNLOCK": "unlocks",
    "INQUIRE FILE": "inquires",
    "SET FILE": "sets",
}
_QUEUE_WAYS = {"READQ": "reads", "WRITEQ": "writes", "DELETEQ": "deletes"}
_CONTAINER_WAYS = {"GET": "reads", "GET64": "reads", "PUT": "writes", "PUT64": "writes"}
_PROGRAM_WAYS = {
    "LINK": "calls",
    "XCTL": "transfers-to",
    "LOAD": "loads",
    "RELEASE": "releases",
    "HANDLE ABEND": "abends-to",
}
_TRANSACTION_WAYS = {
    "RETURN": "returns-to",
    "START": "starts",
    "RUN": "starts",
    "CANCEL": "cancels",
}
_MAP_WAYS = {"SEND MAP": "sends", "RECEIVE MAP": "receives"}
_DATA_WAYS = {"FROM": "sends", "INTO": "receives", "SET": "addresses", "RIDFLD": "keys"}


def ties(
    program: Program, name: str, options: Sequence[CicsOption], executed: frozenset[str]
) -> Iterator[CicsTie]:
    """The ties of one command, in the order of its options.

    `executed` are the names that EXEC blocks give values to: no constant is sure to be in them.
    """
    given = {option.name for option in options}
    for option in options:
        kind, how = _tie(name, option.name, given)
        if kind and option.argument is not None:
            names, sure = _constants(program, option, executed)
            yield CicsTie(kind, names, option.item, how, option.origin, sure)
            if kind == "map" and "MAPSET" not in given:
                yield CicsTie("mapset", names, option.item, how, option.origin, sure)


def _tie(name: str, option: str, given: set[str]) -> tuple[TieKind | None, str]:
    """What kind of thing an option of a command names, and what the command does with it."""
    verb = name.split()[0]
    if option in ("MAP", "MAPSET") and name in _MAP_WAYS:
        return ("map" if option == "MAP" else "mapset"), _MAP_WAYS[name]
    if option in ("FILE", "DATASET") and name in _FILE_WAYS:
        update = name == "READ" and "UPDATE" in given
        return "file", "reads-for-update" if update else _FILE_WAYS[name]
    if option in ("QUEUE", "QNAME") and verb in _QUEUE_WAYS:
        kind: TieKind = "td-queue" if name.endswith("TD") else "ts-queue"
        return kind, "rewrites" if "REWRITE" in given else _QUEUE_WAYS[verb]
    if option == "PROGRAM" and name in _PROGRAM_WAYS:
        return "program", _PROGRAM_WAYS[name]
    if option == "TRANSID" and verb in _TRANSACTION_WAYS:
        return "transaction", _TRANSACTION_WAYS[verb]
    if option == "COMMAREA":
        return "commarea", "addresses" if verb == "ADDRESS" else "passes"
    if option in ("CHANNEL", "TOCHANNEL"):
        return "channel", "uses" if "CONTAINER" in name else "passes"
    if option == "CONTAINER":
        return "container", _CONTAINER_WAYS.get(verb, "uses")
    if option in _DATA_WAYS:
        return "data", _DATA_WAYS[option]
    return None, ""


def _constants(
    program: Program, option: CicsOption, executed: frozenset[str]
) -> tuple[tuple[str, ...], bool]:
    if option.literal is not None:
        return (option.literal.strip().upper(),), True
    if option.item is None or option.name in _DATA_WAYS or option.name == "COMMAREA":
        return (), option.item is not None
    held = option.item.index < len(program.items)
    if not held or program.items[option.item.index] is not option.item:
        return (), False  # an item of the program around this one
    reached = constants(program, program.flow.uses, program.flow.moves, option.item, executed)
    names = dict.fromkeys(value.strip().upper() for value in reached.values)
    return tuple(name for name in names if name), reached.sure
