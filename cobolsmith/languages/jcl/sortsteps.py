"""Steps that sort: which DDs hold what they are told, and ICETOOL's operators."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from cobolsmith.items import Origin, Problem
from cobolsmith.languages.jcl.control import MARGIN, cards
from cobolsmith.languages.jcl.expansion import FindMember
from cobolsmith.languages.jcl.jobs import DD, Step
from cobolsmith.languages.jcl.sortcards import read_sorting
from cobolsmith.languages.jcl.sorting import Control, Piece, Sorting
from cobolsmith.source import Source, Span

PROGRAMS = frozenset(("SORT", "ICEMAN", "SYNCSORT", "DFSORT"))
"""Programs whose SYSIN holds these statements."""

TOOLS = frozenset(("ICETOOL", "SYNCTOOL"))
"""Programs whose TOOLIN holds operators; what an operator is USING(NAME) is in NAMECNTL."""


def step_sorting(
    step: Step, read: Callable[[Path], Source], find_member: FindMember
) -> Sorting | None:
    """What a step tells SORT in SYSIN, in the job or in a member; None if it doesn't run SORT.

    `read` gives a source of the estate by its path, `find_member` a member by its name.
    """
    tool = step.program.upper() in TOOLS
    if not tool and step.program.upper() not in PROGRAMS:
        return None
    found: list[Sorting] = []
    for dd in step.dds:
        if tool and dd.name == "TOOLIN":
            found += _told(dd, read, find_member, read_tool)
        elif dd.name in ("SYSIN", "SORTCNTL", "DFSPARM") or (tool and dd.name.endswith("CNTL")):
            found += _told(dd, read, find_member, read_sorting)
    controls = tuple(control for one in found for control in one.controls)
    return Sorting(controls, tuple(problem for one in found for problem in one.unknowns))


def _told(
    dd: DD,
    read: Callable[[Path], Source],
    find_member: FindMember,
    reader: Callable[[Source, Span | None, str | None], Sorting],
) -> Iterator[Sorting]:
    """What the data of a DD says, in the job and in members."""
    for data in dd.instream:
        yield reader(read(data.origin.path), data.origin.span, data.text)
    for dataset in dd.datasets:
        source = find_member(dataset.member) if dataset.member else None
        if source is not None:
            yield reader(source, None, None)
            continue
        what = f"{dataset.member or dataset.dsn or dd.name} with control statements isn't found"
        yield Sorting(unknowns=(Problem("member", what, dataset.origin, "add the member"),))


_FIELD = re.compile(
    r"\b(?:ON|WITH)\((?P<begin>\d+),(?P<length>\d+)(?:,(?P<format>\w+))?[^)]*\)", re.IGNORECASE
)


def read_tool(source: Source, span: Span | None = None, text: str | None = None) -> Sorting:
    """The operators of ICETOOL with the fields of ON and WITH; a hyphen continues an operator."""
    controls: list[Control] = []
    going_on = False
    for start, card in cards(source, span, text):
        said = card[: MARGIN + 1].rstrip()
        if said.startswith("*") or not said.strip():
            continue
        place = Origin(source.path, Span(start + len(said) - len(said.lstrip()), start + len(said)))
        if not going_on:
            operation = said.split()[0].upper()
            controls.append(Control(operation, place, ""))
        last = controls[-1]
        pieces = tuple(
            Piece(
                last.operation,
                int(field["begin"]),
                int(field["length"]),
                Origin(source.path, Span(start + field.start("begin"), start + field.end() - 1)),
                format=(field["format"] or "").upper(),
                input=int(field["begin"]),
            )
            for field in _FIELD.finditer(said)
        )
        going_on = said.endswith("-")
        words = f"{last.text} {said.removesuffix('-').strip()}".strip()
        whole = Origin(source.path, Span(last.origin.span.start, place.span.end))
        controls[-1] = replace(last, text=words, origin=whole, pieces=(*last.pieces, *pieces))
    return Sorting(tuple(controls))
