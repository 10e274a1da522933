"""What lowering knows of the program while it works: names, places, and how to refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cobolsmith.languages.cobol.reading import Reading, qualified
from cobolsmith.lowered import AllOf, FileName, Form, Ref, RefusedError, Unknown
from cobolsmith.program import DataItem, Origin, Procedure, Program

if TYPE_CHECKING:
    from tree_sitter import Node

    from cobolsmith.lowering.debugging import Debugging

Places = Mapping[int, tuple[str, str, Form]]
"""For each item of a program: its record's word, its own ("" for a record itself), its form."""


def place(origin: Origin, view: bytes) -> str:
    """`file:line:col` of what is written at an origin of a view."""
    before = view[: origin.span.start]
    line = before.count(b"\n") + 1
    column = len(before) - before.rfind(b"\n")
    return f"{origin.path}:{line}:{column}"


@dataclass(slots=True)
class Context:
    """One program being lowered; `outer` is that of the program around it, `segments` the segment
    numbers of its sections where they make a difference; `unknown` gathers the statements that are
    left as holes, where that is wished for; `debugging` is what debugging sections watch."""

    program: Program
    reading: Reading
    places: Places
    outer: Context | None = None
    procedure: int | None = None
    temporaries: int = 0
    sentence_left: bool = False
    loops: int = 0
    segments: Mapping[int, int] = field(default_factory=dict)
    extremes: Mapping[str, AllOf] = field(default_factory=dict)
    counters: Mapping[tuple[str, str], Ref] = field(default_factory=dict)
    cursors: dict[str, Node] = field(default_factory=dict)
    whenever: dict[str, tuple[bool, int]] = field(default_factory=dict)
    unknown: list[Unknown] | None = None
    debugging: Debugging | None = None

    def where(self, node: Node) -> str:
        """`file:line:col` of a node; a copybook's line where it stands in one."""
        origin = self.reading.origin(node)
        source = self.program.source
        if origin.path == source.path:
            return place(origin, source.view)
        view = origin.path.read_bytes() if origin.path.is_file() else b""
        return place(origin, view)

    def refused(self, node: Node, what: str, remedy: str = "") -> RefusedError:
        """The refusal of a construct, by name and place."""
        return RefusedError(
            f"can't translate {what}",
            where=self.where(node),
            remedy=remedy or "rewrite it, or leave this program in COBOL",
        )

    def item(self, node: Node) -> DataItem | None:
        """The item that a name means, where it means one."""
        name, qualifiers = qualified(self.reading, node)
        _, found = self.program.find(name, qualifiers)
        return found if isinstance(found, DataItem) else None

    def file(self, name: str) -> FileName | None:
        """The file of a name, here or (GLOBAL) in a program around this one."""
        entry = self.program.file(name)
        context: Context | None = self
        outward = 0
        while context is not None and entry is not None:
            if entry in context.program.files:
                return FileName(name, outward)
            context, outward = context.outer, outward + 1
        return None

    def owner(self, node: Node) -> tuple[Context, DataItem, int]:
        """The item that a name means, the context it is declared in, and how far outward."""
        name, qualifiers = qualified(self.reading, node)
        program, found = self.program.find(name, qualifiers)
        if not isinstance(found, DataItem):
            raise self.refused(node, f"{name}, which means no single item")
        context: Context = self
        outward = 0
        while context.program is not program:
            assert context.outer is not None
            context, outward = context.outer, outward + 1
        return context, found, outward

    def ref(self, item: DataItem, outward: int = 0) -> Ref:
        """An item as a place, without subscripts."""
        record, word, form = self.places[item.index]
        return Ref(record, word, form, outward=outward)

    def item_at(self, ref: Ref) -> DataItem:
        """The item that a place is made of."""
        context = self
        for _ in range(ref.outward):
            assert context.outer is not None
            context = context.outer
        wanted = (ref.record, ref.word)
        found = (index for index, at in context.places.items() if at[:2] == wanted)
        return context.program.items[next(found)]

    def procedure_named(self, node: Node) -> Procedure:
        """The paragraph or section that a name means."""
        name, qualifiers = qualified(self.reading, node)
        section = qualifiers[0] if qualifiers else ""
        found = self.program.resolve_procedure(name, section, self.procedure)
        if not isinstance(found, Procedure):
            raise self.refused(node, f"{name}, which means no single paragraph")
        return found

    def counter(self, node: Node) -> Ref | None:
        """The LINE-COUNTER or PAGE-COUNTER of a report that a name means."""
        name, qualifiers = qualified(self.reading, node)
        found = [
            ref
            for (report, word), ref in self.counters.items()
            if word == name and qualifiers in ((), (report,))
        ]
        return found[0] if len(found) == 1 else None

    def text(self, node: Node) -> str:
        """A node's text with its case."""
        return self.reading.tree.text(node)

    def words(self, node: Node) -> list[str]:
        """The keywords that stand directly in a node, in order, in their usual spelling."""
        return [one.type for one in node.children if not one.is_named]
