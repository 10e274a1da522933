"""EXEC SQL and EXEC CICS: results that nobody looks at, cursors that nobody opens."""

from __future__ import annotations

from collections.abc import Iterator

from cobolsmith.items import Origin
from cobolsmith.languages.sql.statement import SqlStatement
from cobolsmith.rules.rule import Found, Listing, Rule

_EXECUTED = ("select", "insert", "update", "delete", "merge", "fetch")
_CODES = frozenset(("SQLCODE", "SQLSTATE", "SQLCA", "SQLERRD", "SQLERRMC", "SQLWARN0", "SQLSTT"))


def code_not_looked_at(listing: Listing) -> Iterator[Found]:
    """SQL statements after which nothing looks at SQLCODE or SQLSTATE."""
    if any(one.whenever is not None for one in listing.sql) or not listing.sql:
        return
    looks = [one.origin for one in listing.program.references if one.name in _CODES]
    for number, one in enumerate(listing.sql):
        if one.kind in _EXECUTED and one.origin.path == listing.program.source.path:
            later = (other for other in listing.sql[number + 1 :] if other.kind in _EXECUTED)
            following = next((o for o in later if o.procedure == one.procedure), None)
            looping = _in_loop(listing, one.origin, looks)
            if not looping and not _looked_at(listing, one, following, looks):
                what = f"nothing looks at SQLCODE after this {one.kind.upper()}"
                yield Found(one.origin, what)


def _looked_at(
    listing: Listing, one: SqlStatement, following: SqlStatement | None, looks: list[Origin]
) -> bool:
    program = listing.program
    if one.procedure is None:
        return True
    own = program.procedures[one.procedure].origin
    end = following.origin.span.start if following else own.span.end
    path, start = one.origin.path, one.origin.span.end
    if any(at.path == path and start <= at.span.start < end for at in looks):
        return True
    holding = {_holder(listing, at) for at in looks}
    for edge in program.edges:
        here = edge.origin.path == path and start <= edge.origin.span.start < end
        if here and (edge.target is None or _leads(listing, edge.target, holding)):
            return True  # what it performs, calls or goes to looks
        if following is None and edge.target == one.procedure and edge.source in holding:
            return True  # who performs it looks
        falls = edge.source == one.procedure and edge.kind == "fall_through"
        if following is None and falls and edge.target in holding:
            return True
    return False


def _in_loop(listing: Listing, at: Origin, looks: list[Origin]) -> bool:
    """Whether a PERFORM ... END-PERFORM around a place looks: at its top, for the next round."""
    for said in listing.statements("perform_statement"):
        loop = listing.origin(said.statement.node)
        inside = [one for one in (at, *looks) if one.path == loop.path and _holds(loop, one)]
        if at in inside and len(inside) > 1:
            return True
    return False


def _holds(outer: Origin, inner: Origin) -> bool:
    return outer.span.start <= inner.span.start < outer.span.end


def _holder(listing: Listing, at: Origin) -> int | None:
    found = listing.program.procedure_at(at.path, at.span.start)
    return found.index if found else None


def _leads(listing: Listing, target: int, holding: set[int | None]) -> bool:
    """Whether a procedure, one in it or one that it performs looks."""
    near = {target, *(o.index for o in listing.program.procedures if o.section == target)}
    near |= {
        edge.target
        for edge in listing.program.edges
        if edge.source in near and edge.target is not None
    }
    return bool(near & holding)


def response_not_looked_at(listing: Listing) -> Iterator[Found]:
    """CICS commands with RESP whose item is not looked at before the next command."""
    for one in listing.cics:
        own = one.origin.path == listing.program.source.path
        if one.handling == "unchecked" and own and one.resp is not None:
            yield Found(one.origin, f"nothing looks at {one.resp.name} after {one.name}")


def cursor_not_opened(listing: Listing) -> Iterator[Found]:
    """Cursors that are fetched and that no OPEN names."""
    opened = {one.cursor for one in listing.sql if one.kind == "open"}
    for one in listing.sql if listing.usable else ():
        if one.kind == "fetch" and one.cursor and one.cursor not in opened:
            opened.add(one.cursor)
            yield Found(one.origin, f"no OPEN names the cursor {one.cursor}")


def not_understood(listing: Listing) -> Iterator[Found]:
    """What the readers of COBOL, SQL and CICS met and don't know; not what a missing copybook may
    define, which is told already."""
    program = listing.program
    missing = any(problem.kind == "missing copybook" for problem in program.problems)
    unknowns = [problem for one in listing.sql for problem in one.unknowns]
    unknowns += [problem for one in listing.cics for problem in one.unknowns]
    unknowns += [problem for problem in program.unknowns if problem.kind != "syntax"]
    for problem in unknowns:
        if missing and problem.kind == "argument":
            continue
        yield Found(problem.origin, f"not understood: {problem.kind}: {problem.what}")


RULES = (
    Rule(
        "sqlcode-unchecked",
        "warning",
        "Without WHENEVER a statement that fails, or finds no row, goes by in silence.",
        "`refactor sqlcode-check`, or test SQLCODE after it",
        code_not_looked_at,
    ),
    Rule(
        "resp-unchecked",
        "warning",
        "RESP keeps CICS from handling the error: if the program doesn't either, nobody does.",
        "`refactor resp-check`, or test the item after it",
        response_not_looked_at,
    ),
    Rule(
        "cursor-not-opened",
        "error",
        "FETCH of a cursor that isn't open fails (SQLCODE -501).",
        "OPEN it before",
        cursor_not_opened,
    ),
    Rule(
        "not-understood",
        "note",
        "What cobolsmith doesn't understand it can't check, and its other answers may lack it.",
        "check the place by hand",
        not_understood,
    ),
)
