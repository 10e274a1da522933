"""Whether a program looks at a command's response before it goes on to the next."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from cobolsmith.items import Origin
from cobolsmith.languages.cics.command import CicsCommand, Handling
from cobolsmith.program import DataItem, Program, Reference

_REGISTERS = frozenset(("EIBRESP", "EIBRESP2", "EIBRCODE"))


@dataclass(slots=True)
class Responses:
    """The names that a program's statements use, by place: asked once for each command."""

    program: Program
    _used: dict[object, list[Reference]]
    _starts: dict[object, list[int]]

    @classmethod
    def of(cls, program: Program) -> Responses:
        """The references of a program, by file and in order."""
        used: dict[object, list[Reference]] = {}
        for reference in program.references:
            used.setdefault(reference.origin.path, []).append(reference)
        for references in used.values():
            references.sort(key=lambda one: one.origin.span.start)
        starts = {path: [one.origin.span.start for one in many] for path, many in used.items()}
        return cls(program, used, starts)

    def handling(self, one: CicsCommand, following: int | None, handled: bool) -> Handling:
        """How a command's conditions are dealt with; `following` is where the next one of its
        paragraph begins."""
        names = self._response_names(one)
        if names & self._between(one.origin, one.procedure, following):
            return "checked"
        if one.resp is not None or one.option("RESP") is not None:
            return "unchecked"
        if one.nohandle:
            return "nohandle"
        return "handled" if handled else "default"

    def _response_names(self, one: CicsCommand) -> set[str]:
        if one.option("RESP") is None and not one.nohandle:
            return set()
        names = set(_REGISTERS)
        for item in (one.resp, one.resp2):
            names |= self._names(item) if item is not None else set()
        return names

    def _names(self, item: DataItem) -> set[str]:
        """The item's name, its condition-names, and the groups around it."""
        conditions = {self.program.items[index].name for index in item.conditions}
        holders = {holder.name for holder in self.program.ancestors(item.index)}
        return {item.name, *conditions, *holders} - {""}

    def _between(self, origin: Origin, procedure: int | None, following: int | None) -> set[str]:
        """The names used from a command to the next of its paragraph, and in what is performed."""
        held = self.program.procedures[procedure].origin if procedure is not None else None
        end = held.span.end if held is not None and held.path == origin.path else 1 << 60
        end = min(end, following if following is not None else end)
        found = self._within(origin, origin.span.end, end)
        for edge in self.program.edges:
            place = edge.origin
            inside = origin.span.end <= place.span.start < end and place.path == origin.path
            if inside and edge.target is not None and edge.kind != "fall_through":
                last = edge.through if edge.through is not None else edge.target
                for target in self.program.procedures[edge.target : last + 1]:
                    span = target.origin.span
                    found |= self._within(target.origin, span.start, span.end)
        return found

    def _within(self, origin: Origin, start: int, end: int) -> set[str]:
        starts: Sequence[int] = self._starts.get(origin.path, ())
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        used = self._used.get(origin.path, [])[first:last]
        return {one.name for one in used if one.role in ("use", "both")}
