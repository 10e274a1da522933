"""Files: errors that nothing looks at, and files that are used without being opened."""

from __future__ import annotations

from collections.abc import Iterator

from cobolsmith.program import FileEntry, Program
from cobolsmith.rules.rule import Found, Listing, Rule

_LOOKS = frozenset(("reads", "tests", "compares", "passes", "shows"))
_ENDS = frozenset(("at_end_phrase", "invalid_key_phrase"))
_WORKS = frozenset(("reads", "writes", "rewrites", "starts"))
"""What a file must be open for; DELETE FILE is none of it."""


def without_status(listing: Listing) -> Iterator[Found]:
    """Files in use that have neither a FILE STATUS nor declaratives."""
    program = listing.program
    used = {one.file for one in program.flow.files}
    for file in program.files:
        if file.kind == "FD" and file.name in used and not file.status and not _handled(program):
            yield Found(file.origin, f"{file.name} has no FILE STATUS: an error ends the program")


def status_not_tested(listing: Listing) -> Iterator[Found]:
    """Files whose FILE STATUS item is there and never looked at."""
    program = listing.program
    used = {one.file for one in program.flow.files}
    for file in program.files if listing.usable and not _handled(program) else ():
        mine = file.kind == "FD" and file.name in used and file.status
        if mine and not _tested(listing, file):
            what = f"nothing looks at {file.status}, the FILE STATUS of {file.name}"
            yield Found(file.origin, what)


def read_without_end(listing: Listing) -> Iterator[Found]:
    """READs that neither say what happens at the end nor have a status that is looked at."""
    program = listing.program
    if _handled(program):
        return
    for said in listing.statements("read_statement"):
        names = said.statement.at("file")
        file = program.file(names[0].name) if names else None
        phrases = {child.type.removeprefix("not_") for child in said.statement.node.children}
        if file is None or phrases & _ENDS or (file.status and _tested(listing, file)):
            continue
        asked = "INVALID KEY" if file.access == "RANDOM" else "AT END"
        what = f"READ {file.name} has no {asked}, and no status is looked at"
        yield Found(listing.origin(said.statement.node), what)


def not_opened(listing: Listing) -> Iterator[Found]:
    """Files that are read or written and that no OPEN names."""
    program = listing.program
    if not listing.usable or program.outer is not None:
        return
    opened = {one.file for one in program.flow.files if one.how.startswith("opens")}
    for use in program.flow.files:
        file = program.file(use.file)
        shared = file is None or file.kind != "FD" or file.global_ or _external(program, file)
        sorts = use.verb in ("SORT", "MERGE", "RELEASE", "RETURN")
        if use.how in _WORKS and use.file not in opened and not shared and not sorts:
            opened.add(use.file)
            yield Found(use.origin, f"{use.verb} of {use.file}, which no OPEN names")


def _handled(program: Program) -> bool:
    return any(one.declarative for one in program.procedures)


def _external(program: Program, file: FileEntry) -> bool:
    return any(program.items[index].external for index in file.records)


def _tested(listing: Listing, file: FileEntry) -> bool:
    """Whether the status item, a part of it or what holds it is looked at somewhere."""
    program = listing.program
    found = program.names.get(file.status, ())
    if not found or file.status in listing.executed:
        return True  # of another program, or not told here
    near = {one for index in found for one in listing.named(index)}
    record = program.record(found[0])
    if record.section == "LINKAGE" or record.external or program.is_global(found[0]):
        return True  # another program looks at it
    return any(use.item in near and use.role in _LOOKS for use in program.flow.uses)


RULES = (
    Rule(
        "file-without-status",
        "note",
        "Without FILE STATUS or declaratives the run-time system ends the program on any error of "
        "the file, with its own message and nothing cleaned up.",
        "`refactor file-status`, or add FILE STATUS and test it after each statement",
        without_status,
    ),
    Rule(
        "status-not-tested",
        "warning",
        "Where FILE STATUS is given, the run-time system leaves errors to the program. A status "
        "that nothing looks at hides them.",
        "`refactor file-status`, or test it after each OPEN, READ, WRITE",
        status_not_tested,
    ),
    Rule(
        "read-without-end",
        "warning",
        "A READ that fails leaves the last record where it was; without AT END, INVALID KEY or a "
        "status the program works on with it, or ends.",
        "`refactor exception-phrases`, or add AT END or INVALID KEY",
        read_without_end,
    ),
    Rule(
        "file-not-opened",
        "error",
        "Reading or writing a file that is not open is an error of the run (status 47, 48 or 49).",
        "OPEN it before, or take the statement out",
        not_opened,
    ),
)
