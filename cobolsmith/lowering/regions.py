"""Paragraphs as one: their GO TOs as loops, returns and choices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from cobolsmith.lowered import (
    Block,
    Compute,
    GoTo,
    GoToOneOf,
    If,
    Leave,
    Paragraph,
    Remark,
    Sentence,
    Statement,
    Times,
    Truth,
    While,
    goes_on,
)

_BRANCHES = (("then", "otherwise"), ("on_error", "otherwise"))
"""Blocks of which a statement always takes one; those of a `Branch` may both be left out."""
_BLOCKS = ("then", "otherwise", "body", "on_error", "step", "head")


class StaysError(Exception):
    """A GO TO here is none of the structured ways."""


def nodes(node: object) -> Iterator[object]:
    """A tree's nodes."""
    if isinstance(node, tuple):
        for one in node:
            yield from nodes(one)
    elif is_dataclass(node):
        yield node
        for one in fields(node):
            yield from nodes(getattr(node, one.name))


def go_tos(node: object) -> Iterator[GoTo | GoToOneOf]:
    """The GO TOs of a tree."""
    return (one for one in nodes(node) if isinstance(one, GoTo | GoToOneOf))


def changed(node: Any, change: Callable[[object], object | None]) -> Any:
    """A tree with nodes replaced where `change` gives another one."""
    if isinstance(node, tuple):
        return tuple(changed(one, change) for one in node)
    if not is_dataclass(node) or isinstance(node, type):
        return node
    other = change(node)
    if other is not None:
        return other
    new = {one.name: changed(getattr(node, one.name), change) for one in fields(node)}
    same = all(new[name] is getattr(node, name) for name in new)
    return node if same else replace(node, **new)


