"""A value treated as another one is: `Take kind CRN like SAL`, `Q should do the same as M`.

Wherever the program tells the old value from others (condition-names, WHEN, relations) the new one
is put beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobolsmith.implement.glossary import meant
from cobolsmith.implement.statements import Code
from cobolsmith.implement.ticket import ticket
from cobolsmith.implement.ties import DoubtError, Ties
from cobolsmith.implement.vocabulary import content, of_name
from cobolsmith.implement.wish import QUOTED, Sketch, Wish, Work, find
from cobolsmith.plan import Edit
from cobolsmith.program import DataItem
from cobolsmith.source import Span
from cobolsmith.writing import cased, column

if TYPE_CHECKING:
    from tree_sitter import Node

CODE = rf"(?:{QUOTED}|(?<![\w'-])(?=\w*[A-Z])[A-Z0-9]+(?:[ -][A-Z0-9]+)*(?![\w'-]))"
"""A value as people write it: in quotes, or in capitals."""
_ALIKE = (
    r"(?:(?:do|does|mean|means|work|works|count|counts|behave|behaves|be treated|be handled|"
    r"is treated|is handled|are treated|are handled|be taken|be processed|is|are|be)\s+)?"
    r"(?:(?:just|exactly|much)\s+)?(?:the same (?:as|thing as|way as)|(?:in )?the same way as|like|"
    r"just as|exactly as|as an alias (?:of|for)|a synonym (?:of|for)|"
    r"another (?:name|word|code) for)"
)


def read(sentence: str) -> Wish | None:
    """`NEW is treated like OLD`, `Take NEW like OLD`; nothing else may be asked for beside it."""
    parts = ticket(sentence)
    text = " ".join(part.text for part in parts.parts)
    found = find(rf"\b{_ALIKE}\s+(?-i:[a-z]+\s+){{0,3}}", text)
    if found is None or len(parts.of("request")) > 1:
        return None
    behind = re.match(CODE, text[found.end() :])
    spoken = find(
        rf"\b{_ALIKE}\s+(?:an? |the |any |every )?(?:ordinary |normal |plain )?"
        r"(?P<words>(?!(?:they|it|we|he|she|that|before|usual)\b)(?-i:[a-z]+(?: [a-z]+)?))"
        r"(?=$|[.,;])",
        text,
    )
    if behind is None and spoken is None:
        return None
    old = behind[0] if behind else spoken["words"] if spoken else ""
    others = [one for one in re.findall(CODE, text) if bare(one) != bare(old)]
    others = [one for one in others if one not in ("A", "I")]
    said = {"old": old, "new": "\n".join(dict.fromkeys(others)), "in words": "" if behind else old}
    return Wish(sentence, "alike", said)


def bare(said: str) -> str:
    """A value without quotes."""
    return said.strip("'\"")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a program tells the old value: the literal's node, what is around it, and the item."""

    literal: Node
    around: Node
    item: DataItem | None


def plan(wish: Wish, work: Work) -> Sketch:
    """The new value beside the old one. Raises DoubtError."""
    code = work.code
    old, new = values(wish, code, work.ties)
    places = list(places_of(code, old))
    if not places:
        raise DoubtError(f"{code.program.name} tells {old} from nothing", wish.parts["old"])
    places = chosen(wish, work, places, old)
    if told(code, new):
        raise DoubtError(f"{code.program.name} knows {new} already", bare(new))
    items = {one.item.name: one.item for one in places if one.item is not None}
    for item in items.values():
        if item.length < len(bare(new)):
            what = f"{item.name} has room for {item.length} characters: too few for {new}"
            raise DoubtError(what, bare(new))
    edits = tuple(edit(code, one, old, new) for one in places)
    lines = [code.line(one.literal.start_byte) for one in places]
    for name in items:
        work.ties.tie(bare(old), name, "sure", f"{old} is told there")
    where = f"beside {old}, line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}"
    return Sketch(
        f"{new} like {old}",
        edits,
        where,
        f"{new} is taken wherever {old} is",
        tuple(dict.fromkeys(mark(one, new) for one in edits)),
        ways=True,
    )


