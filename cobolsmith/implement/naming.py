"""Conditions by name: condition-names, or the words for a code's values, that take all words of a
phrase between them. A word that nothing takes is a doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from cobolsmith.implement.glossary import meant
from cobolsmith.implement.statements import code_of
from cobolsmith.implement.ties import DoubtError, Ties, is_condition
from cobolsmith.implement.vocabulary import GENERIC, content, of_name, soft
from cobolsmith.program import DataItem

WIDE = GENERIC | frozenset(
    content("date amount number count total name time day rate sum balance limit")
)
"""Words of items of many kinds: they alone don't mean a condition-name of more words."""
DATE = frozenset(content("date"))
_OPPOSITE = {">": "NOT >", "<": "NOT <", "=": "NOT =", "NOT >": ">", "NOT <": "<", "NOT =": "="}


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition: its COBOL text, the items it looks at, and whether it is made of several."""

    text: str
    items: tuple[int, ...]
    joined: str = ""

    @property
    def inside(self) -> str:
        """As a part of an AND."""
        return f"({self.text})" if self.joined == "OR" else self.text

    def both(self, other: Asked) -> Asked:
        """This and another."""
        text = f"{self.inside} AND {other.inside}"
        return Asked(text, (*self.items, *other.items), "AND")

    @property
    def opposite(self) -> str:
        """The condition when it isn't so."""
        for operator in ("NOT >", "NOT <", "NOT =", ">", "<", "="):
            left, found, right = self.text.partition(f" {operator} ")
            if found and not self.joined:
                return f"{left} {_OPPOSITE[operator]} {right}"
        if not self.joined and self.text.endswith(" NOT NUMERIC"):
            return self.text.replace(" NOT NUMERIC", " NUMERIC")
        if not self.joined and self.text.endswith(" NUMERIC"):
            return self.text.replace(" NUMERIC", " NOT NUMERIC")
        if not self.joined and self.text.startswith("NOT "):
            return self.text[4:]
        return f"NOT {self.text}" if not self.joined else f"NOT ({self.text})"


def names(said: str, ties: Ties) -> Asked:
    """Condition-names that take all words of a phrase between them."""
    negated = re.search(r"\b(?:not|no|isn't|never|other than)\b", said, re.IGNORECASE)
    text = re.sub(r"\b(?:not|no|isn't|never|other than)\b", " ", said, flags=re.IGNORECASE)
    named = ties.named(text)
    if named is not None and named.level == 88:
        return Asked(f"{'NOT ' if negated else ''}{named.name}", (named.index,))
    words = list(content(text))
    if not words:
        raise DoubtError(f"'{said}' is no condition", said)
    kept = list(ties.found)
    try:
        chosen = chosen_names(said, words, ties)
    except DoubtError:
        ties.found[:] = kept
        told = None if negated else spoken_of(said, words, ties)
        told = told or come_about(text, words, bool(negated), ties)
        if told is None:
            raise
        return told
    if negated and len(chosen) > 1:
        before = frozenset(content(said[: negated.start()]))
        asked = [one for one in chosen if not of_name(one.name) & before]
        text = " AND ".join(f"NOT {o.name}" if o in asked else o.name for o in chosen)
        return Asked(text, tuple(one.index for one in chosen), "AND")
    text = " AND ".join(f"{'NOT ' if negated else ''}{one.name}" for one in chosen)
    return Asked(text, tuple(one.index for one in chosen), "AND" if len(chosen) > 1 else "")


def spoken_of(said: str, words: list[str], ties: Ties) -> Asked | None:
    """A phrase by what the program calls the values of its codes; None where it calls none so."""
    several = meant(frozenset(words), ties.meanings)
    if len({one.coded for one in several}) != 1:
        return None
    one = several[0]
    found = Asked(one.coded.text, (one.coded.item,))
    rest = frozenset(words) - one.words
    if rest - soft(rest) - ties.things:
        kept = " ".join(word for word in said.split() if set(content(word)) & rest)
        if one.words & frozenset(content(kept)):
            return None  # a word of several parts, and the program calls only some of them so
        found = found.both(names(kept, ties))
    ties.tie(said, one.coded.text, "likely", one.why)
    return found


