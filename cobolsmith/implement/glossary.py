"""What a program calls the values of its codes: `kind DDB (direct debit)` in a comment, the
paragraph that is performed for a value, the condition or the text that goes with it.

A value of a code bears words where its own branch performs one paragraph of that name, sets a
condition-name, moves a text, or where a comment tells it. The words of a condition-name need no
glossary; they are names already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobolsmith.implement.statements import Code, Statement, words_of
from cobolsmith.implement.vocabulary import content, of_name, soft
from cobolsmith.program import DataItem, Program

if TYPE_CHECKING:
    from tree_sitter import Node

ALTERNATIVES = re.compile(r"\s+or\s+|/|,", re.IGNORECASE)
VERBS = frozenset(
    content(
        "process handle post apply print write check test read build make do set get find edit put "
        "add update print format load start end begin next new other all one only"
    )
)
"""Words of a paragraph's name that say what is done there, not with what."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A value of a code: the condition that asks for it, the item, and the literal."""

    text: str
    item: int
    literal: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """Words for a value: each of `names` is enough, `words` may be said besides; and where
    that is known from."""

    coded: Coded
    names: tuple[frozenset[str], ...]
    words: frozenset[str]
    why: str


def glossary(code: Code) -> tuple[Meaning, ...]:
    """All that a program calls its values, in the order of its text; comments last."""
    found = [one for at in code.statements for one in told_by(code, at)]
    found += commented(code.program, {one.coded for one in found} | set(codes(code)))
    return tuple(found)


def told_by(code: Code, at: Statement) -> Iterator[Meaning]:
    """The meanings that the branches of a statement give: what one of them alone makes of a target
    says nothing, two that make different things of it do."""
    found = list(branches(code, at))
    parted = at.verb == "EVALUATE" or sole(code, at.node.child_by_field_name("else")) is not None
    made: dict[str, list[Meaning]] = {}
    line = code.line(at.span.start)
    for coded, label in chosen_by(code.program, at):
        words = of_name(label)
        if words - soft(words):
            yield Meaning(coded, (words,), words, f"line {line} leads to {label} for {coded.text}")
    for coded, block in found:
        one = sole(code, block)
        label = led_by(one) if parted and one is not None else ""
        if label:
            words = of_name(label)
            words = words - VERBS if len(words - VERBS) > 1 else words
            if words - soft(words):
                why = f"line {line} leads to {label} for {coded.text}"
                yield Meaning(coded, (words,), words, why)
        for one in statements_of(code, block):
            name, target = condition_set(code.program, one)
            if target is not None and target.index != coded.item:
                words, why = of_name(name), f"{coded.text} makes {name} true"
                made.setdefault(target.name, []).append(Meaning(coded, (words,), words, why))
            elif one.verb == "MOVE" and one.words[1][:1] in "'\"" and len(one.words) == 4:
                words = frozenset(content(one.words[1][1:-1].lower()))
                why = f"{coded.text} makes {one.words[-1]} {one.words[1]}"
                if words - soft(words):
                    made.setdefault(one.words[-1], []).append(Meaning(coded, (words,), words, why))
    for several in made.values():
        if len({one.words for one in several}) > 1:
            yield from several


def led_by(one: Statement) -> str:
    """The procedure that a statement leads to; "" where it is another one."""
    if one.verb == "PERFORM" and len(one.words) > 1:
        return one.words[1]
    return one.words[2] if one.words[:2] == ("GO", "TO") and len(one.words) == 3 else ""


def chosen_by(program: Program, at: Statement) -> Iterator[tuple[Coded, str]]:
    """The labels of a GO TO ... DEPENDING ON that one value alone leads to."""
    if at.verb != "GO" or "DEPENDING" not in at.words:
        return
    labels = at.words[2 : at.words.index("DEPENDING")]
    item = program.resolve(at.words[-1])
    for nth, label in enumerate(labels, 1):
        if isinstance(item, DataItem) and labels.count(label) == 1:
            yield Coded(f"{item.name} = {nth}", item.index, str(nth)), label


def sole(code: Code, block: Node | None) -> Statement | None:
    """The only statement of a block; None where it has another number of them."""
    body = statements_of(code, block) if block is not None else []
    return body[0] if len(body) == 1 else None


def statements_of(code: Code, block: Node) -> list[Statement]:
    """The statements right in a block."""
    return [one for one in code.statements if one.node.parent == block]


def condition_set(program: Program, one: Statement) -> tuple[str, DataItem | None]:
    """The condition-name that a SET, or a MOVE of its value, makes true, and its item."""
    if one.verb == "SET" and one.words[2:] == ("TO", "TRUE"):
        named = program.resolve(one.words[1])
        if isinstance(named, DataItem) and named.parent is not None:
            return named.name, program.items[named.parent]
    if one.verb == "MOVE" and len(one.words) == 4:
        item = program.resolve(one.words[3])
        for index in item.conditions if isinstance(item, DataItem) else ():
            if program.items[index].values == (one.words[1],):
                return program.items[index].name, program.items[program.items[index].parent or 0]
    return "", None