def values(wish: Wish, code: Code, ties: Ties) -> tuple[str, str]:
    """The old value and the new one as literals; of several words the one that differs."""
    said = bare(wish.parts["old"])
    meanings = meant(frozenset(content(said)), ties.meanings)
    if said == said.lower() and len({one.coded for one in meanings}) == 1:
        ties.tie(said, meanings[0].coded.literal, "likely", meanings[0].why)
        said = bare(meanings[0].coded.literal)
    new = [bare(one) for one in wish.parts["new"].split("\n") if one]
    known = {bare(one) for one in literals(code)}
    if said in known:
        fresh = [one for one in new if one not in known]
        for alike in (_shape, len, str.isdigit):
            found = [one for one in fresh if alike(one) == alike(said)]
            if len(found) == 1:
                return f"'{said}'", f"'{found[0]}'"
    words = said.split()
    for one in new:
        others = one.split()
        pairs = [pair for pair in zip(words, others, strict=False) if pair[0] != pair[1]]
        if len(words) == len(others) > 1 and len(pairs) == 1 and pairs[0][0] in known:
            return f"'{pairs[0][0]}'", f"'{pairs[0][1]}'"
    which = f"which value is treated like '{said}'?" if said in known else f"'{said}' is no value"
    raise DoubtError(f"{which}: {code.program.name} has no other one that is named", said)


def _shape(value: str) -> str:
    return "".join("9" if one.isdigit() else "A" if one.isalpha() else one for one in value)


def literals(code: Code) -> Iterator[str]:
    """The literals of a program as they are written."""
    for node in code.program.tree.walk("string_literal"):
        yield code.program.tree.text(node)


def told(code: Code, value: str) -> bool:
    """Whether a program tells a value already."""
    return any(True for _ in places_of(code, value))


def places_of(code: Code, value: str) -> Iterator[Place]:
    """The places that tell a value. Raises DoubtError where more than that is to be decided."""
    tree, program = code.program.tree, code.program
    for node in tree.walk("string_literal"):
        if bare(tree.text(node)) != bare(value):
            continue
        parent = node.parent
        entry = _up(node, "data_description")
        when = _up(node, "when_phrase")
        if entry is not None and parent is not None and parent.type == "value_clause":
            words = tree.text(entry).split()
            if words[0] != "88":
                line = code.line(node.start_byte)
                what = f"line {line} keeps {value} in {words[1].rstrip('.')}: what beside it?"
                raise DoubtError(what, bare(value))
            found = program.resolve(words[1].upper().rstrip("."))
            item = program.items[found.parent or 0] if isinstance(found, DataItem) else None
            yield Place(node, entry, item)
        elif when is not None and _in_header(node, when):
            yield Place(node, when, _subject(code, node, when))
        elif parent is not None and parent.type in ("condition", "parenthesized"):
            yield Place(node, parent, _compared(code, node, parent))


def _up(node: Node, kind: str) -> Node | None:
    at: Node | None = node
    while at is not None and at.type != kind:
        at = at.parent
    return at


def _in_header(node: Node, when: Node) -> bool:
    body = when.child_by_field_name("body")
    return body is None or node.end_byte <= body.start_byte


def _subject(code: Code, node: Node, when: Node) -> DataItem | None:
    """The item of EVALUATE that a literal of a WHEN stands for."""
    assert when.parent is not None
    subjects = when.parent.children_by_field_name("subject")
    for subject, selection in zip(subjects, when.children_by_field_name("selection"), strict=False):
        if selection.start_byte <= node.start_byte < selection.end_byte:
            found = code.program.resolve(code.program.tree.text(subject).upper())
            return found if isinstance(found, DataItem) else None
    return None


def _compared(code: Code, node: Node, around: Node) -> DataItem | None:
    before = [one for one in around.children if one.end_byte <= node.start_byte]
    for one in reversed(before):
        found = code.program.resolve(code.program.tree.text(one).upper())
        if isinstance(found, DataItem):
            return found
    return None


