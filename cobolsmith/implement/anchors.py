"""Where something happens: `when a transaction is rejected`, `after a fee is taken`, as statements.

What happens has left its word in the program: a counter that goes up, a condition that is set, a
record written, a paragraph named for it. The statement whose words take most of the phrase is the
place; words it doesn't take are a condition there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cobolsmith.dataflow import WRITING
from cobolsmith.implement.branches import entered_for
from cobolsmith.implement.commands import filled_by
from cobolsmith.implement.conditions import condition
from cobolsmith.implement.glossary import VERBS
from cobolsmith.implement.loops import computed, covered, performed_by
from cobolsmith.implement.naming import Asked
from cobolsmith.implement.places import HERE, turns_of
from cobolsmith.implement.spots import Anchor, Spot
from cobolsmith.implement.statements import Code, Statement, words_of
from cobolsmith.implement.ties import DoubtError, PlaceDoubtError, Ties, is_condition
from cobolsmith.implement.vocabulary import GENERIC, content, of_name, soft
from cobolsmith.program import DataItem

WRITES = ("WRITE", "REWRITE")
CHANGES = frozenset(content("becomes become turns turn gets made"))
"""Words of a change: only what sets a condition is one."""


def anchored(said: str, code: Code, ties: Ties) -> Spot:
    """The one place of a phrase, or the one that the sentence spells out; what follows is about
    the records of its condition. Raises DoubtError, also where it happens in several places."""
    spots = everywhere(said, code, ties)
    if len(spots) > 1:
        names = tuple(line_of(one, code) for one, _ in spots)
        what = f"'{said}': that is at {', '.join(names)} ({spots[0][0].why}); which of them?"
        raise PlaceDoubtError(what, said, names)
    return spots[0]


def everywhere(said: str, code: Code, ties: Ties) -> list[Spot]:
    """All places of what happens: those that the sentence spells out; else that of a phrase, and
    where the program counts or marks the same elsewhere. Raises DoubtError."""
    if ties.at is not None:
        ties.put = True
        asked = None if said == HERE else condition(said, ties)
        turns = turns_of(ties.at, code, asked.items if asked else ())
        spots = [(Anchor(one.at, frozenset(), one.why, 0.0, one.first), asked) for one in turns]
    else:
        place, asked = placed(said, code, ties)
        chosen = ties.answers.get(said.strip().lower())
        twins = [
            (one, None if asked is None or implied(code, one.at, asked) else asked)
            for one in anchors(frozenset(content(said)), code)
            if not chosen and one.at is not place.at and same(one, place)
        ]
        spots = [(place, asked), *twins]
    items = asked.items if asked is not None else ()
    ties.about = frozenset(code.program.record(one).index for one in items)
    return spots


def same(one: Anchor, other: Anchor) -> bool:
    """Whether two anchors are by one name what happens."""
    return one.why == other.why and one.why.startswith(("counts in", "sets", "makes"))


def placed(said: str, code: Code, ties: Ties) -> tuple[Anchor, Asked | None]:
    """The place of a phrase, and what must hold there besides. Raises DoubtError."""
    words = frozenset(content(said))
    asked, trouble = whole_condition(said, ties)
    if asked is not None and re.search(r" [<>=] ", asked.text):
        place = tested(asked, code, ties)
        if place is None:
            raise DoubtError(f"no one place of {code.program.name} is where '{said}'", said)
        return place, asked
    ranked = sorted(anchors(words, code), key=lambda one: (-one.score, one.at.span.start))
    chosen = ties.answers.get(said.strip().lower())
    ranked = [one for one in ranked if chosen in (None, line_of(one, code))]
    unlike(said, ranked, words, code)
    for one in best_of(ranked):
        if one.spare and asked is not None:
            continue  # CLOSED-WITH-BALANCE isn't where an account is closed
        rest = words - one.taken - soft(words) - ties.things - ties.title
        if not rest:
            ties.tie(said, code.text(one.at), "likely", one.why)
            return one, None
        kept, ties.near = list(ties.found), one.at.procedure
        try:
            inner = condition(without(said, one.taken), ties)
        except DoubtError:
            ties.found[:] = kept
            continue
        if reaches(code, one.at, inner):
            ties.tie(said, code.text(one.at), "likely", one.why)
            return one, None if implied(code, one.at, inner) else inner
        ties.found[:] = kept
    if asked is None:
        raise trouble or DoubtError(f"where is '{said}' in {code.program.name}?", said)
    at = tested(asked, code, ties)
    if at is None:
        raise DoubtError(f"no one place of {code.program.name} is where '{said}'", said)
    return at, asked


def unlike(said: str, ranked: list[Anchor], words: frozenset[str], code: Code) -> None:
    """Raise DoubtError where two places of different procedures fit a phrase alike."""
    near = [one for one in ranked if one.score > ranked[0].score - 0.45 and one.score >= 2.0]
    places = {one.at.procedure: one for one in near}
    if all(one is near[0] or same(one, near[0]) for one in near):
        return  # one thing that happens in several places
    if len(places) > 1 and not any(is_part(code, a, b) for a in places for b in places if a != b):
        names = tuple(f"{line_of(one, code)} ({one.why})" for one in near[:4])
        choices = tuple(line_of(one, code) for one in near[:4])
        raise PlaceDoubtError(f"'{said}' may be at {'; '.join(names)}: which?", said, choices)


def line_of(one: Anchor, code: Code) -> str:
    """The line of an anchor, as a choice."""
    return f"line {code.line(one.at.span.start)}"


def is_part(code: Code, outer: int | None, inner: int | None) -> bool:
    """Whether one procedure performs another."""
    return any(e.source == outer and e.target == inner for e in code.program.edges)


def whole_condition(said: str, ties: Ties) -> tuple[Asked | None, DoubtError | None]:
    """A phrase as nothing but a condition."""
    kept = list(ties.found)
    try:
        return condition(said, ties), None
    except DoubtError as doubt:
        ties.found[:] = kept
        return None, doubt


def without(said: str, taken: frozenset[str]) -> str:
    """A phrase without the words that the place has taken, nor the `is` they leave behind."""
    kept = [word for word in said.split() if not set(content(word)) & taken]
    text = " ".join(kept)
    for end in (
        " is",
        " are",
        " becomes",
        " that",
        " who",
        " which",
        " and",
        " or",
        " when",
        " in",
    ):
        text = text.removesuffix(end)
    return text


def best_of(ranked: list[Anchor]) -> list[Anchor]:
    """Anchors worth a look, best first."""
    return [one for one in ranked if one.score >= 2.0][:6]


def anchors(words: frozenset[str], code: Code) -> Iterator[Anchor]:
    """Statements that some of the words name."""
    yield from paragraphs(words, code)
    for one in code.statements:
        found = named_by(one, code)
        if found is None:
            continue
        names, why, weight = found
        own = of_name(names)
        taken = words & own
        general = GENERIC if one.verb == "ADD" else frozenset()
        if taken - soft(taken) - general:
            if one.verb in ("SET", "MOVE"):
                taken |= words & CHANGES
            score = 3.0 * len(taken) - 0.6 * len(own - words - soft(own)) + weight
            spare = own - words - soft(own) - GENERIC if one.verb not in WRITES else frozenset()
            yield Anchor(one, taken, why, score, spare=spare)


def paragraphs(words: frozenset[str], code: Code) -> Iterator[Anchor]:
    """Performed procedures that some of the words name: behind the last statement, where nothing
    leaves before it, else before the first."""
    performed = {e.target for e in code.program.edges if e.kind.startswith("perform")}
    for index in sorted(p for p in performed if p is not None):
        own, body = of_name(code.name(index)), [s for s in code.of(index) if s.top]
        taken = words & own
        if not body or not taken - soft(taken) - (GENERIC if words - GENERIC else frozenset()):
            continue
        leaves = any(s.verb in ("GO", "EXIT", "STOP", "GOBACK") for s in code.of(index))
        score = 3.0 * len(taken) - 0.6 * len(own - words - soft(own)) + 0.5
        at = body[0] if leaves else body[-1]
        why = f"{code.name(index)} is performed for it"
        spare = own - words - soft(own) - GENERIC - VERBS
        yield Anchor(at, taken, why, score, leaves, spare)


def named_by(one: Statement, code: Code) -> tuple[str, str, float] | None:
    """The name by which a statement is known for what happens there."""
    words = one.words
    if words[:3] == ("ADD", "1", "TO") and len(words) >= 4:
        return words[3], f"counts in {words[3]}", 1.0
    if words[0] == "SET" and words[-2:] == ("TO", "TRUE") and len(words) == 4:
        return words[1], f"sets {words[1]}", 0.8
    if words[0] == "MOVE" and words[2:3] == ("TO",) and len(words) == 4:
        item = code.program.resolve(words[3])
        if isinstance(item, DataItem):
            for index in item.conditions:
                name = code.program.items[index]
                if name.values == (words[1],):
                    return name.name, f"makes {name.name} true", 0.6
        spoken = re.findall(r"[A-Z]{3,}", words[1]) if words[1][:1] in "'\"" else []
        if len(spoken) > 1:
            return "-".join(["X", *spoken]), f"says {words[1]}", -2.5
    if words[0] == "DISPLAY":
        texts = [word for word in words[1:] if word[:1] in "'\""]
        spoken = [w for text in texts for w in re.findall(r"[A-Z]{2,}", text)]
        spoken = [one for one in spoken if one != code.program.name]
        if len(spoken) > 1:
            return "-".join(["X", *spoken]), f"shows {' '.join(texts)}", -2.0
    if words[0] in WRITES and not code.within(one):
        sent = words[words.index("FROM") + 1] if "FROM" in words else ""
        return f"{words[1]}-WRITE-{sent}", f"{words[0].lower()}s {words[1]}", 0.0
    return None


def reaches(code: Code, at: Statement, asked: Asked) -> bool:
    """Whether the items of a condition have their values where a statement stands: they are used
    in its procedure, or in one that it or its callers perform before."""
    used = procedures_of(code, asked)
    if not used or at.procedure in used:
        return True
    near = {at.procedure, *around(code, at.procedure)}
    return bool(used & near)


def implied(code: Code, at: Statement, asked: Asked) -> bool:
    """Whether a condition holds wherever a statement is executed: it stands in the branch of an IF
    that asks just that, or in a procedure that only such branches perform."""
    words = tuple(asked.text.split())
    blocks = [
        block
        for one in code.statements
        if one.verb == "IF"
        and (test := one.node.child_by_field_name("condition")) is not None
        and words_of(code.program, test) == words
        and (block := one.node.child_by_field_name("then")) is not None
    ]

    def inside(offset: int) -> bool:
        return any(block.start_byte <= offset < block.end_byte for block in blocks)

    ways = [
        edge
        for edge in code.program.edges
        if edge.kind.startswith("perform")
        and edge.target is not None
        and at.procedure in covered(edge.target, edge.through)
    ]
    return inside(at.span.start) or (bool(ways) and all(inside(w.origin.span.start) for w in ways))


def procedures_of(code: Code, asked: Asked) -> set[int | None]:
    """The procedures that use the items of a condition, or the items of its condition-names."""
    wanted = set(asked.items)
    for index in asked.items:
        item = code.program.items[index]
        if is_condition(item) and item.parent is not None:
            wanted.add(item.parent)
            wanted.update(code.program.items[item.parent].conditions)
    return {u.procedure for u in code.program.flow.uses if u.item in wanted} - {None}


def around(code: Code, procedure: int | None) -> set[int | None]:
    """The procedures that perform one, that it performs, and those beside it of one performer."""
    edges = [e for e in code.program.edges if e.kind.startswith("perform")]
    callers = {e.source for e in edges if e.target == procedure}
    callees = {e.target for e in edges if e.source == procedure}
    beside = {e.target for e in edges if e.source in callers}
    return callers | callees | beside


def tested(asked: Asked, code: Code, ties: Ties) -> Anchor | None:
    """The place for a condition that nothing else places: the procedure that works with all of its
    items, behind its first counter or before its first statement."""
    per: list[set[int | None]] = []
    for index in asked.items:
        per.append(procedures_of(code, Asked("", (index,))))
    common = set.intersection(*per) if per else set()
    made = {
        u.procedure for u in code.program.flow.uses if u.item in asked.items and u.role in WRITING
    }
    once = [p for p in common - made if p is not None and not leads(code, p)]
    about = frozenset(asked.items) | {
        p for i in asked.items if (p := code.program.items[i].parent) is not None
    }
    chosen = ties.answers.get(asked.text.lower())
    known = once
    once = [p for p in known if code.name(p) == chosen] if chosen else wide(code, known, about)
    if known and not once:
        names = tuple(code.name(p) for p in known[:4])
        what = (
            f"that is known in {', '.join(names)}, where not all come by: in which of them alone?"
        )
        raise PlaceDoubtError(what, asked.text, names)
    ranked = sorted(once, key=lambda p: -uses_in(code, p, asked))
    if not ranked:
        return worked_out(asked, code)
    if len(ranked) > 1 and uses_in(code, ranked[0], asked) == uses_in(code, ranked[1], asked):
        names = tuple(code.name(p) for p in ranked[:4])
        what = f"that is known in {', '.join(names)}: in which of them?"
        raise PlaceDoubtError(what, asked.text, names)
    body = code.of(ranked[0])
    if not body:
        return None
    why = f"{code.name(ranked[0])} works with it"
    return Anchor(at_hand(code, ranked[0], asked), frozenset(), why, 0.0, first=True)


def wide(code: Code, procedures: list[int], about: frozenset[int]) -> list[int]:
    """Those of some procedures that are entered for whatever comes, but for what it is about."""
    return [one for one in procedures if not entered_for(code, one, about)]


def at_hand(code: Code, procedure: int, asked: Asked) -> Statement:
    """The statement of a procedure before which some items are tested: its first, or, where what it
    performs gives them their values, the first that uses them."""
    tops = [one for one in code.of(procedure) if one.top]
    wanted = {*asked.items, *(p for i in asked.items if (p := code.program.items[i].parent))}
    used = [
        one
        for one in tops
        for use in code.program.flow.uses
        if use.item in wanted and one.span.start <= use.origin.span.start < one.span.end
    ]
    sources = {one.procedure for index in asked.items for one in sources_of(code, index)}
    for one in tops if used else ():
        if one is used[0]:
            break
        if sources & performed_by(code, (one, *code.within(one))):
            return used[0]
    return code.of(procedure)[0]


def sources_of(code: Code, index: int) -> list[Statement]:
    """The statements that read an item: those of its record's file, and commands that fill it."""
    item = code.program.items[index]
    file = code.program.record(index).file
    reads = [s for s in code.statements if s.verb == "READ" and s.words[1] == file]
    return reads + filled_by(code, item)


def worked_out(asked: Asked, code: Code) -> Anchor | None:
    """The place for a condition on one item that the program computes: behind that."""
    if len(asked.items) != 1:
        return None
    turn = computed(code, code.program.items[asked.items[0]], asked.text)
    return Anchor(turn.at, frozenset(), turn.why, 0.0, first=turn.first)


def leads(code: Code, procedure: int) -> bool:
    """Whether a procedure reads the records: what it tests may be of the one before."""
    return any(one.verb == "READ" for one in code.of(procedure))


def uses_in(code: Code, procedure: int, asked: Asked) -> int:
    """How often a procedure uses the items of a condition."""
    wanted = {*asked.items} | {
        p for i in asked.items if (p := code.program.items[i].parent) is not None
    }
    return sum(u.procedure == procedure and u.item in wanted for u in code.program.flow.uses)
