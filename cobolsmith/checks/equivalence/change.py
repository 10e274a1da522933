"""What changed between two programs: statements of each side, found by their words.

Both texts (COPY in its place) are cut into words; comments, columns and line ends are none. A
changed word belongs to the statement around it; where words were only taken away, the statement
that stands there now is meant. A changed entry of the data or environment division means the
statements that name it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from cobolsmith.checks.equivalence.marks import Branch, Marked, Statement
from cobolsmith.syntax import Tree, is_outside

if TYPE_CHECKING:
    from tree_sitter import Node

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Region:
    """The changed statements of one side and their branches; `spans` are the changed words.

    `own` are the statements with changed words, of `statements`; the others stand beside words
    that only the other side has. `arms` are the branches of a changed statement and those that
    lead to one.
    """

    spans: Spans
    statements: tuple[Statement, ...]
    own: tuple[Statement, ...]
    arms: tuple[Branch, ...]

    @property
    def marks(self) -> frozenset[int]:
        """The marks of the changed statements."""
        return frozenset(one.mark for one in self.statements)


def words(tree: Tree) -> list[tuple[str, int, int]]:
    """The words of a text, upper case but for literals, with their places."""
    found = []
    for leaf in tree.leaves():
        if not is_outside(leaf):
            text = tree.text(leaf)
            literal = leaf.type.endswith("_literal")
            found.append((text if literal else text.upper(), leaf.start_byte, leaf.end_byte))
    return found


def changes(old: Tree, new: Tree) -> tuple[Spans, Spans]:
    """The spans of changed words on both sides; where one side has none, the place (start=end)."""
    before, after = words(old), words(new)
    first = 0
    while first < min(len(before), len(after)) and before[first][0] == after[first][0]:
        first += 1
    last = 0
    limit = min(len(before), len(after)) - first
    while last < limit and before[-1 - last][0] == after[-1 - last][0]:
        last += 1
    inner = (before[first : len(before) - last], after[first : len(after) - last])
    texts = [[one[0] for one in side] for side in inner]
    matcher = SequenceMatcher(None, texts[0], texts[1], autojunk=False)
    spans: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for what, *places in matcher.get_opcodes():
        if what != "equal":
            for side, all_words, start, end in zip(
                spans, (before, after), places[::2], places[1::2], strict=True
            ):
                side.append(_span(all_words, start + first, end + first))
    return tuple(spans[0]), tuple(spans[1])


def _span(all_words: list[tuple[str, int, int]], start: int, end: int) -> tuple[int, int]:
    if start < end:
        return all_words[start][1], all_words[end - 1][2]
    at = all_words[start][1] if start < len(all_words) else all_words[-1][2] if all_words else 0
    return at, at


def region(marked: Marked, spans: Spans) -> Region:
    """The statements and branches that a side's changed words mean."""
    found: dict[int, Statement] = {}
    own: dict[int, Statement] = {}
    named: set[str] = set()
    for start, end in spans:
        inside = _innermost(marked, start, max(end, start + 1))
        found.update((one.mark, one) for one in inside)
        if start < end:
            own.update((one.mark, one) for one in inside)
        if not inside:
            named |= _entry_names(marked.tree, start)
            found.update((one.mark, one) for one in _beside(marked, start))
    naming = {one.mark: one for one in _naming(marked, named)}
    found.update(naming)
    own.update(naming)
    marks = frozenset(found)
    arms = tuple(
        one for one in marked.branches if one.statement in marks or marks.intersection(one.plus)
    )
    return Region(spans, _ordered(found), _ordered(own), arms)


def _ordered(found: dict[int, Statement]) -> tuple[Statement, ...]:
    return tuple(sorted(found.values(), key=lambda one: one.start))


def _innermost(marked: Marked, start: int, end: int) -> tuple[Statement, ...]:
    """The statements whose own words (not those of statements in them) lie in [start, end)."""
    near = marked.within(start, end)
    outers = {one.outer for one in near if one.start <= start and end <= one.last}
    return tuple(one for one in near if one.mark not in outers)


def _beside(marked: Marked, at: int) -> Iterable[Statement]:
    """Of the procedure division: the next statement of the same paragraph, or the one before."""
    body = next(marked.tree.walk("procedure_division"), None)
    if body is None or not body.start_byte <= at:
        return ()
    after = [one for one in marked.statements if one.start >= at]
    before = [one for one in marked.statements if one.last <= at]
    return after[:1] or before[-1:]


def _entry_names(tree: Tree, at: int) -> set[str]:
    """The names that a data, file or SELECT entry at a place defines."""
    node: Node | None = tree.root.descendant_for_byte_range(at, at + 1)
    entries = ("data_description", "select_entry", "file_description")
    while node is not None and node.type not in entries:
        node = node.parent
    if node is None:
        return set()
    name = node.child_by_field_name("name")
    own = {tree.text(name).upper()} if name is not None else set()
    if not own - {"FILLER"} and node.type == "data_description":
        return _seen_as(tree, node)
    return own | _file_records(tree, node)


def _seen_as(tree: Tree, node: Node) -> set[str]:
    """For a FILLER: the names under what redefines the record that it is part of."""
    entries = list(tree.walk("data_description"))
    at = next(nth for nth, one in enumerate(entries) if one.start_byte == node.start_byte)
    while at > 0 and _level(tree, entries[at]) > 1:
        at -= 1
    top = entries[at].child_by_field_name("name")
    found: set[str] = set()
    for nth, one in enumerate(entries):
        words = [tree.text(leaf).upper() for leaf in _leaves(one)]
        if top is None or "REDEFINES" not in words:
            continue
        if words[words.index("REDEFINES") + 1] != tree.text(top).upper():
            continue
        for inner in entries[nth + 1 :]:
            name = inner.child_by_field_name("name")
            if _level(tree, inner) <= _level(tree, one):
                break
            found |= {tree.text(name).upper()} if name is not None else set()
    return found - {"FILLER"}


def _level(tree: Tree, entry: Node) -> int:
    words = tree.text(entry).split()
    return int(words[0]) if words and words[0].isdigit() else 0


def _leaves(node: Node) -> Iterable[Node]:
    for child in node.children:
        if child.child_count:
            yield from _leaves(child)
        elif not is_outside(child):
            yield child


def _file_records(tree: Tree, node: Node) -> set[str]:
    """For a SELECT or FD: the records of its file, so that WRITE and REWRITE are found, too."""
    if node.type == "data_description":
        return set()
    name = node.child_by_field_name("name")
    wanted = tree.text(name).upper() if name is not None else ""
    found: set[str] = set()
    for one in tree.walk("file_description"):
        owner = one.child_by_field_name("name")
        if owner is None or tree.text(owner).upper() != wanted:
            continue
        after = one.next_named_sibling
        while after is not None and after.type == "data_description":
            own = after.child_by_field_name("name")
            if own is not None:
                found.add(tree.text(own).upper())
            after = after.next_named_sibling
    return found


def _naming(marked: Marked, names: set[str]) -> Iterable[Statement]:
    if not names:
        return
    tree = marked.tree
    for node in tree.walk("name"):
        if tree.text(node).upper() in names:
            yield from _innermost(marked, node.start_byte, node.end_byte)
