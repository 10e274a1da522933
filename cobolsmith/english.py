"""COBOL in English: what a run of statements or data entries does, as a maintainer would say it.

Clause by clause, from the words alone; what has no phrase of its own is said in its own words.
Every clause has several phrasings, chosen by a random generator, for these sentences are what the
model learns to write code from. Words are upper case, as all words of a canvas are; names stay
names or are said in words (`CUST-BALANCE`: CUST BALANCE), so that a sentence may mean an item
without spelling it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from cobolsmith.reserved import KEYWORDS, RESERVED, SCOPE_TERMINATORS, VERBS

BEGINS = VERBS | {"ELSE", "WHEN", "IF", "EVALUATE", "SEARCH"}
"""Words that begin a clause."""
SILENT = frozenset({",", ";", ".", "THEN", "IS", "ARE", "OF", *SCOPE_TERMINATORS})
"""Words nobody says."""

Phrases = Sequence[tuple[str, Sequence[str]]]

CLAUSES: Mapping[str, Phrases] = {
    "MOVE": [
        ("MOVE CORRESPONDING @a TO @b", ["COPY THE FIELDS OF @a TO @b", "MOVE @a TO @b BY NAME"]),
        (
            "MOVE @a TO @b",
            ["SET @b TO @a", "PUT @a INTO @b", "MOVE @a TO @b", "@b BECOMES @a", "STORE @a IN @b"],
        ),
    ],
    "ADD": [
        ("ADD @a TO @b GIVING @c", ["@c IS @a PLUS @b", "ADD @a AND @b INTO @c"]),
        ("ADD @a GIVING @b", ["@b IS THE SUM OF @a", "ADD UP @a INTO @b"]),
        ("ADD @a TO @b", ["ADD @a TO @b", "INCREASE @b BY @a", "COUNT UP @b BY @a"]),
    ],
    "SUBTRACT": [
        ("SUBTRACT @a FROM @b GIVING @c", ["@c IS @b MINUS @a", "@c IS @b LESS @a"]),
        ("SUBTRACT @a FROM @b", ["REDUCE @b BY @a", "TAKE @a FROM @b", "SUBTRACT @a FROM @b"]),
    ],
    "MULTIPLY": [
        ("MULTIPLY @a BY @b GIVING @c", ["@c IS @a TIMES @b", "MULTIPLY @a AND @b INTO @c"]),
        ("MULTIPLY @a BY @b", ["MULTIPLY @b BY @a", "@b IS @b TIMES @a"]),
    ],
    "DIVIDE": [
        ("DIVIDE @a BY @b GIVING @c", ["@c IS @a DIVIDED BY @b", "DIVIDE @a BY @b INTO @c"]),
        ("DIVIDE @a INTO @b GIVING @c", ["@c IS @b DIVIDED BY @a"]),
        ("DIVIDE @a INTO @b", ["DIVIDE @b BY @a"]),
    ],
    "COMPUTE": [
        (
            "COMPUTE @a ROUNDED = @e",
            ["@a IS @e ROUNDED", "CALCULATE @a AS @e AND ROUND", "ROUND @e INTO @a"],
        ),
        ("COMPUTE @a = @e", ["@a IS @e", "CALCULATE @a AS @e", "COMPUTE @a FROM @e"]),
    ],
    "IF": [("IF @c", ["IF @c", "WHEN @c", "IN CASE @c"])],
    "ELSE": [("ELSE", ["OTHERWISE", "ELSE", "IF NOT"])],
    "EVALUATE": [("EVALUATE @a", ["DEPENDING ON @a", "BY @a", "LOOK AT @a"])],
    "WHEN": [
        ("WHEN OTHER", ["IN ALL OTHER CASES", "OTHERWISE", "FOR ANY OTHER"]),
        ("WHEN @c", ["FOR @c", "IN CASE OF @c", "WHEN @c"]),
    ],
    "PERFORM": [
        (
            "PERFORM @a VARYING @b FROM @d BY @e UNTIL @c",
            ["RUN @a FOR @b FROM @d BY @e UNTIL @c", "REPEAT @a WITH @b FROM @d UNTIL @c"],
        ),
        (
            "PERFORM VARYING @b FROM @d BY @e UNTIL @c",
            ["FOR @b FROM @d BY @e UNTIL @c", "LOOP @b FROM @d UNTIL @c"],
        ),
        ("PERFORM UNTIL @c", ["REPEAT UNTIL @c", "LOOP UNTIL @c"]),
        ("PERFORM @a UNTIL @c", ["RUN @a UNTIL @c", "REPEAT @a UNTIL @c"]),
        ("PERFORM @a THRU @b", ["RUN @a THROUGH @b", "DO @a TO @b"]),
        ("PERFORM @a TIMES", ["REPEAT @a TIMES", "DO @a TIMES"]),
        ("PERFORM @a", ["RUN @a", "DO @a", "PERFORM @a", "GO THROUGH @a"]),
    ],
    "READ": [
        ("READ @a INTO @b AT END @c", ["READ @a INTO @b AND AT ITS END @c"]),
        ("READ @a AT END @c", ["READ THE NEXT RECORD OF @a AND AT THE END @c"]),
        ("READ @a INTO @b", ["READ @a INTO @b", "GET THE NEXT @a INTO @b"]),
        ("READ @a", ["READ THE NEXT RECORD OF @a", "READ @a", "GET A RECORD FROM @a"]),
    ],
    "WRITE": [
        ("WRITE @a FROM @b", ["WRITE @b AS @a", "WRITE @a FROM @b", "OUTPUT @b AS @a"]),
        ("WRITE @a", ["WRITE @a", "OUTPUT @a", "WRITE @a TO THE FILE"]),
    ],
    "REWRITE": [("REWRITE @a", ["WRITE @a BACK", "UPDATE @a IN THE FILE", "REWRITE @a"])],
    "OPEN": [
        ("OPEN INPUT @a", ["OPEN @a FOR READING", "OPEN @a AS INPUT"]),
        ("OPEN OUTPUT @a", ["OPEN @a FOR WRITING", "CREATE @a", "OPEN @a AS OUTPUT"]),
        ("OPEN EXTEND @a", ["OPEN @a TO APPEND", "OPEN @a FOR ADDING"]),
        ("OPEN I-O @a", ["OPEN @a FOR UPDATE"]),
    ],
    "CLOSE": [("CLOSE @a", ["CLOSE @a", "SHUT @a"])],
    "DISPLAY": [
        ("DISPLAY @a", ["SHOW @a", "PRINT @a", "DISPLAY @a", "LOG @a", "SAY @a", "REPORT @a"])
    ],
    "ACCEPT": [
        ("ACCEPT @a FROM @b", ["GET @a FROM @b", "TAKE @a FROM @b"]),
        ("ACCEPT @a", ["ASK FOR @a", "GET @a FROM THE USER", "READ @a FROM THE TERMINAL"]),
    ],
    "CALL": [
        ("CALL @a USING @b", ["CALL @a WITH @b", "CALL THE PROGRAM @a PASSING @b"]),
        ("CALL @a", ["CALL @a", "RUN THE PROGRAM @a"]),
    ],
    "GO": [("GO TO @a", ["CONTINUE AT @a", "GO TO @a", "JUMP TO @a"])],
    "SET": [
        ("SET @a TO TRUE", ["@a", "SET @a", "MARK @a", "@a IS TRUE NOW", "TURN ON @a"]),
        ("SET @a UP BY @b", ["STEP @a BY @b", "MOVE @a ON BY @b"]),
        ("SET @a TO @b", ["SET @a TO @b", "@a IS @b"]),
    ],
    "INITIALIZE": [("INITIALIZE @a", ["CLEAR @a", "RESET @a", "INITIALIZE @a"])],
    "STRING": [("STRING @a INTO @b", ["JOIN @a INTO @b", "BUILD @b FROM @a"])],
    "STOP": [("STOP RUN", ["STOP", "END THE PROGRAM", "STOP THE RUN"])],
    "GOBACK": [("GOBACK", ["RETURN", "GO BACK TO THE CALLER", "END THE PROGRAM"])],
    "EXIT": [("EXIT @a", ["LEAVE THE @a"]), ("EXIT", ["DO NOTHING MORE", "EXIT"])],
    "CONTINUE": [("CONTINUE", ["DO NOTHING", "GO ON"])],
}
"""By first word: patterns (@x takes one or more words) and what may be said for each."""
ENTRY: Phrases = [
    (
        "@l @n PIC @p VALUE @v",
        [
            "A FIELD @n AS @p INITIALLY @v",
            "ADD @n PICTURE @p WITH VALUE @v",
            "@n OF @p STARTS AT @v",
        ],
    ),
    ("@l @n PIC @p", ["A FIELD @n AS @p", "ADD THE FIELD @n PICTURE @p", "@n OF @p"]),
    ("88 @n VALUE @v", ["@n MEANS @v", "CALL THE VALUE @v @n", "THE CONDITION @n FOR @v"]),
    ("@l @n", ["THE GROUP @n", "@n"]),
]
"""The same for data description entries."""
SAID: Mapping[str, Sequence[str]] = {
    "=": ["IS", "EQUALS", "IS EQUAL TO", "="],
    ">": ["IS GREATER THAN", "EXCEEDS", "IS MORE THAN", "IS ABOVE", ">"],
    "<": ["IS LESS THAN", "IS BELOW", "IS UNDER", "<"],
    ">=": ["IS AT LEAST", "IS NOT LESS THAN", ">="],
    "<=": ["IS AT MOST", "IS NOT MORE THAN", "<="],
    "<>": ["IS NOT", "DIFFERS FROM"],
    "+": ["PLUS", "+"],
    "-": ["MINUS", "LESS", "-"],
    "*": ["TIMES", "MULTIPLIED BY", "*"],
    "/": ["DIVIDED BY", "OVER", "/"],
    "ZEROES": ["ZERO", "0"],
    "ZEROS": ["ZERO", "0"],
    "ZERO": ["ZERO", "0", "NOTHING"],
    "SPACES": ["BLANKS", "SPACES", "EMPTY"],
    "SPACE": ["BLANK", "SPACES", "EMPTY"],
}
"""How operators and figurative constants are said."""
SMALL = frozenset("A AS IN INTO OF THE TO WITH".split())
"""Words a hurried writer leaves out; none of them turns a meaning round."""
_SENTENCE = re.compile(
    r"""(?<!\w)'[^'\n]*' | "[^"\n]*" | [A-Za-z0-9][\w-]*(?:[.,]\d+)? | <= | >= | <> | [<>=+*/]""",
    re.VERBOSE,
)
JOINED = (",", "AND", "THEN", ", THEN", ".")


