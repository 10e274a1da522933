"""Sentences that are understood, with a program's own names: what a question offers.

A form is built of the names that come nearest to the ticket's words, its texts and codes; it is
offered only if it is planned in this program, so whoever says it is not asked again. Without a
ticket there is one form of each kind: what may be asked of a program at all.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cobolsmith.estate import PROGRAM_SUFFIXES, members
from cobolsmith.implement.anchors import anchors
from cobolsmith.implement.composing import Known, composed
from cobolsmith.implement.reject import groups, shape
from cobolsmith.implement.statements import Code, code_of
from cobolsmith.implement.ties import Ties, is_condition, is_data
from cobolsmith.implement.vocabulary import GENERIC, content, of_name, soft
from cobolsmith.implement.wish import QUOTED, tidy
from cobolsmith.program import DataItem, Program
from cobolsmith.recipe import Setting

MOST = 4
"""Forms that a question offers."""
COMPOSED = 3
"""Of them, sentences that say the whole ticket again."""
TRIES = 12
"""Such sentences that are tried."""
TRIED = 3
"""Names of a kind that are tried in a form, nearest first."""


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of sentence: the stems of the words that call for it, and how it is said."""

    kind: str
    cues: frozenset[str]
    says: Callable[[Names], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Names:
    """What sentences about a program are made of, nearest to a ticket first."""

    conditions: tuple[str, ...]
    texts: tuple[str, ...]
    amounts: tuple[str, ...]
    statements: tuple[str, ...]
    procedures: tuple[str, ...]
    codes: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    modules: tuple[str, ...]
    said: tuple[str, ...]
    files: tuple[str, ...]

    def known(self) -> Known:
        """What a ticket may name of it."""
        return Known(self.modules, self.files, self.codes)


@dataclass(frozen=True, slots=True)
class Offered:
    """What a question offers: sentences that say the ticket again, else others that show what is
    understood."""

    again: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.again, *self.others)


def forms(ticket: str, program: Program, setting: Setting, plans: Callable[[str], bool]) -> Offered:
    """Sentences that are planned in a program, those that a ticket calls for first; `plans` tells
    whether one is."""
    words = frozenset(content(ticket))
    names = names_of(ticket, program, setting)
    exact = composed(ticket, code_of(program), names.known()) if words else []
    again = tuple(itertools.islice((one for one in exact[:TRIES] if plans(one)), COMPOSED))
    if again:
        return Offered(again)
    wanted = [one for one in FORMS if one.cues & words or not words]
    wanted.sort(key=lambda one: -len(one.cues & words))
    found: list[str] = []
    for form in wanted:
        made = next((one for one in form.says(names) if plans(one)), None)
        found += [made] if made else []
        if words and len(found) == MOST - 1:
            break
    last = next((one for one in STATED.says(names) if plans(one)), None)
    return Offered((), tuple(dict.fromkeys((*found, *((last,) if last else ())))))


# --- What a ticket and a program give -------------------------------------------------------------


def names_of(ticket: str, program: Program, setting: Setting) -> Names:
    """The names of a program, nearest to a ticket's words first."""
    code, ties = code_of(program), Ties(program)
    words = frozenset(content(ticket))
    plain = [one for one in program.items if one.name and not program.subscripts(one)]
    data = [one for one in plain if is_data(one) and ties.comes(one) >= 0 and ties.weight(one) > 0]
    flags = [one for one in plain if is_condition(one) and (ties.tests(one) or ties.comes(one) > 0)]
    nearest = near(words, ties)
    spelled = [one[1:-1] for one in re.findall(QUOTED, tidy(ticket))]
    spelled += re.findall(r"(?<![\w-])[A-Z][A-Z0-9]+(?: [A-Z0-9]+)+(?![\w-])", ticket)
    return Names(
        tuple(one.name for one in sorted(flags, key=nearest)[:TRIED]),
        tuple(one.name for one in sorted((o for o in data if is_text(o)), key=nearest)[:TRIED]),
        tuple(one.name for one in sorted((o for o in data if is_amount(o)), key=nearest)[:TRIED]),
        tuple(statements_of(words, code)),
        tuple(procedures_of(words, code)),
        tuple(codes_of(ticket, code)),
        tuple(constants(program, nearest)),
        tuple(modules_of(ticket, program, setting)),
        tuple(one for one in spelled if one),
        tuple(new_files(ticket, program)),
    )


