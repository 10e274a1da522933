"""Conditions as trees, against hand-written trees and against what cobc's programs answer."""

from __future__ import annotations

import operator
import subprocess
from itertools import product
from pathlib import Path

import pytest

from cobolsmith.dataflow import (
    And,
    ClassTest,
    Condition,
    ConditionName,
    Not,
    Or,
    Relation,
    SignTest,
)
from cobolsmith.languages.cobol.conditions import ConditionError, read_condition
from cobolsmith.languages.cobol.reading import reading_of
from cobolsmith.program import Program

DATA = """
01  A PIC S9.
    88  A-IS-ONE VALUE 1.
01  B PIC S9.
01  C PIC S9.
01  X PIC X.
"""
SWITCHES = "CONFIGURATION SECTION.\nSPECIAL-NAMES.\n    CLASS VOWEL IS 'A' 'E'."


def tree(program, text: str) -> Condition:  # type: ignore[no-untyped-def]
    one: Program = program(
        DATA, f"P.\n    IF {text}\n        CONTINUE\n    END-IF.\n    STOP RUN.", SWITCHES
    )
    assert one.expanded is not None and one.expanded.errors() == ()
    node = next(one.expanded.walk("condition"))
    return read_condition(reading_of(one), one, node)


def said(condition: Condition) -> str:
    """A condition with all its parentheses."""
    match condition:
        case Relation():
            return f"{condition.subject.text} {condition.operator} {condition.object.text}"
        case ClassTest():
            return f"{condition.subject.text} IS {condition.name}"
        case SignTest():
            return f"{condition.subject.text} IS {condition.sign}"
        case ConditionName():
            return condition.term.text
        case Not():
            return f"NOT ({said(condition.of)})"
        case And():
            return "(" + " AND ".join(map(said, condition.parts)) + ")"
        case Or():
            return "(" + " OR ".join(map(said, condition.parts)) + ")"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("A = 1", "A = 1"),
        ("A IS NOT GREATER THAN B", "A <= B"),
        ("A IS LESS THAN OR EQUAL TO B", "A <= B"),
        ("A NOT < B", "A >= B"),
        ("A + 1 > B * (C - 2)", "A + 1 > B * (C - 2)"),
        ("(A + 1) * 2 = B", "(A + 1) * 2 = B"),
        ("A = 1 OR B = 2 AND C = 3", "(A = 1 OR (B = 2 AND C = 3))"),
        ("(A = 1 OR B = 2) AND C = 3", "((A = 1 OR B = 2) AND C = 3)"),
        ("A = 1 OR 2 AND NOT > 3", "(A = 1 OR (A = 2 AND A <= 3))"),
        ("A = 1 OR 2 OR 3", "(A = 1 OR A = 2 OR A = 3)"),
        ("A NOT = B AND C", "(A <> B AND A <> C)"),
        ("A > B AND NOT < C OR 2", "((A > B AND A >= C) OR A >= 2)"),
        ("NOT A = B OR C", "(NOT (A = B) OR A = C)"),
        ("A = B AND NOT C", "(A = B AND NOT (A = C))"),
        ("NOT (A NOT > B AND C AND NOT 2)", "NOT ((A <= B AND A <= C AND NOT (A <= 2)))"),
        ("A-IS-ONE OR NOT A-IS-ONE AND B = 1", "(A-IS-ONE OR (NOT (A-IS-ONE) AND B = 1))"),
        ("A = 2 OR A-IS-ONE", "(A = 2 OR A-IS-ONE)"),
        ("(A-IS-ONE)", "A-IS-ONE"),
        ("((A = 1))", "A = 1"),
        ("X NOT NUMERIC AND X NOT = 'Z'", "(NOT (X IS NUMERIC) AND X <> 'Z')"),
        ("X IS VOWEL OR X NOT VOWEL", "(X IS VOWEL OR NOT (X IS VOWEL))"),
        ("A IS POSITIVE OR B ZERO", "(A IS POSITIVE OR B IS ZERO)"),
        ("A = ZERO", "A = ZERO"),
        ("A - B IS NEGATIVE", "A - B IS NEGATIVE"),
        ("A EQUAL B OR GREATER C", "(A = B OR A > C)"),
    ],
)
def test_what_binds_to_what(program, text: str, meaning: str) -> None:  # type: ignore[no-untyped-def]
    assert said(tree(program, text)) == meaning