@dataclass(frozen=True, slots=True)
class Region:
    """Paragraphs that become one: `head` is the first, whose index a way out carries; `behind` a
    label behind them, GO TO which is a return too."""

    head: int
    row: Sequence[Paragraph]
    behind: int | None = None

    def block(self) -> Block:
        """The statements of all, structured."""
        items: list[Statement] = []
        for paragraph in self.row:
            said = () if paragraph is self.row[0] else paragraph.comment
            items.append(Remark(paragraph.index, (paragraph.name, *said)))
            items += [self._own_leaves(one, paragraph) for one in paragraph.body]
        found = self.sequence(tuple(items), Around())
        return found[1:] if isinstance(found[0], Remark) else found

    def _own_leaves(self, one: Statement, paragraph: Paragraph) -> Statement:
        """EXIT PARAGRAPH of one of them leads to the next one's label."""
        following = [each.index for each in self.row if each.index > paragraph.index]

        def led(node: object) -> object | None:
            if isinstance(node, Leave) and node.what == "paragraph":
                return GoTo(following[0]) if following else Leave("paragraph", self.head)
            return None

        found: Statement = changed(one, led)
        return found

    @property
    def end(self) -> int | None:
        """The label behind the paragraphs, or the last one where it is empty."""
        if self.behind is not None:
            return self.behind
        return self.row[-1].index if not self.row[-1].body else None

    def sequence(self, items: Block, around: Around) -> Block:
        """Items with labels among them, structured."""
        back = self.first_back(items, around)
        if back is None:
            return self.forward(items, around)
        start, end = back
        label, after = items[start], items[end:]
        assert isinstance(label, Remark)
        follows = around.behind if not after else None
        follows = after[0].paragraph if after and isinstance(after[0], Remark) else follows
        inner = self.sequence(items[start:end], Around(label.paragraph, follows, False))
        inner = (*inner, Leave("loop")) if goes_on(inner) else inner
        loop = While(Truth(False), without_rounds(inner[1:]))
        return self.sequence((*items[:start], label, loop, *after), around)

    def first_back(self, items: Block, around: Around) -> tuple[int, int] | None:
        """Where the first loop begins and ends that GO TOs back to a label make."""
        for start, label in enumerate(items):
            if not isinstance(label, Remark) or label.paragraph == around.head:
                continue
            sources = [
                at
                for at in range(start + 1, len(items))
                if any(one.target == label.paragraph for one in plain(items[at]))
            ]
            if sources:
                return start, self.loop_end(items, start, sources[-1] + 1)
        return None

    def loop_end(self, items: Block, start: int, end: int) -> int:
        """The end of a loop, with those of the loops that begin in it."""
        for at in range(start + 1, len(items)):
            label = items[at]
            if at < end and isinstance(label, Remark):
                for source in range(end, len(items)):
                    if any(one.target == label.paragraph for one in plain(items[source])):
                        end = source + 1
        return end

    def forward(self, items: Block, around: Around) -> Block:
        """A sequence whose GO TOs lead forward, out of it, or to the loop around it."""
        labels = {one.paragraph: at for at, one in enumerate(items) if isinstance(one, Remark)}
        ends = {
            one
            for one, at in labels.items()
            if around.last and all(isinstance(each, Remark) for each in items[at:])
        }
        for at, one in enumerate(items):
            wanted = [
                x.target
                for x in plain(one)
                if labels.get(x.target, -1) > at and x.target not in (*ends, self.end)
            ]
            if wanted:
                target = max(wanted, key=lambda x: labels[x])
                choice = self.skipping(one, target, items[at + 1 : labels[target]], around)
                return self.forward((*items[:at], choice, *items[labels[target] :]), around)
        return tuple(self.left(one, around, ends) for one in items)

    def skipping(self, one: Statement, target: int, skipped: Block, around: Around) -> Statement:
        """A choice one of whose branches skips statements, with them in the other branch."""
        once = sum(each.target == target for each in plain(one)) == 1
        for names in _BRANCHES if once else ():
            if not isinstance(one, If | Compute) or not hasattr(one, names[0]):
                continue
            for jumping, other in (names, names[::-1]):
                branch, rest = getattr(one, jumping), getattr(one, other)
                if branch and branch[-1] == GoTo(target) and goes_on(rest):
                    joined = self.sequence((*rest, *skipped), replace(around, last=False))
                    return replace(one, **{jumping: branch[:-1], other: joined})
        raise StaysError

    def left(self, one: Statement, around: Around, ends: set[int]) -> Statement:
        """A statement whose GO TOs are ways out."""
        if isinstance(one, GoTo):
            return self.way_out(one, around, ends)
        out = (*ends, self.end)
        loops = isinstance(one, While | Times | Sentence)
        if loops and any(each.target not in out for each in plain(one)):
            raise StaysError
        new: dict[str, Any] = {}
        for name in _BLOCKS:
            inside = getattr(one, name, None)
            if isinstance(inside, tuple):
                new[name] = tuple(self.left(each, around, ends) for each in inside)
        found: Statement = replace(one, **new) if new else one
        return found

    def way_out(self, one: GoTo, around: Around, ends: set[int]) -> Leave:
        """What a GO TO out of a sequence is."""
        if around.head is not None and one.target == around.head:
            return Leave("round")
        if one.target in ends or one.target == self.end:
            return Leave("paragraph", self.head)
        if around.head is not None and one.target == around.behind:
            return Leave("loop")
        raise StaysError


@dataclass(frozen=True, slots=True)
class Around:
    """What is around a sequence: the label of its loop, the label behind that; whether the end of
    the sequence is that of all."""

    head: int | None = None
    behind: int | None = None
    last: bool = True


def plain(node: object) -> list[GoTo]:
    """The GO TOs of a tree to one paragraph."""
    return [one for one in nodes(node) if isinstance(one, GoTo)]


def without_rounds(block: Block) -> Block:
    """A loop's body without what begins its next round where that begins anyway."""
    return _without_last(block, lambda one: one == Leave("round"))


def without_tail(block: Block) -> Block:
    """A paragraph's body without a return at its end."""

    def returns(one: Statement) -> bool:
        return isinstance(one, Leave) and one.what == "paragraph"

    return _without_last(block, returns)


def _without_last(block: Block, drop: Callable[[Statement], bool]) -> Block:
    if not block:
        return block
    *rest, last = block
    if drop(last):
        return _without_last(tuple(rest), drop)
    if isinstance(last, If):
        then, otherwise = (_without_last(one, drop) for one in (last.then, last.otherwise))
        if not then and not otherwise:
            return block
        last = replace(last, then=then, otherwise=otherwise)
    return (*rest, last)
