"""Measures of programs, copybooks and paragraphs."""

from __future__ import annotations

from cobolsmith.errors import UsageError
from cobolsmith.estate.answer import Answer, Section
from cobolsmith.estate.index import Index

_PROGRAMS = """
SELECT p.name, p.lines, f.comments, p.statements, p.complexity, p.gotos,
       round(100.0 * p.gotos / max(p.statements, 1), 1) AS density, p.nesting,
       (SELECT count(DISTINCT c.book) FROM copies c WHERE c.file = p.file) AS books,
       f.path || ':' || p.line AS place
FROM programs p JOIN files f ON f.id = p.file
WHERE p.kind = 'program' AND (:name = '' OR p.name = :name) ORDER BY f.path, p.line
"""
_COPYBOOKS = """
SELECT p.name, p.lines, f.comments,
       (SELECT count(DISTINCT c.file) FROM copies c JOIN programs g ON g.file = c.file
        WHERE c.found = p.file AND g.kind = 'program') AS fan_in, f.path
FROM programs p JOIN files f ON f.id = p.file
WHERE p.kind = 'copybook' AND p.n = 0 AND (:name = '' OR p.name = :name)
ORDER BY fan_in DESC, f.path
"""
_PARAGRAPHS = """
SELECT g.name AS program, p.name, p.lines, p.statements, p.complexity, p.gotos, p.nesting,
       f.path || ':' || p.line AS place
FROM procedures p JOIN programs g ON g.file = p.file AND g.n = p.program
JOIN files f ON f.id = p.at
WHERE p.kind = 'paragraph' AND (:name = '' OR g.name = :name)
ORDER BY p.complexity DESC, p.lines DESC, place
"""
SHOWN = 20
"""Paragraphs shown where all programs are: the most complex."""


def metrics(index: Index, name: str = "") -> Answer:
    """Lines, comment lines, statements, cyclomatic complexity, GO TOs (and GO TOs to a hundred
    statements), deepest nesting and copybooks of each program; lines and fan-in (programs that copy
    it) of each copybook; the paragraphs of one program, or the most complex of all.

    Complexity is 1 + IFs, WHENs, loops and conditional phrases (AT END, INVALID KEY, ...).
    """
    values = {"name": name.upper()}
    programs, books, paragraphs = (
        tuple(tuple(row) for row in index.db.execute(query, values))
        for query in (_PROGRAMS, _COPYBOOKS, _PARAGRAPHS)
    )
    if name and not programs and not books:
        raise UsageError(f"no program {values['name']} in the index", remedy="check the name")
    if not name:
        paragraphs = paragraphs[:SHOWN]
    lines = sum(row[1] for row in programs)
    measures = ("lines", "comments", "statements", "complexity", "go to", "per 100", "nesting")
    return Answer(
        f"metrics {values['name']}".strip(),
        f"{len(programs)} programs of {lines} lines, {len(books)} copybooks",
        (
            Section("programs", ("program", *measures, "copies", "where"), programs),
            Section("copybooks", ("copybook", "lines", "comments", "copied by", "where"), books),
            Section(
                "paragraphs" if name else f"the {SHOWN} most complex paragraphs",
                ("program", "paragraph", "lines", *measures[2:5], "nesting", "where"),
                paragraphs,
            ),
        ),
    )