def test_leaves_know_their_places_and_items(program) -> None:  # type: ignore[no-untyped-def]
    text = "A = 1 OR B"
    one = tree(program, text)
    assert isinstance(one, Or)
    first, second = one.parts
    assert isinstance(first, Relation) and isinstance(second, Relation)
    assert (first.subject.item, second.subject.item, second.object.item) == (0, 0, 2)
    start = one.origin.span.start
    spans = [(p.origin.span.start - start, p.origin.span.end - start) for p in (first, second)]
    assert [text[slice(*span)] for span in spans] == ["A = 1", "B"]


def test_what_is_no_condition_is_refused(program) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ConditionError, match="understood at"):
        tree(program, "A = 1 B = 2")


# --- Against cobc ---

ASKED = (
    "A = B",
    "A NOT > B",
    "A = B OR C",
    "A = 1 OR 2 AND NOT > B",
    "A NOT = B AND C",
    "NOT A = B OR C",
    "NOT (A = B OR C)",
    "A > B AND NOT < C OR 2",
    "A = B AND NOT C",
    "A-IS-ONE AND B = C OR 2",
    "(A = B OR C) AND B > 0",
    "A + B > C AND NOT A-IS-ONE",
    "A IS POSITIVE AND B NOT ZERO OR C NEGATIVE",
    "A > B OR C AND A < 2",
)
COMPARED = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def holds(condition: Condition, values: dict[str, int]) -> bool:
    """Whether a condition holds; terms are arithmetic over the values."""
    match condition:
        case Relation():
            return bool(
                COMPARED[condition.operator](
                    worth(condition.subject.text, values), worth(condition.object.text, values)
                )
            )
        case SignTest():
            value = worth(condition.subject.text, values)
            return {"POSITIVE": value > 0, "NEGATIVE": value < 0, "ZERO": value == 0}[
                condition.sign
            ]
        case ConditionName():
            return values["A"] == 1
        case Not():
            return not holds(condition.of, values)
        case And():
            return all(holds(part, values) for part in condition.parts)
        case Or():
            return any(holds(part, values) for part in condition.parts)
    raise AssertionError(condition)


def worth(text: str, values: dict[str, int]) -> int:
    return sum(values.get(word) or int(word.isdigit() and word) for word in text.split(" + "))


def test_conditions_hold_as_in_cobcs_programs(program, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    lines = ["IDENTIFICATION DIVISION.", "PROGRAM-ID. TRUTH.", "DATA DIVISION."]
    lines += ["WORKING-STORAGE SECTION.", *DATA.strip().splitlines(), "PROCEDURE DIVISION."]
    numbers = (-1, 0, 1, 2)
    for values in product(numbers, repeat=3):
        lines += [f"    MOVE {v} TO {n}." for n, v in zip("ABC", values, strict=True)]
        for text in ASKED:
            lines += [f"    IF {text}", "        DISPLAY '1' ELSE DISPLAY '0'."]
    source = tmp_path / "truth.cbl"
    source.write_text("".join(f"{line}\n" for line in [*lines, "    STOP RUN."]))
    built = tmp_path / "truth"
    subprocess.run(["cobc", "-x", "-free", "-w", "-o", built, source], check=True)
    answers = subprocess.run([built], capture_output=True, text=True, check=True).stdout.split()
    trees = [tree(program, text) for text in ASKED]
    ours = [
        "1" if holds(one, dict(zip("ABC", values, strict=True))) else "0"
        for values in product(numbers, repeat=3)
        for one in trees
    ]
    assert ours == answers
