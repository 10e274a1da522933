"""USE FOR DEBUGGING: what is watched, and when it is looked at.

The debugging sections run where the environment's COB_SET_DEBUG says so. When each one runs, and
what DEBUG-ITEM holds then, is as GnuCOBOL has it: behind the statement that refers to an item,
before a record is written, where a procedure is entered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cobolsmith.dataflow import WRITING, Use
from cobolsmith.languages.cobol.flow import Body
from cobolsmith.languages.cobol.reading import every, qualified
from cobolsmith.lowered import (
    DEBUGGING,
    Argument,
    Block,
    Branch,
    FileName,
    Leave,
    Procedure,
    Ref,
    Run,
    Statement,
    Step,
    While,
)
from cobolsmith.lowering.context import Context
from cobolsmith.program import DataItem, Origin
from cobolsmith.program import Procedure as Declared

if TYPE_CHECKING:
    from tree_sitter import Node

_RECEIVING = frozenset(
    f"{one}_statement" for one in "move set add subtract multiply divide compute initialize".split()
)
"""Statements whose receivers GnuCOBOL counts as referred to without ALL REFERENCES."""
_KNOWN = _RECEIVING | {
    f"{one}_statement"
    for one in "accept string unstring inspect display if evaluate go_to perform".split()
}
_WRITES = ("write_statement", "rewrite_statement")
_DONE = ("open_statement", "close_statement", "start_statement", "delete_statement")


@dataclass(slots=True)
class Debugging:
    """What the debugging sections of a program watch: procedures and items by their indexes, files
    by their names; each with the section that looks. Items in `everywhere` are watched in all
    references, other ones as receivers."""

    context: Context
    sections: frozenset[int]
    procedures: dict[int, Procedure] = field(default_factory=dict)
    files: dict[str, Procedure] = field(default_factory=dict)
    items: dict[int, Procedure] = field(default_factory=dict)
    everywhere: set[int] = field(default_factory=set)

    @property
    def looking(self) -> bool:
        """Whether what is lowered now is no debugging section itself."""
        return not _is_inside(self.context, self.context.procedure, self.sections)

    # --- Procedures ---

    def entered(self, index: int) -> Block:
        """What happens where a paragraph or section begins."""
        if index not in self.procedures:
            return ()
        name = self.context.program.procedures[index].name
        return (_do("reached", name, self.procedures[index]),)

    def altered(self, changed: int, target: int) -> Block:
        """What happens behind an ALTER."""
        names = (self.context.program.procedures[one].name for one in (changed, target))
        section = (self.procedures[changed],) if changed in self.procedures else ()
        return (_do("altered", *names, *section),)

    # --- Statements ---

    def around(
        self, node: Node, lowered: Callable[[Context, Node], Sequence[Statement]]
    ) -> Sequence[Statement]:
        """A statement as `lowered` gives it, with what its references make happen."""
        found = lowered(self.context, node)
        if not self.looking:
            return found
        uses = list(self._uses(node))
        at = _do("at", int(self.context.where(node).split(":")[-2]))
        if node.type == "perform_statement":
            return [at, *self._performed(node, uses, found)]
        if node.type == "go_to_statement":
            at = replace(at, steps=(Step("at", (*at.steps[0].arguments, *self._alterable())),))
            return [at, *self._counted(node, uses), *self._gone(node), *found]
        if node.type in _WRITES:
            return [at, *found[:-1], *self._written(node, uses), found[-1]]
        moved = [one for each in found for one in self._moved(node, each)]
        return [at, *moved, *self._counted(node, uses)]

    def _uses(self, node: Node) -> Iterator[Use]:
        """The uses of watched items in a statement, without those in statements inside of it."""
        inside = [self.context.reading.origin(one) for one in _statements_in(node)]
        outside = self.context.reading.origin(node)
        for use in self.context.program.flow.uses:
            here = use.item in self.items and _holds(outside, use.origin)
            if here and not any(_holds(one, use.origin) for one in inside):
                yield use

    def _counted(self, node: Node, uses: Sequence[Use]) -> Iterator[Statement]:
        """A look at each item that a statement refers to in a way that counts, once for each."""
        seen: set[int] = set()
        for use in sorted(uses, key=lambda one: one.origin.span.start):
            matters = use.item in self.everywhere or use.role in WRITING
            if node.type not in _KNOWN and matters:
                raise self.context.refused(
                    node, f"{use.verb} of an item watched by USE FOR DEBUGGING"
                )
            receives = node.type in _RECEIVING and use.role in WRITING
            if use.item not in seen and (receives or use.item in self.everywhere):
                yield self._saw(node, use)
                seen.add(use.item)

    def _saw(self, node: Node, use: Use) -> Statement:
        """A look at an item as a statement refers to it, with its subscripts."""
        name, place = self._referred(node, use)
        return _do("saw", name, place, self.items[use.item], *place.at)

    def _referred(self, node: Node, use: Use) -> tuple[str, Ref]:
        """The name by which a statement refers to an item, its qualifiers too, and the place."""
        from cobolsmith.lowering.operands import reference

        for one in _under(node):
            named = one.type in ("qualified_name", "name")
            if named and self.context.reading.origin(one) == use.origin:
                place = reference(self.context, one)
                if place.start is not None:
                    raise self.context.refused(one, "reference modification of a watched item")
                return self._said(one), place
        raise self.context.refused(node, "USE FOR DEBUGGING ON what is referred to here")

    def _said(self, node: Node) -> str:
        name, qualifiers = qualified(self.context.reading, node)
        return " OF ".join((name, *qualifiers))

    # --- Files ---

    def _moved(self, node: Node, statement: Statement) -> Iterator[Statement]:
        """A statement on a file, with the look that follows."""
        run = statement.run if isinstance(statement, Branch) else statement
        name = (
            run.subject.word if isinstance(run, Run) and isinstance(run.subject, FileName) else ""
        )
        if name not in self.files or not isinstance(run, Run):
            yield statement
            return
        then: Block = ()
        otherwise: Block = ()
        if isinstance(statement, Branch):
            then, otherwise = statement.then, statement.otherwise
        if node.type == "read_statement":
            yield Branch(run, then, (self._record(node, name), *otherwise))
        elif node.type in _DONE and then + otherwise:
            look = _do("used", name, self.files[name])
            yield Branch(run, (look, *then), (look, *otherwise))
        elif node.type in _DONE:
            yield statement
            yield _do("used", name, self.files[name])
        else:
            spoken = node.type.removesuffix("_statement").upper()
            raise self.context.refused(node, f"{spoken} of a file watched by USE FOR DEBUGGING")

    def _record(self, node: Node, name: str) -> Statement:
        """The look that follows a READ: what was read is the contents."""
        entry = self.context.program.file(name)
        assert entry is not None
        items = [self.context.program.items[one] for one in entry.records]
        longest = max(items, key=lambda one: one.length)
        return _do("read", name, self.context.ref(longest), self.files[name])

    def _written(self, node: Node, uses: Sequence[Use]) -> Iterator[Statement]:
        """The look before a WRITE or REWRITE of a record."""
        name = node.child_by_field_name("record")
        record = self.context.item(name) if name is not None else None
        others = [one for one in uses if record is None or one.item != record.index]
        if others:
            raise self.context.refused(node, "WRITE FROM an item watched by USE FOR DEBUGGING")
        if name is not None and record is not None and record.index in self.items:
            yield _do("saw", self._said(name), self.context.ref(record), self.items[record.index])

    # --- What leads control ---

    def _gone(self, node: Node) -> Iterator[Statement]:
        """What a GO TO tells the procedure that it leads to."""
        targets = [
            self.context.procedure_named(one) for one in node.children_by_field_name("target")
        ]
        watched = [at for at, one in enumerate(targets, 1) if one.index in self.procedures]
        depending = node.child_by_field_name("depending")
        if watched and depending is None:
            yield _do("left", *self._alterable())
        elif watched and depending is not None:
            from cobolsmith.lowering.operands import operand

            yield _do("left_for", operand(self.context, depending), *watched)

    def _alterable(self) -> tuple[str, ...]:
        """The paragraph that a GO TO is in, where an ALTER may lead past it."""
        at, program = self.context.procedure, self.context.program
        changed = {one.source for one in program.edges if one.kind == "alter"}
        return (program.procedures[at].name,) if at is not None and at in changed else ()

    def _performed(
        self, node: Node, uses: Sequence[Use], found: Sequence[Statement]
    ) -> Iterator[Statement]:
        """A PERFORM: UNTIL refers to all watched items in it, VARYING to what it varies."""
        if node.child_by_field_name("procedure") is not None:
            yield _do("performs")
        varying = node.child_by_field_name("varying")
        until = node.child_by_field_name("until")
        levels = [one for one in (varying or until,) if one is not None]
        if varying is not None:
            levels += [one for one in varying.children if one.type == "after_phrase"]
        if not levels:
            yield from found
            return
        *begun, loop = found
        yield from begun
        yield from self._varied(levels[0], uses) if begun else ()
        assert isinstance(loop, While)
        yield self._loop(levels, uses, loop)

    def _loop(self, levels: Sequence[Node], uses: Sequence[Use], loop: While) -> While:
        asked = tuple(self._asked(levels[0], uses))
        varied = tuple(self._varied(levels[0], uses)) if loop.step else ()
        body, head = loop.body, loop.head
        if len(levels) > 1:
            inner = body[0]
            assert isinstance(inner, While)
            body = (self._loop(levels[1:], uses, inner),)
            head = (*head, *self._varied(levels[1], uses))
        if loop.first and asked:
            if any(one == Leave("round") for one in body):
                raise self.context.refused(levels[0], "EXIT PERFORM CYCLE under USE FOR DEBUGGING")
            return replace(loop, body=(*body, *asked), step=(*loop.step, *varied), head=head)
        return replace(loop, body=body, step=(*loop.step, *varied), head=(*head, *asked))

    def _asked(self, level: Node, uses: Sequence[Use]) -> Iterator[Statement]:
        condition = level.child_by_field_name("condition")
        yield from self._changed(condition, uses) if condition is not None else ()

    def _varied(self, level: Node, uses: Sequence[Use]) -> Iterator[Statement]:
        index = level.child_by_field_name("index")
        yield from self._changed(index, uses) if index is not None else ()

    def _changed(self, node: Node, uses: Sequence[Use]) -> Iterator[Statement]:
        """A look at what a loop's phrase refers to; DEBUG-SUB stays as it is."""
        here = self.context.reading.origin(node)
        inside = {one.item: one for one in uses if _holds(here, one.origin)}
        for use in inside.values():
            name, place = self._referred(node, use)
            if place.at:
                raise self.context.refused(node, "a loop over a watched item of a table")
            yield _do("changed", name, place, self.items[use.item])


