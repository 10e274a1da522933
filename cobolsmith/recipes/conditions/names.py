"""Names for what is compared: an item equal to a literal becomes a condition-name (level 88).

    05  WS-KIND  PIC X.                    05  WS-KIND  PIC X.
                                    ->         88  WS-KIND-C  VALUE 'C'.
    IF WS-KIND = 'C'                       IF WS-KIND-C

A condition-name with that value is used where the item has one. Abbreviated conditions
(A = 'B' OR 'C') and literals that give no name stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobolsmith.errors import UsageError
from cobolsmith.items import DataItem
from cobolsmith.plan import Edit, Plan
from cobolsmith.program import Program
from cobolsmith.recipe import Option, Proposal, Recipe, Setting, each_program
from cobolsmith.recipes.conditions.truth import literal
from cobolsmith.source import Span
from cobolsmith.writing import after_line, cased, column, line

if TYPE_CHECKING:
    from tree_sitter import Node

_LEADING = {"IS", "NOT", "=", "EQUAL", "TO"}
_OPERAND = ("qualified_name", "string_literal", "number_literal", "figurative_constant")
_OTHER = {"<", ">", "<=", ">=", "<>", "GREATER", "LESS", "UNEQUAL", "EXCEEDS", "+", "-", "*", "/"}


@dataclass(frozen=True, slots=True)
class Test:
    """A relation `item = literal` of a condition: the item's node, its index, what follows it up to
    the literal's end, whether NOT stands in it."""

    node: Node
    item: int
    value: str
    end: int
    opposite: bool


def propose(setting: Setting) -> Proposal:
    """One plan a program: for the item named, or for all that are compared with two or more
    literals, or twice."""
    return each_program(setting, lambda program, part: of_program(setting, program, part))


def of_program(setting: Setting, program: Program, part: Span) -> Proposal:
    """The entries and the conditions of a program that change."""
    wanted = setting.text("item").upper()
    by_item: dict[int, list[Test]] = {}
    for test in tests(program, part):
        by_item.setdefault(test.item, []).append(test)
    plans = []
    for index, found in by_item.items():
        item = program.items[index]
        if item.name == wanted or (not wanted and len(found) > 1):
            plan = of_item(program, item, found)
            plans += [plan] if plan else []
    if wanted and not plans and not any(one.name == wanted for one in program.items):
        raise UsageError(f"no item {wanted}", where=str(program.source.path))
    return Proposal(tuple(plans))


def of_item(program: Program, item: DataItem, found: list[Test]) -> Plan | None:
    """The condition-names of an item: those it has, and new ones below its entry."""
    names = {
        value: program.items[one].name
        for one in item.conditions
        if len(program.items[one].values) == 1
        and isinstance(value := program.items[one].values[0], str)
    }
    taken = {name for name, _ in program.scope()} | program.reserved
    own = item.origin.path == program.source.path
    fresh: dict[str, str] = {}
    for test in found:
        if test.value not in names and own:
            name = named(item, test.value)
            if name and name not in taken | set(fresh.values()):
                fresh[test.value] = name
    known = {**names, **fresh}
    edits = [
        edit
        for test in found
        if test.value in known
        for edit in replaced(program, test, known[test.value])
    ]
    if not edits:
        return None
    used = {test.value for test in found}
    fresh = {value: name for value, name in fresh.items() if value in used}
    if fresh:
        edits.append(entries(program, item, fresh))
    said = [f"{name} is {item.name} = {value}" for value, name in known.items() if value in used]
    title = f"condition-names for {item.name}: {', '.join(known[v] for v in known if v in used)}"
    return Plan(title, tuple(edits), tuple(said))


def named(item: DataItem, value: str) -> str:
    """The name of a value: the item's with the literal's letters; "" where it has none."""
    text = literal(value)
    if text == "":
        word = "BLANK"
    elif value.upper().startswith("ZERO"):
        word = "ZERO"
    else:
        word = str(text).strip().upper().replace(" ", "-")
    name = f"{item.name}-{word}"
    return name if re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*", name) and len(name) <= 30 else ""


def entries(program: Program, item: DataItem, fresh: dict[str, str]) -> Edit:
    """The 88-levels, below the item's entry and those that it has."""
    source = program.source
    last = max(
        [item.origin.span.end, *(program.items[one].origin.span.end for one in item.conditions)]
    )
    at = column(source, item.origin.span.start) + 4
    width = max(len(name) for name in fresh.values())
    rows = "".join(
        line(
            source,
            at,
            cased(source, item.origin.span.start, f"88  {name.ljust(width)} VALUE ") + f"{value}.",
        )
        for value, name in fresh.items()
    )
    return Edit(source.path, after_line(source, source.line_column(last - 1)[0]), (rows,))