def near(words: frozenset[str], ties: Ties) -> Callable[[DataItem], tuple[float, int]]:
    """How near an item is to some words, as what is sorted by: the nearest first, then those that
    come with records and are worked with."""

    def rank(one: DataItem) -> tuple[float, int]:
        own = of_name(one.name)
        telling = len(words & own - soft(own) - GENERIC)
        told = 0.5 * len(words & ties.around(one)) + 0.25 * len(words & own)
        spare = 0.3 * len(own - words)
        return -(3.0 * telling + told - spare + 0.2 * ties.comes(one)), one.index

    return rank


def is_text(item: DataItem) -> bool:
    """Whether an item holds letters."""
    return item.picture is not None and item.picture.category == "alphanumeric"


def is_amount(item: DataItem) -> bool:
    """Whether an item is a number that is measured."""
    picture = item.picture
    return picture is not None and picture.category == "numeric" and picture.scale > 0


def statements_of(words: frozenset[str], code: Code) -> Iterator[str]:
    """The statements by which the program knows what some words say, as they are written."""
    ranked = sorted(anchors(words, code), key=lambda one: (-one.score, one.at.span.start))
    said = (" ".join(one.at.words) for one in ranked if one.at.verb in ("SET", "ADD", "MOVE"))
    yield from list(dict.fromkeys(one for one in said if len(one) < 50))[:TRIED]


def procedures_of(words: frozenset[str], code: Code) -> Iterator[str]:
    """The procedures that are performed, nearest to some words first."""
    performed = {e.target for e in code.program.edges if e.kind.startswith("perform")}
    names = [code.name(one) for one in sorted(p for p in performed if p is not None)]
    yield from sorted(names, key=lambda name: -len(words & of_name(name) - GENERIC))[:TRIED]


def codes_of(ticket: str, code: Code) -> Iterator[str]:
    """The reason codes of a ticket, else one that the program gives."""
    given = [one.literal for _, tests in groups(code, "") for one in tests]
    forms_given = {shape(one) for one in given}
    for word in re.findall(r"(?<![\w-])[A-Z]{0,2}\d{1,3}(?![\w-])", ticket):
        if shape(word) in forms_given:
            yield f"'{word}'"
    yield from given[:1]


def constants(
    program: Program, nearest: Callable[[DataItem], tuple[float, int]]
) -> Iterator[tuple[str, str]]:
    """Numbers that are constants of WORKING-STORAGE, each with its value."""
    written = {one.receiver for one in program.flow.moves}
    found = [
        one
        for one in program.items
        if one.section == "WORKING-STORAGE"
        and one.level != 88
        and one.index not in written
        and len(one.values) == 1
        and re.fullmatch(r"\d+(\.\d+)?", str(one.values[0]))
        and float(str(one.values[0])) > 0
    ]
    for one in sorted(found, key=nearest)[:TRIED]:
        yield one.name, str(one.values[0])


def modules_of(ticket: str, program: Program, setting: Setting) -> Iterator[str]:
    """The subprograms of the estate, those that a ticket names first."""
    known = members(setting.config, PROGRAM_SUFFIXES)
    said = [one for one in re.findall(r"[A-Z][A-Z0-9]{2,7}", ticket) if one in known]
    called = {
        w.strip("'") for s in code_of(program).statements if s.verb == "CALL" for w in s.words
    }
    yield from dict.fromkeys([*said, *(one for one in sorted(called) if one in known)])


def new_files(ticket: str, program: Program) -> Iterator[str]:
    """Names for a new file: the one that a ticket calls so."""
    known = {name.upper() for name, _ in program.scope()} | set(program.reserved)
    called = r"\b(?i:file|list|extract|called),?\s+(?:called\s+)?([A-Z][A-Z0-9]{3,7})(?![\w-])"
    yield from (one for one in re.findall(called, ticket) if one not in known)
    yield "NEWFILE"


# --- The forms ------------------------------------------------------------------------------------


def text(names: Names, other: str) -> str:
    """The ticket's own text, else another."""
    return names.said[0] if names.said else other


def rejected(names: Names) -> Iterator[str]:
    """A rejection."""
    for code in names.codes[:1]:
        for one in names.conditions:
            yield f"Reject when {one} with reason code {code}"
        for one in names.texts:
            yield f"Reject when {one} = SPACES with reason code {code}"