def debugging_of(context: Context, bodies: Sequence[Body]) -> Debugging | None:
    """What is watched by the debugging sections of a program WITH DEBUGGING MODE, if it has any."""
    uses = {
        one.procedure.index: use
        for one in bodies
        if one.procedure is not None
        for use in _declared(context, one)
    }
    if not uses or not has_debugging_mode(context):
        return None
    found = Debugging(context, frozenset(uses))
    for section, use in uses.items():
        inside = [one.index for one in context.program.procedures if one.section == section]
        _watch(found, use, Procedure(section, max(inside, default=section)))
    return found


def has_debugging_mode(context: Context) -> bool:
    """Whether SOURCE-COMPUTER says WITH DEBUGGING MODE."""
    computers = every(context.reading.tree.root, "source_computer_paragraph")
    return any("DEBUGGING" in context.reading.word(one) for one in computers)


def for_debugging(context: Context, body: Body) -> bool:
    """Whether a section's USE is one FOR DEBUGGING."""
    return any(True for _ in _declared(context, body))


def _declared(context: Context, body: Body) -> Iterator[Node]:
    for one in body.sentences if body.procedure is not None else ():
        for use in one.children:
            if use.type == "use_statement" and "DEBUGGING" in context.reading.word(use).split():
                yield use


def _watch(found: Debugging, use: Node, section: Procedure) -> None:
    """Take up what a USE FOR DEBUGGING names."""
    context = found.context
    words = context.reading.word(use).replace(",", " ").split()
    words = words[words.index("DEBUGGING") + 1 :]
    at, whole = int(words[:1] == ["ON"]), False
    while at < len(words):
        name, at = words[at], at + 1
        if name in ("ALL", "REFERENCES") or (whole and name in ("OF", "IN")):
            whole = True
            continue
        qualifiers: list[str] = []
        while words[at : at + 1] in (["OF"], ["IN"]):
            qualifiers, at = [*qualifiers, words[at + 1]], at + 2
        _name(found, use, (name, *qualifiers), section, whole)
        whole = False