def branches(code: Code, at: Statement) -> Iterator[tuple[Coded, Node]]:
    """The branches of a statement that one value of a code leads to."""
    if at.verb == "IF":
        test = at.node.child_by_field_name("condition")
        block = at.node.child_by_field_name("then")
        coded = asked(code.program, words_of(code.program, test)) if test is not None else None
        if coded is not None and block is not None:
            yield coded, block
    elif at.verb == "EVALUATE":
        subjects = at.node.children_by_field_name("subject")
        subject = words_of(code.program, subjects[0]) if len(subjects) == 1 else ()
        for when in at.node.children_by_field_name("when"):
            chosen = when.children_by_field_name("selection")
            block = when.child_by_field_name("body")
            if len(chosen) != 1 or block is None or not subject:
                continue
            words = words_of(code.program, chosen[0])
            words = words if subject == ("TRUE",) else (*subject, "=", *words)
            coded = asked(code.program, words)
            if coded is not None:
                yield coded, block


def asked(program: Program, words: tuple[str, ...]) -> Coded | None:
    """A condition as one value of a code; None where it is another condition."""
    item = program.resolve(words[0]) if words else None
    if not isinstance(item, DataItem):
        return None
    if len(words) == 1 and item.level == 88 and item.parent is not None:
        held = program.items[item.parent]
        literal = item.values[0] if len(item.values) == 1 else None
        if isinstance(literal, str) and is_code(program, held):
            return Coded(item.name, held.index, literal)
    if len(words) == 3 and words[1] == "=" and (words[2][:1] in "'\"" or words[2].isdigit()):
        named = [program.items[index] for index in item.conditions]
        name = next((one.name for one in named if one.values == (words[2],)), "")
        return Coded(name or f"{item.name} = {words[2]}", item.index, words[2])
    return None


def is_code(program: Program, item: DataItem) -> bool:
    """Whether an item has several values with names of their own, and isn't merely on or off."""
    values = {
        program.items[index].values[0]
        for index in item.conditions
        if len(program.items[index].values) == 1
    }
    return len(values) > 2 or (len(values) == 2 and not values <= {"'Y'", "'N'", "'0'", "'1'"})


def codes(code: Code) -> Iterator[Coded]:
    """The values of codes that a program asks for or gives names to."""
    for at in code.statements:
        yield from (coded for coded, _ in branches(code, at))
    for item in code.program.items:
        if item.level == 88:
            coded = asked(code.program, (item.name,))
            if coded is not None:
                yield coded


def commented(program: Program, known: set[Coded]) -> Iterator[Meaning]:
    """What comments say of values: `DDB (direct debit)`, `M MONTHLY  Q QUARTERLY`, `C = closed`."""
    text = "\n".join(comments(program))
    spelled: dict[str, list[Coded]] = {}
    for one in sorted(known, key=lambda one: one.text):
        spelled.setdefault(one.literal.strip("'\""), []).append(one)
    for value, several in spelled.items():
        if len({one.item for one in several}) != 1 or not re.fullmatch(r"[A-Z0-9]{1,4}", value):
            continue
        told = re.search(
            rf"(?<![\w'-])'?{value}'?(?:\s*\(([^)]+)\)|\s*(?:=|:|means|is|for|stands for)\s+"
            r"([A-Za-z][A-Za-z -]+?)(?=\s\s|[,;.(]|$))",
            text,
            re.MULTILINE,
        )
        if told is None or (len(value) == 1 and told[2] and not re.search(r"[=:]", told[0])):
            continue
        said = (told[1] or told[2]).lower()
        if len(said.split()) > 5:
            continue
        names = tuple(frozenset(content(part)) for part in ALTERNATIVES.split(said))
        names = tuple(one for one in names if one - soft(one))
        if names:
            why = f"a comment says: {' '.join(told[0].split())}"
            yield Meaning(several[0], names, frozenset(content(said)), why)


def comments(program: Program) -> Iterator[str]:
    """The text of a program's comments, line by line."""
    for node in program.tree.walk("comment"):
        text = program.source.view[node.start_byte : node.end_byte].decode("ascii", "replace")
        yield text.lstrip("*>/ ").rstrip("* ")


def meant(words: frozenset[str], meanings: tuple[Meaning, ...]) -> list[Meaning]:
    """The meanings that a phrase's words name wholly, those of the most words first."""
    found = []
    for one in meanings:
        taken = [name for name in one.names if name <= words]
        if taken:
            found.append((max(len(name) for name in taken), one))
    most = max((size for size, _ in found), default=0)
    return [one for size, one in found if size == most]