def come_about(text: str, words: list[str], negated: bool, ties: Ties) -> Asked | None:
    """What has come about on a date (`has matured`): that the date isn't later, as the program
    itself compares it (AM-MATURITY-DATE > RP-RUN-DATE); None where it compares none so, or in
    several ways."""
    found: dict[str, tuple[str, Asked]] = {}
    for one in code_of(ties.program).statements:
        for nth, word in enumerate(one.words[:-2] if one.verb == "IF" else ()):
            no = one.words[nth + 1] == "NOT"
            sign, other = one.words[nth + 1 + no : nth + 3 + no] or ("", "")
            item, date = ties.program.resolve(word), ties.program.resolve(other)
            said = happened(words, item) if isinstance(item, DataItem) else ""
            if said and sign == ">" and isinstance(date, DataItem) and isinstance(item, DataItem):
                later = "NOT >" if not negated else ">"
                told = Asked(f"{word} {later} {other}", (item.index, date.index))
                found[told.text] = said, told
    if len(found) != 1:
        return None
    (said, told), *_ = found.values()
    rest = frozenset(words) - {said}
    if rest - soft(rest) - ties.things:
        kept = " ".join(w for w in text.split() if set(content(w)) & rest)
        told = names(kept, ties).both(told)
    ties.tie(text, told.text, "likely", "the program compares the date so")
    return told


def happened(words: list[str], item: DataItem) -> str:
    """The word of a phrase that a date is of: `matured` of AM-MATURITY-DATE; "" for none."""
    own = of_name(item.name)
    if not own & DATE:
        return ""
    return next((w for w in words for one in own if len(w) > 4 and one.startswith(w)), "")


def chosen_names(said: str, words: list[str], ties: Ties) -> list[DataItem]:
    """The fewest condition-names that take the words, best first by the words they take."""
    left, chosen = set(words), list[DataItem]()
    while left - soft(left) - (ties.things if chosen else frozenset()):
        telling = left - soft(left) - GENERIC or left - soft(left)
        taken = [
            (
                len(left & of_name(one.name)),
                ties.score(frozenset(left) & of_name(one.name), one) or 0.0,
                one,
            )
            for one in ties.program.items
            if is_condition(one)
            and telling & of_name(one.name)
            and (
                telling & of_name(one.name) - WIDE
                or of_name(one.name) - soft(of_name(one.name)) <= left
            )
            and (ties.comes(one) >= 0 or ties.tests(one) or ties.fed(one))
        ]
        if not taken:
            break
        taken.sort(key=lambda one: (-one[0], -one[1]))
        best = taken[0]
        own = left & of_name(best[2].name)
        rivals = [
            o
            for n, score, o in taken
            if n == best[0] and score > best[1] - 0.5 and own & of_name(o.name)
        ]
        one = best[2] if len(rivals) < 2 else the_tested(rivals, ties)
        if one is None:
            chosen_names_doubt(said, rivals)
        chosen.append(one)
        ties.tie(said, one.name, "likely", ties.why(one))
        left -= of_name(one.name)
    covered = frozenset(w for one in chosen for w in ties.around(one)) | ties.things
    rest = left - covered - soft(left)
    if rest or not chosen:
        word = next((w for w in words if w in rest), said)
        raise DoubtError(f"nothing in {ties.program.name} tells '{said}' ({word})", said)
    return chosen


def the_tested(rivals: list[DataItem], ties: Ties) -> DataItem | None:
    """Of condition-names of the same words in several records the one whose record's are tested;
    None where that doesn't tell them apart."""
    if len({of_name(one.name) for one in rivals}) > 1:
        return None
    tested = [one for one in rivals if ties.tests(one)]
    return tested[0] if len(tested) == 1 else None


def chosen_names_doubt(said: str, rivals: list[DataItem]) -> NoReturn:
    """Raise the doubt between condition-names."""
    names = tuple(one.name for one in rivals[:6])
    raise DoubtError(f"'{said}' may mean {', '.join(names)}", said, names)
