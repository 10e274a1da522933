"""How a run ends: a return code, or a stop, where something went wrong."""

from __future__ import annotations

from cobolsmith.implement.anchors import anchored
from cobolsmith.implement.closing import end_of_run
from cobolsmith.implement.loops import Turn
from cobolsmith.implement.naming import Asked
from cobolsmith.implement.putting import Rows, before, behind
from cobolsmith.implement.statements import Code, Statement, holds
from cobolsmith.implement.ties import DoubtError, is_operand
from cobolsmith.implement.vocabulary import GENERIC, content, of_name, soft
from cobolsmith.implement.wish import Sketch, Wish, Work, find
from cobolsmith.program import DataItem

CODE = r"(?:return|exit|condition|completion|error) code"
WHEN = r"(?:when(?:ever)?|if|in case|once|where|as soon as)"
GIVE = r"(?:set|make|give|put|return|exit with|use|raise|end with|finish with|move)"
STOP = r"(?:stop|end|abort|terminate|quit|finish|cancel)(?:\s+(?:the\s+)?(?:run|program|job))?"
FOUND = (
    r"^(?:there (?:were|are|was|is)\s+|any\s+|some\s+)*(?P<thing>[\w\s-]+?)\s+(?:were|was|are|is|"
    r"have been|has been|got)\s+(?:found|seen|detected|counted|rejected|refused|written|skipped)$"
)


def read(sentence: str) -> Wish | None:
    """`Set the return code to 8 when C`, `Stop with return code 16 when C`, and turned round."""
    set_ = rf"{GIVE}\s+(?:the\s+|a\s+)?{CODE}\s*(?:to\s+|of\s+|=\s*)?(?P<code>\d+)"
    stop = rf"(?P<stop>{STOP})(?:\s+with\s+(?:the\s+|a\s+)?(?:{CODE}\s+)?(?P<code>\d+))?"
    for does in (set_, stop):
        for pattern in (
            rf"^{does}\s*,?\s+{WHEN}\s+(?P<when>.+)$",
            rf"^{WHEN}\s+(?P<when>.+?)\s*,?\s+(?:then\s+)?{does}$",
        ):
            found = find(pattern, sentence)
            if found:
                return Wish(sentence, "ending", {"stop": "", **found.groupdict()})
    return None


def plan(wish: Wish, work: Work) -> Sketch:
    """MOVE TO RETURN-CODE (and the program's own way to stop) where it is known. Raises
    DoubtError."""
    code = work.code
    number, stops = wish.part("code"), bool(wish.part("stop"))
    if number and int(number) > 4095:
        raise DoubtError(f"{number} is no return code: those go to 4095", number)
    turn, asked = known(wish.part("when"), work)
    does = [f"MOVE {int(number)} TO RETURN-CODE"] if number else []
    does += [stopping(code)] if stops else []
    rows: Rows = [(0, row) for row in does]
    if asked is not None:
        rows = [(0, f"IF {asked.text}"), *((4, row) for row in does), (0, "END-IF")]
    edit = (before if turn.first else behind)(code, turn.at, rows)
    line = code.line(turn.at.span.start)
    where = f"{'before' if turn.first else 'behind'} line {line} ({turn.why})"
    title = f"return code {number}" if number else "stop"
    differs = () if stops else (f"exit={int(number) % 256}",)
    test = f"IF {asked.text} " if asked else ""
    marks = (f"{test}{' '.join(does)}",)
    return Sketch(
        title, (edit,), where, "; ".join(r for _, r in rows), marks, tuple(does[:stops]), differs
    )


def stopping(code: Code) -> str:
    """How the program ends a run."""
    own = [s.words for s in code.statements if s.words[:2] in (("STOP", "RUN"), ("GOBACK",))]
    return "GOBACK" if own and all(words == ("GOBACK",) for words in own) else "STOP RUN"