def chosen(wish: Wish, work: Work, places: list[Place], old: str) -> list[Place]:
    """The places about one thing: a value may mean different things of different items."""
    items = {one.item.index: one.item for one in places if one.item is not None}
    if len(items) < 2:
        return places
    groups = grouped(work, set(items))
    if len(groups) == 1:
        return places
    words = frozenset(content(wish.sentence))
    scores = {
        group: len(words & frozenset(w for one in group for w in of_name(items[one].name)))
        for group in groups
    }
    best = max(scores.values())
    chosen = [group for group, score in scores.items() if score == best]
    if len(chosen) != 1 or not best:
        names = sorted(items[one].name for group in groups for one in group)
        raise DoubtError(f"{old} of which item: {', '.join(names)}?", bare(old), tuple(names))
    return [one for one in places if one.item is not None and one.item.index in chosen[0]]


def grouped(work: Work, items: set[int]) -> list[frozenset[int]]:
    """Items parted by whether values go from one to the other, at any distance."""
    near: dict[int, set[int]] = {}
    for move in work.ties.program.flow.moves:
        if move.sender is not None and not move.computed:
            near.setdefault(move.sender, set()).add(move.receiver)
            near.setdefault(move.receiver, set()).add(move.sender)
    groups: list[frozenset[int]] = []
    left = set(items)
    while left:
        reached, todo = set[int](), [left.pop()]
        while todo:
            one = todo.pop()
            if one not in reached:
                reached.add(one)
                todo += near.get(one, ())
        groups.append(frozenset(items & reached))
        left -= reached
    return groups


def edit(code: Code, place: Place, old: str, new: str) -> Edit:
    """The new value beside an old one. Raises DoubtError."""
    source, tree = code.program.source, code.program.tree
    quote = tree.text(place.literal)[0]
    value = f"{quote}{bare(new)}{quote}"
    end = place.literal.end_byte
    if place.around.type == "data_description":
        return Edit(source.path, Span(end, end), (_joint(code, place, f" {value}"),))
    if place.around.type == "when_phrase":
        selections = place.around.children_by_field_name("selection")
        stop = max(one.end_byte for one in selections)
        head = " ".join(source.view[place.around.start_byte : stop].decode("ascii").split())
        margin = column(source, place.around.start_byte)
        text = head.replace(tree.text(place.literal), value, 1)
        return Edit(source.path, Span(stop, stop), ("\n" + " " * (margin - 1) + text,))
    return _related(code, place, value)


def _joint(code: Code, place: Place, text: str) -> str:
    """A text behind a literal, on a line of its own where the line is full."""
    source = code.program.source
    room = 72 if source.format == "fixed" else 120
    if column(source, place.literal.end_byte) + len(text) <= room:
        return text
    return "\n" + " " * (column(source, place.literal.start_byte) - 1) + text.strip()


def _related(code: Code, place: Place, value: str) -> Edit:
    """A relation with one more value: `X = 'A'` becomes `(X = 'A' OR 'B')`."""
    source, tree = code.program.source, code.program.tree
    before = [one for one in place.around.children if one.end_byte <= place.literal.start_byte]
    words = [tree.text(one).upper() for one in before]
    line = code.line(place.literal.start_byte)
    end = place.literal.end_byte
    if _goes_on(words):
        joint = cased(source, place.literal.start_byte, words[-1])
        return Edit(source.path, Span(end, end), (f" {joint} {value}",))
    if len(words) < 2 or words[-1] not in ("=", "EQUAL"):
        raise DoubtError(f"line {line} compares in a way that is to be decided", bare(value))
    opposite = words[-2] == "NOT"
    first = before[-3 if opposite else -2]
    joint = cased(source, place.literal.start_byte, "AND" if opposite else "OR")
    alone = len(place.around.children) == (4 if opposite else 3)
    start = first.start_byte
    said = source.view[start:end].decode("ascii")
    text = f"{said} {joint} {value}" if alone else f"({said} {joint} {value})"
    return Edit(source.path, Span(start, end), (text,))


def _goes_on(words: list[str]) -> bool:
    """Whether a literal is one more of a relation: `X = 'A' OR`, `X NOT = 'A' AND`."""
    equal = max((at for at, one in enumerate(words) if one in ("=", "EQUAL")), default=0)
    if not equal or words[-1] not in ("OR", "AND"):
        return False
    return (words[equal - 1] == "NOT") == (words[-1] == "AND")


def mark(one: Edit, new: str) -> str:
    """What stands in the program once an edit is made."""
    text = " ".join(str(part) for part in one.new)
    return " ".join(text.replace("(", " ").replace(")", " ").split()) or new
