"""The facts of a BMS source: its maps and the named fields in them."""

from __future__ import annotations

from cobolsmith.estate import facts
from cobolsmith.estate.index import Facts
from cobolsmith.items import Origin
from cobolsmith.languages.bms import read_bms
from cobolsmith.scan.places import Place, Rows
from cobolsmith.source import Source


def read_facts(source: Source, file: int) -> Facts:
    """Everything the index keeps of a mapset."""
    rows = Rows(file)

    def of(origin: Origin) -> Place:
        span = origin.span
        return file, span.start, span.end, source.line_column(span.start)[0]

    mapset = read_bms(source)
    for one in mapset.maps:
        rows.add(
            "map_fields", facts.MapField(*of(one.origin), mapset.name, one.name, "", *one.size, 0)
        )
        for field in one.named():
            names = (mapset.name, one.name, field.name)
            where = (field.row, field.column, field.length)
            rows.add("map_fields", facts.MapField(*of(field.origin), *names, *where))
    for unknown in mapset.unknowns:
        rows.add("unknowns", facts.Unknown(*of(unknown.origin), unknown.kind, unknown.what))
    lines = source.view.splitlines()
    comments = sum(line[:1] == b"*" for line in lines)
    blanks = sum(not line.strip() for line in lines)
    return Facts(file, source.format, len(lines), comments, blanks, rows=rows.tables)