def replaced(program: Program, test: Test, name: str) -> Iterator[Edit]:
    """The name in the item's place, and the relation gone; subscripts and qualifiers stay."""
    source = program.source
    word = next(child for child in test.node.children if child.type == "name")
    prefix = "NOT " if test.opposite else ""
    text = cased(source, word.start_byte, prefix + name)
    yield Edit(source.path, Span(word.start_byte, word.end_byte), (text,))
    yield Edit(source.path, Span(end_of(test.node), test.end), ("",))


def end_of(node: Node) -> int:
    """Where a name with its qualifiers and subscripts ends."""
    return max(child.end_byte for child in node.children)


def tests(program: Program, part: Span) -> Iterator[Test]:
    """The relations `item = literal` of the program's own conditions, abbreviated ones left out."""
    tree = program.tree
    for node in tree.walk("condition", "parenthesized"):
        if part.start <= node.start_byte < part.end:
            words = [
                child
                for child in node.children
                if child.type
                not in ("comment", "separator", "sequence_area", "identification_area", "(", ")")
            ]
            yield from relations(program, words)


def relations(program: Program, words: list[Node]) -> Iterator[Test]:
    """The relations among the flat words of a condition."""
    texts = [program.tree.text(word).upper() for word in words]
    for at, word in enumerate(words):
        if word.type != "qualified_name" or (at and texts[at - 1] not in ("AND", "OR", "NOT")):
            continue
        to = at + 1
        while to < len(words) and texts[to] in _LEADING:
            to += 1
        signs = texts[at + 1 : to]
        ends = to < len(words) and words[to].type in _OPERAND[1:]
        if not ends or not {"=", "EQUAL"} & set(signs) or not plain(program, words, texts, to):
            continue
        item = meant(program, word)
        opposite = "NOT" in signs
        if item is None or (opposite and at and texts[at - 1] == "NOT"):
            continue
        if fits(program.items[item], texts[to], words[to]):
            value = program.tree.text(words[to])
            yield Test(word, item, value, words[to].end_byte, opposite)


def plain(program: Program, words: list[Node], texts: list[str], to: int) -> bool:
    """Whether what follows a relation doesn't lean on it, as in `OR 'C'` or `AND > 5`."""
    if to + 1 == len(words):
        return True
    if texts[to + 1] not in ("AND", "OR"):
        return False
    after = to + 2
    while after < len(words) and texts[after] == "NOT":
        after += 1
    if after == len(words) or words[after].type not in ("qualified_name", "parenthesized"):
        return False
    if words[after].type == "parenthesized" or after + 1 == len(words):
        return words[after].type == "parenthesized" or is_condition(program, words[after])
    followed = texts[after + 1] in _LEADING | _OTHER or words[after + 1].type == "class_word"
    return followed or is_condition(program, words[after])


def is_condition(program: Program, node: Node) -> bool:
    """Whether a name is a condition-name."""
    found = meant(program, node)
    return found is not None and program.items[found].level == 88


def meant(program: Program, node: Node) -> int | None:
    """The item a name means; None for part of one (reference modification) and what isn't clear."""
    kinds = [child.type for child in node.children]
    if "reference_modification" in kinds:
        return None
    words = [program.tree.text(child) for child in node.children if child.type == "name"]
    found = program.resolve(words[0], tuple(words[1:])) if words else None
    return found.index if isinstance(found, DataItem) else None


def fits(item: DataItem, text: str, node: Node) -> bool:
    """Whether a literal is a value of the item's own kind."""
    if item.picture is None or item.level == 88:
        return False
    value = literal(text)
    if node.type == "string_literal":
        return item.picture.category in ("alphanumeric", "alphabetic") and (
            0 < len(str(value)) <= item.length
        )
    if node.type == "number_literal":
        return item.picture.category == "numeric" and re.fullmatch(r"\d+", text) is not None
    alike = ("numeric",) if text.startswith("ZERO") else ("alphanumeric", "alphabetic")
    return item.picture.category in alike and value is not None


NAME_CONDITION = Recipe(
    "name-condition",
    "condition-names (level 88) for the literals that items are compared with",
    propose,
    "same",
    (Option("item", "only this item, however often it is compared"),),
)