def validated(names: Names) -> Iterator[str]:
    """What must be."""
    for code in names.codes[:1]:
        for one in names.texts:
            yield f"{one} must not be blank, otherwise reject with reason code {code}"


def defaulted(names: Names) -> Iterator[str]:
    """A default."""
    for one in names.texts:
        yield f"Default {one} to 'UNKNOWN' when it is blank"
    for one in names.amounts:
        yield f"Default {one} to 1 when it is zero"


def counted(names: Names) -> Iterator[str]:
    """A count at the end."""
    for one in names.conditions:
        label = text(names, " ".join(one.split("-")[1:]) or one)
        yield f"Count {one} and show the count at the end as '{label}'"


def logged(names: Names) -> Iterator[str]:
    """A line of the log."""
    for one in names.conditions:
        for item in names.texts[:1] or names.amounts[:1]:
            yield f"Display '{text(names, 'SEEN')}' and {item} when {one}"


def listed(names: Names) -> Iterator[str]:
    """A new file."""
    items = " and ".join((*names.texts[:1], *names.amounts[:1]))
    for one in names.conditions:
        yield f"Write {items} to a new file {names.files[0]} when {one}"


def called(names: Names) -> Iterator[str]:
    """A call."""
    given = ((*names.texts[:1], *names.amounts[:1]), names.texts[:1], names.amounts[:1], ())
    for module in names.modules[:1]:
        for one, items in itertools.product(names.conditions, given):
            passed = f" with {' and '.join(items)}" if items else ""
            yield f"Call {module}{passed} when {one}"
        for one, items in itertools.product(names.procedures, given):
            passed = f" with {' and '.join(items)}" if items else ""
            yield f"At the end of {one}, call {module}{passed}"


def changed(names: Names) -> Iterator[str]:
    """Another number."""
    for name, value in names.numbers:
        new = f"{value}0" if "." not in value else f"1{value}"
        yield f"Change {name} from {value} to {new}"


def rounded(names: Names) -> Iterator[str]:
    """A rounding."""
    for one in names.amounts:
        yield f"Round {one}"


def skipped(names: Names) -> Iterator[str]:
    """What is passed over."""
    for one in names.conditions:
        yield f"Skip records where {one}"


def added(names: Names) -> Iterator[str]:
    """A new field."""
    for one in (*names.texts, *names.amounts):
        yield f"Add a field NEW-FIELD PIC X(10) after {one} and fill it with SPACES"


def ended(names: Names) -> Iterator[str]:
    """A return code."""
    for one in names.conditions:
        yield f"Set the return code to 8 when {one}"


def stated(names: Names) -> Iterator[str]:
    """Statements at places."""
    does = f"display '{text(names, 'SEEN')}'"
    does += "".join(f" and {one}" for one in names.texts[:1])
    for one in names.statements:
        yield f"After each {one}, {does}"
        yield f"After each {one}, display '{text(names, 'SEEN')}'"
    when = f" when {names.conditions[0]}" if names.conditions else ""
    for one in names.procedures:
        yield f"At the start of {one}, {does}{when}"
        yield f"At the start of {one}, display '{text(names, 'SEEN')}'"


def cues(words: str) -> frozenset[str]:
    """The stems of some words."""
    return frozenset(content(words))


FORMS = (
    Form("reject", cues("reject refuse decline accept allow forbid bounce reason"), rejected),
    Form("validate", cues("validate check valid invalid must ensure otherwise"), validated),
    Form("default", cues("default blank empty missing assume instead without lack"), defaulted),
    Form("total", cues("count counts total totals sum closing number"), counted),
    Form("logging", cues("log display message console operator note trace warn job"), logged),
    Form("listing", cues("file list extract output dataset write copy collect"), listed),
    Form("call", cues("call module subprogram service routine subroutine invoke"), called),
    Form("rate", cues("rate limit price raise lower increase reduce maximum minimum"), changed),
    Form("rounding", cues("round rounded rounding cent cents truncate"), rounded),
    Form("skip", cues("skip ignore leave omit exclude drop"), skipped),
    Form("field", cues("field column carry extend byte bytes picture pic"), added),
    Form("ending", cues("end return step abend"), ended),
)
"""The kinds, with what calls for them."""
STATED = Form("statements", frozenset(), stated)
"""What can always be said: a place and a statement."""