class Random(Protocol):
    """What is needed of numpy's generator."""

    def random(self) -> float:
        """A number in [0, 1)."""
        ...

    def integers(self, high: int, /) -> Any:
        """An integer in [0, high)."""
        ...


def sentence_words(text: str) -> tuple[str, ...]:
    """The words of an English sentence or a diagnostic, upper case outside quotes; of punctuation
    only the operators of a condition stay."""
    return tuple(word if word[0] in "'\"" else word.upper() for word in _SENTENCE.findall(text))


def repair_spec(message: str, words: Sequence[str]) -> tuple[str, ...]:
    """What asks for a repair: what the compiler says, and the faulty words."""
    return (*sentence_words(message), ".", *(word for word in words if not word.startswith("\n")))


def described(
    words: Sequence[str], random: Random, *, in_words: float = 0.4, left_out: float = 0.04
) -> tuple[str, ...]:
    """English for a run of words (line breaks among them are passed over); empty for none.

    `in_words`: share of names said in words; `left_out`: share of small words that go missing.
    """
    said: list[str] = []
    joint = JOINED[int(random.integers(len(JOINED)))].split()
    for clause in _clauses([word for word in words if not word.startswith("\n")]):
        phrase = _phrase(clause, random)
        said += joint if said and phrase else []
        said += phrase
    spoken = [part for word in said for part in _spoken(word, random, in_words)]
    return tuple(w for w in spoken if w not in SMALL or random.random() >= left_out)