def known(said: str, work: Work) -> tuple[Turn, Asked | None]:
    """Where something is known, and what must hold there: at the end by a counter, where a message
    says so, or where its items are worked with. Raises DoubtError."""
    found = find(FOUND, said)
    counter = counter_of(found["thing"], work) if found and " not" not in said else None
    if counter is not None:
        stop = end_of_run(work.code)
        why = "what was counted is known where the run ends"
        return Turn(stop, True, why), Asked(f"{counter.name} > ZERO", (counter.index,))
    message = message_of(said, work)
    if message is not None:
        return Turn(message, False, f"{work.code.text(message)} says so"), None
    flag = flag_of(said, work)
    if flag is not None:
        return Turn(work.code.body(flag)[-1], False, f"{flag.words[1]} says so"), None
    at, inner = anchored(said, work.code, work.ties)
    return Turn(at.at, at.first, at.why), inner


def counter_of(said: str, work: Work) -> DataItem | None:
    """The item that counts some things, where one is counted up by 1."""
    words = frozenset(content(said)) - GENERIC or frozenset(content(said))
    counted = {s.words[3] for s in work.code.statements if s.words[:3] == ("ADD", "1", "TO")}
    items = [work.ties.program.resolve(name) for name in sorted(counted)]
    found = [
        one
        for one in items
        if isinstance(one, DataItem) and is_operand(one) and words <= of_name(one.name)
    ]
    if len(found) > 1:
        names = tuple(one.name for one in found)
        raise DoubtError(f"'{said}' may be counted in {', '.join(names)}", said, names)
    if not found:
        return None
    work.ties.tie(said, found[0].name, "likely", "counts them")
    return found[0]


NO = ("'N'", '"N"', "'0'", '"0"', "0", "ZERO")
YES = ("'Y'", '"Y"', "'1'", '"1"', "1", "'S'", '"S"')


def flag_of(said: str, work: Work) -> Statement | None:
    """The one IF without ELSE that asks a switch named by a phrase, the same way round."""
    words = frozenset(content(said)) - {"not", "no"}
    negated = bool(find(r"\b(?:not|no|isn't|wasn't|never)\b", said))
    found = []
    for one in work.code.statements:
        test = [w for w in one.words[1:] if w not in ("IS", "EQUAL", "TO", "=")]
        if one.verb != "IF" or "ELSE" in one.words or not work.code.body(one):
            continue
        refused = test[1:2] == ["NOT"]
        value = test[1 + refused] if len(test) > 1 + refused else ""
        if value in (*NO, *YES) and test[2 + refused : 3 + refused] not in (["AND"], ["OR"]):
            own = of_name(test[0])
            named = bool(words & own) and not words - own - soft(words) - work.ties.things
            if named and negated == (refused != (value in NO)):
                found.append(one)
    if len(found) > 1:
        lines = ", ".join(str(work.code.line(one.span.start)) for one in found[:4])
        raise DoubtError(f"'{said}' is asked on lines {lines}: where?", said)
    if found:
        work.ties.tie(said, found[0].words[1], "likely", "the program asks it so")
    return found[0] if found else None


def message_of(said: str, work: Work) -> Statement | None:
    """The one DISPLAY, repeated by no loop, whose text has the words of a phrase."""
    words = frozenset(content(said))
    found = []
    for one in work.code.statements:
        texts = [w[1:-1] for w in one.words if w[:1] in ("'", '"')] if one.verb == "DISPLAY" else []
        own = frozenset(content(" ".join(texts).lower()))
        rest = words - own - soft(words) - GENERIC
        around = [s for s in work.code.statements if holds(s, one)]
        names = frozenset(part for s in around for w in s.words for part in of_name(w))
        if (words & own) - soft(words) - {"not"} and not rest - names:
            found.append(one)
    if len(found) > 1:
        lines = ", ".join(str(work.code.line(one.span.start)) for one in found[:4])
        raise DoubtError(f"messages of lines {lines} say '{said}': which?", said)
    if not found:
        return None
    work.ties.tie(said, work.code.text(found[0]), "likely", "its text says so")
    return found[0]