def _name(
    found: Debugging, use: Node, names: tuple[str, ...], section: Procedure, whole: bool
) -> None:
    """Take up a name: of an item, a file, a procedure, or all procedures."""
    context, name = found.context, names[0]
    _, item = context.program.find(name, names[1:])
    procedure = context.program.resolve_procedure(name, "".join(names[1:2]), None)
    if whole and name == "PROCEDURES":
        for one in context.program.procedures:
            if not _is_inside(context, one.index, found.sections):
                found.procedures[one.index] = section
    elif isinstance(item, DataItem):
        found.items[item.index] = section
        found.everywhere |= {item.index} if whole else set()
    elif context.file(name) is not None:
        found.files[name] = section
    elif isinstance(procedure, Declared):
        found.procedures[procedure.index] = section
    else:
        raise context.refused(use, f"USE FOR DEBUGGING ON {name}, which means no single thing")


def _is_inside(context: Context, at: int | None, sections: frozenset[int]) -> bool:
    procedures = context.program.procedures
    return at is not None and bool({at, procedures[at].section} & sections)


# --- Nodes ---


def _do(method: str, *arguments: Argument) -> Run:
    return Run(FileName(DEBUGGING), (Step(method, arguments),))


def _holds(outer: Origin, inner: Origin) -> bool:
    """Whether one origin is inside of another one."""
    start, end = outer.span.start, outer.span.end
    return outer.path == inner.path and start <= inner.span.start and inner.span.end <= end


def _under(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _under(child)


def _statements_in(node: Node) -> Iterator[Node]:
    """The statements right inside of a statement."""
    for child in node.children:
        if child.type.endswith("_statement"):
            yield child
        else:
            yield from _statements_in(child)