def is_name(word: str) -> bool:
    """Whether a word can be a user-defined name."""
    return word[:1].isalnum() and not word.isdigit() and word not in RESERVED | KEYWORDS


def _clauses(words: Sequence[str]) -> Iterator[list[str]]:
    """Cut at the words that begin a clause, and at periods."""
    clause: list[str] = []
    for at, word in enumerate(words):
        after_exit = at and words[at - 1] in ("EXIT", "STOP", "GO", "NOT")
        if (word in BEGINS and not after_exit) or word == ".":
            if clause:
                yield clause
            clause = []
        if word != ".":
            clause.append(word)
    if clause:
        yield clause


def _phrase(clause: Sequence[str], random: Random) -> list[str]:
    """One phrasing of a clause."""
    table = ENTRY if clause[0].isdigit() else CLAUSES.get(clause[0], ())
    for pattern, phrasings in table:
        taken = _match(pattern.split(), clause)
        if taken is not None:
            chosen = phrasings[int(random.integers(len(phrasings)))]
            parts = [taken.get(word, [word]) for word in chosen.split()]
            return [word for part in parts for word in part]
    return [word for word in clause if word not in SILENT]


def _match(pattern: Sequence[str], words: Sequence[str]) -> dict[str, list[str]] | None:
    """What each @x of a pattern takes, without silent words; `None` if the pattern doesn't fit."""
    taken: dict[str, list[str]] = {}
    at = 0
    for place, part in enumerate(pattern):
        if not part.startswith("@"):
            if at >= len(words) or words[at] != part:
                return None
            at += 1
            continue
        follows = pattern[place + 1] if place + 1 < len(pattern) else None
        end = _end(words, at, follows)
        if end is None or end == at:
            return None
        taken[part] = [word for word in words[at:end] if word not in SILENT]
        at = end
    return taken if at == len(words) else None


def _end(words: Sequence[str], at: int, follows: str | None) -> int | None:
    """Where what an @x takes ends: before the word that follows it in the pattern."""
    if follows is None:
        return len(words)
    if follows.startswith("@"):
        return at + 1
    return next((i for i in range(at, len(words)) if words[i] == follows), None)


def _spoken(word: str, random: Random, in_words: float) -> list[str]:
    """A word as it is said: operators and constants in words, names whole or in their parts."""
    ways = SAID.get(word)
    if ways:
        return ways[int(random.integers(len(ways)))].split()
    if is_name(word) and "-" in word and random.random() < in_words:
        parts = [part for part in word.split("-") if part]
        prefixed = len(parts) > 1 and len(parts[0]) <= 3
        return parts[1:] if prefixed and random.random() < 0.7 else parts
    return [word]
