"""A new WHEN that performs a paragraph: `Add a case for pay type 'P' that performs HOURLY-PAY`."""

from __future__ import annotations

from cobolsmith.implement.conditions import literal
from cobolsmith.implement.loops import covered
from cobolsmith.implement.statements import Code, Statement
from cobolsmith.implement.ties import DoubtError
from cobolsmith.implement.vocabulary import content, of_name, soft
from cobolsmith.implement.wish import QUOTED, Sketch, Wish, Work, find
from cobolsmith.plan import Edit
from cobolsmith.program import DataItem, Procedure
from cobolsmith.source import Span
from cobolsmith.writing import cased, column

DOES = r"(?:performs?|runs?|goes? through|does|executes?)"


def read(sentence: str) -> Wish | None:
    """`Add a case for WHAT 'V' that performs P`, `For WHAT 'V' perform P`."""
    patterns = (
        rf"^(?:add|put in|insert)\s+(?:a |another )?(?:new )?(?:case|when|branch)\s+for\s+"
        rf"(?P<what>.*?)\s*(?P<value>{QUOTED})\s+(?:that|which|and)\s+{DOES}\s+(?P<does>[\w-]+)$",
        rf"^(?:for|when)\s+(?P<what>.+?)\s+(?:is\s+)?(?P<value>{QUOTED})\s*,?\s+(?:then\s+)?{DOES}"
        r"\s+(?P<does>[\w-]+)$",
    )
    for pattern in patterns:
        found = find(pattern, sentence)
        if found:
            return Wish(sentence, "branch", found.groupdict())
    return None


def plan(wish: Wish, work: Work) -> Sketch:
    """The WHEN before WHEN OTHER, or behind the last. Raises DoubtError."""
    code, program = work.code, work.ties.program
    target = program.resolve_procedure(wish.part("does").upper())
    if not isinstance(target, Procedure):
        raise DoubtError(f"{program.name} has no paragraph {wish.part('does')}", wish.part("does"))
    at, item = evaluated(wish, work)
    literals = [w for w in at.words if w[:1] in ("'", '"')]
    given = literal(wish.part("value"), item) or ""
    value = f'"{given[1:-1]}"' if literals and literals[0][0] == '"' else given
    if ("WHEN", value) in zip(at.words, at.words[1:], strict=False):
        line = code.line(at.span.start)
        raise DoubtError(f"the EVALUATE of line {line} has WHEN {value} already", value)
    work.ties.tie(wish.part("what"), item.name, "likely", f"EVALUATE {item.name} has such cases")
    edit, where = inserted(code, at, value, target.name)
    does = f"PERFORM {target.name}"
    title = f"case {value} of {item.name}"
    return Sketch(
        title, (edit,), where, f"WHEN {value}: {does}", (f"WHEN {value} {does}",), (does,)
    )


def evaluated(wish: Wish, work: Work) -> tuple[Statement, DataItem]:
    """The EVALUATE of an item that a phrase means, with literals of its own. Raises DoubtError."""
    words = frozenset(content(wish.part("what")))
    found = []
    for one in work.code.statements:
        item = work.ties.program.resolve(one.words[1]) if one.verb == "EVALUATE" else None
        if isinstance(item, DataItem) and one.words[2] == "WHEN":
            known = of_name(item.name) | work.ties.around(item)
            if words & of_name(item.name) and words - soft(words) <= known:
                found.append((one, item))
    if len(found) != 1:
        lines = ", ".join(str(work.code.line(one.span.start)) for one, _ in found)
        which = f"those of lines {lines} are" if lines else f"none of {work.code.program.name} is"
        raise DoubtError(
            f"which EVALUATE is about '{wish.part('what')}'? {which}", wish.part("what")
        )
    return found[0]


def entered_for(
    code: Code, procedure: int | None, besides: frozenset[int], seen: frozenset[int] = frozenset()
) -> frozenset[int]:
    """The items (of condition-names, theirs) that decide whether a procedure is performed at all;
    those `besides` count for nothing, and nothing does where one way leads there in any case."""
    found: list[frozenset[int]] = []
    for edge in code.program.edges:
        through = edge.kind.startswith("perform") and edge.target is not None
        if not through or procedure not in covered(edge.target, edge.through):
            continue
        if edge.source is None or edge.source in seen:
            continue
        outer = entered_for(code, edge.source, besides, seen | {edge.source})
        found.append((decided_by(code, edge.origin.span.start) - besides) | outer)
    return frozenset[int]().union(*found) if found and all(found) else frozenset()


def decided_by(code: Code, at: int) -> frozenset[int]:
    """The items that the IFs and WHENs around an offset look at, in its own procedure."""
    program, found = code.program, set[int]()
    for one in code.statements:
        inside = one.span.start < at < one.span.end
        if not inside or one.verb not in ("IF", "EVALUATE"):
            continue
        asked = one.node.child_by_field_name("condition") if one.verb == "IF" else None
        spans = [(asked.start_byte, asked.end_byte)] if asked is not None else []
        if one.verb == "EVALUATE":
            whens = [n for n in one.node.children if n.type == "when_phrase"]
            spans = [(n.start_byte, at) for n in whens if n.start_byte < at < n.end_byte]
            spans += [(one.span.start, whens[0].start_byte)] if whens else []
        for use in program.flow.uses:
            if any(a <= use.origin.span.start < b for a, b in spans):
                item = program.items[use.item]
                found.add(item.parent if item.level == 88 and item.parent is not None else use.item)
    return frozenset(found)


def inserted(code: Code, at: Statement, value: str, name: str) -> tuple[Edit, str]:
    """The new WHEN as an edit, and in words where."""
    source = code.program.source
    whens = [n for n in at.node.children if n.type == "when_phrase"]
    other = next((n for n in whens if any(c.type == "OTHER" for c in n.children)), None)
    last = whens[-1] if other is None else whens[whens.index(other) - 1]
    margin = column(source, whens[0].start_byte)
    inside = [s for s in code.statements if last.start_byte <= s.span.start < last.end_byte]
    step = column(source, inside[0].span.start) - margin if inside else 4
    step = (
        step
        if 0 < step < 9 and code.line(inside[0].span.start) != code.line(last.start_byte)
        else 4
    )
    end = max((s.span.end for s in inside), default=last.end_byte)
    blank = "\n" + " " * (margin - 1)
    text = f"{blank}WHEN {value}{blank}{' ' * step}PERFORM {name}"
    side = "before WHEN OTHER" if other is not None else "behind its last WHEN"
    where = f"in the EVALUATE of line {code.line(at.span.start)}, {side}"
    return Edit(source.path, Span(end, end), (cased(source, at.span.start, text),)), where
