"""Who calls whom: CALLs and CICS links between programs, and the job steps that run them."""

from __future__ import annotations

from cobolsmith.errors import UsageError
from cobolsmith.estate.answer import Answer, Section
from cobolsmith.estate.index import Index

_CALLS = """
SELECT DISTINCT p.name AS caller, c.kind, c.target, c.sure, c.through,
       EXISTS (SELECT 1 FROM programs t WHERE t.name = c.target AND t.kind = 'program') AS here,
       f.path || ':' || c.line AS place
FROM calls c
JOIN programs p ON p.file = c.file AND p.n = c.program AND p.kind = 'program'
JOIN files f ON f.id = c.at
"""
_RUNS = """
SELECT j.name || '.' || s.name AS step, s.program, f.path || ':' || s.line AS place
FROM steps s JOIN jobs j ON j.file = s.file AND j.n = s.job JOIN files f ON f.id = s.at
WHERE s.program <> '' AND j.kind = 'job'
"""
COLUMNS = ("caller", "calls", "by", "how sure", "where")


def calls(index: Index, program: str = "") -> Answer:
    """All calls of the estate, or those to and from one program and what runs it.

    UsageError where the index has no program of that name.
    """
    name = program.upper()
    if name and not index.rows("SELECT 1 FROM programs WHERE name = ?", (name,)):
        raise UsageError(f"no program {name} in the index", remedy="check the name, or scan again")
    wanted = "WHERE p.name = :name OR c.target = :name" if name else ""
    rows = index.db.execute(f"{_CALLS} {wanted} ORDER BY caller, target, place", {"name": name})
    known: list[tuple[str, ...]] = []
    open_: list[tuple[str, ...]] = []
    for caller, kind, target, sure, through, here, place in rows:
        by = f"{kind} {through}".strip()
        where = sure if here or not target else f"{sure}; not in the estate"
        (known if target else open_).append((caller, target or through, by, where, place))
    runs = index.rows(f"{_RUNS} ORDER BY step")
    chosen = tuple(tuple(row) for row in runs if not name or row["program"] == name)
    what = f"of {name}" if name else "of the estate"
    summary = f"{len(known)} calls {what}, {len(open_)} not resolved, {len(chosen)} steps run it"
    return Answer(
        f"calls {name}".strip(),
        summary if name else summary.replace(" run it", ""),
        (
            Section("calls", COLUMNS, tuple(known)),
            Section("not resolved", COLUMNS, tuple(open_)),
            Section("run by", ("step", "program", "where"), chosen),
        ),
    )
