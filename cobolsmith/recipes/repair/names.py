"""A word that is neither declared nor reserved: misspelt where it stands, or where it is declared.

PERFORM 1000-LOPO    ->    PERFORM 1000-LOOP      the only paragraph one letter away
MVOE WS-A TO WS-B    ->    MOVE WS-A TO WS-B
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cobolsmith.plan import Edit, Hole, Plan
from cobolsmith.recipes.repair.fault import (
    UNDEFINED,
    Fault,
    in_case,
    is_word,
    nearest,
    plan,
    replaced,
)
from cobolsmith.source import Span
from cobolsmith.words import Word

FILE_VERBS = frozenset(
    {"OPEN", "INPUT", "OUTPUT", "I-O", "EXTEND", "CLOSE", "READ", "SELECT", "FD"}
)


def names(fault: Fault) -> Iterator[Plan]:
    """Plans for every unknown word at or just before the fault."""
    stated = UNDEFINED.search(fault.first.message)
    wanted = {name.upper() for name in stated.groups() if name} if stated else set()
    unknown = [index for index in fault.near(before=1, after=1) if is_unknown(fault, index)]
    unknown.sort(key=lambda index: (fault.words[index].text not in wanted, -index))
    for index in unknown:
        word = fault.words[index]
        yield from declaration_misspelt(fault, word)
        yield from respelt(fault, index)
    for index in fault.near(before=0):
        if fault.words[index].text in wanted and index not in unknown:
            yield from respelt(fault, index)


def is_unknown(fault: Fault, index: int) -> bool:
    """Whether a word is neither a keyword nor a name of this program."""
    text = fault.words[index].text
    return is_word(text) and text not in fault.reserved and text not in fault.known


def respelt(fault: Fault, index: int) -> Iterator[Plan]:
    """The word as each known one near it: names that fit the place, then keywords."""
    word = fault.words[index]
    close = nearest(word.text, fitting(fault, index))
    close += [(far, other) for far, other in nearest(word.text, fault.reserved) if len(other) > 1]
    close.sort(key=lambda pair: (pair[0], -fault.uses(pair[1])))
    best = [other for far, other in close if far == close[0][0]]
    own = repeated(fault, word.text)
    for rank, (far, other) in enumerate(close[:6]):
        alone = len(best) == 1 and far == 1 and not own
        title = f"{word.text} is {other}, misspelt"
        why = f"{other} is {'the only known word' if alone else 'a known word'} {far} edit(s) away"
        yield replaced(
            fault, word, other, title, (0.0 if alone else 0.5) + 0.1 * rank + far - 1, why
        )
    if close or not is_name_place(fault, index):
        return
    alike = by_parts(fault, word.text, fitting(fault, index))
    for rank, other in enumerate(alike[:4]):
        used = "used elsewhere" if fault.uses(other) > 1 else "used nowhere"
        why = f"the parts of {word.text} are those of {other}, which is {used}"
        yield replaced(fault, word, other, f"{word.text} stands for {other}", 0.6 + 0.4 * rank, why)
    yield choice(fault, word, role_kinds(fault, index))


def repeated(fault: Fault, text: str) -> bool:
    """Whether an unknown word, by its hyphen no keyword, is used again and again: its declaration
    is likelier lost than that it is misspelt each time alike."""
    return fault.uses(text) > 1 and "-" in text


def by_parts(fault: Fault, unknown: str, known: Iterable[str]) -> list[str]:
    """Names that have all parts of the unknown one in order, or the other way round, the closest
    first; among equals those that nothing uses yet.

    READ-MASTER is likely 2100-READ-MASTER, and 2100-READ-MASTER-FILE is too.
    """
    parts = [part.removesuffix("S") for part in unknown.split("-")]
    found: list[tuple[int, int, str]] = []
    for name in known:
        others = [part.removesuffix("S") for part in name.split("-")]
        shorter, longer = sorted((parts, others), key=len)
        rest = iter(longer)
        if sum(map(len, shorter)) > 3 and all(part in rest for part in shorter):
            found.append((len(longer) - len(shorter), fault.uses(name), name))
    return [name for _, _, name in sorted(found)]


def fitting(fault: Fault, index: int) -> Iterable[str]:
    """Names whose kind may stand where the word stands; all names where the place doesn't tell."""
    kinds = role_kinds(fault, index)
    return [name for name, kind in fault.known.items() if not kinds or kind in kinds]


def role_kinds(fault: Fault, index: int) -> tuple[str, ...]:
    """The kinds of name that the words before this one ask for."""
    before = previous(fault, index)
    if before in ("PERFORM", "THRU", "THROUGH") or (
        before == "TO" and previous(fault, index, 2) == "GO"
    ):
        return ("paragraph", "section")
    if before in FILE_VERBS:
        return ("file",)
    if before in ("MOVE", "ADD", "SUBTRACT", "COMPUTE", "FROM", "INTO", "BY", "GIVING"):
        return ("data", "group", "index", "condition")
    return ()


def previous(fault: Fault, index: int, back: int = 1) -> str:
    """The text of the word `back` words before this one, line breaks not counted."""
    while back and index > 0:
        index -= 1
        back -= not fault.words[index].text.startswith("\n")
    return fault.words[index].text


def is_name_place(fault: Fault, index: int) -> bool:
    """Whether what stands here is an operand rather than a verb or the start of an entry."""
    return bool(role_kinds(fault, index))


def choice(fault: Fault, word: Word, kinds: tuple[str, ...]) -> Plan:
    """A hole of one name of the right kind: nothing known is spelt like this word."""
    hole = Hole("name", lengths=(1,), names=kinds, diagnostics=fault.said())
    title = f"a {' or '.join(kinds)} that exists, for {word.text}"
    return plan(fault, title, [(Span(word.start, word.end), (hole,))], 3.0, "no known name is near")


def declaration_misspelt(fault: Fault, word: Word) -> Iterator[Plan]:
    """Where the word is used more than once, a declared name near it that nothing uses."""
    uses = fault.uses(word.text)
    if uses < 2:
        return
    for far, other in nearest(word.text, fault.known):
        places = [found for found in fault.words if found.text == other]
        if len(places) == 1:
            at = places[0]
            new = in_case(word.text, fault.source.text(at.start, at.end))
            why = f"{word.text} is used {uses} times and {other}, {far} edit(s) away, never"
            edit = Edit(fault.path, Span(at.start, at.end), (new,))
            title = f"the declaration {other} is {word.text}, misspelt"
            yield Plan(title, (edit,), (*fault.said(), why), 0.0)
