"""What a program ACCEPTs, and from where: the console, the command line, the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobolsmith.checks.equivalence.domains import named
from cobolsmith.checks.equivalence.shape import Field
from cobolsmith.program import Program

if TYPE_CHECKING:
    from tree_sitter import Node

_CLOCK = frozenset(("DATE", "DAY", "DAY-OF-WEEK", "TIME"))
_SCREEN = ("position_phrase", "attributes_clause")
_OURS = re.compile(r"(?:COB|CS|LD|LC|PYTHON|JAVA|COBOLSMITH)_|(?:PATH|HOME|TZ|PWD)$")
"""Variables that the run itself depends on."""


@dataclass(frozen=True, slots=True)
class Accepts:
    """What is ACCEPTed: lines of the `console`, `words` of the command line one by one, the command
    `line` whole, how many words there are (`counts`), `variables` by name. What is ACCEPTed of the
    clock is none of them. `files` are the names that files are ASSIGNed to."""

    console: tuple[Field, ...] = ()
    words: tuple[Field, ...] = ()
    line: tuple[Field, ...] = ()
    counts: tuple[Field, ...] = ()
    variables: tuple[tuple[str, Field], ...] = ()
    files: frozenset[str] = frozenset()

    @property
    def of_command(self) -> tuple[Field, ...]:
        """What the command line gives."""
        return (*self.words, *self.line, *self.counts)

    @property
    def every(self) -> tuple[Field, ...]:
        """All items that are given a value."""
        return (*self.console, *self.of_command, *(one for _, one in self.variables))


def accepts(program: Program) -> Accepts:
    """The ACCEPT statements of a program, those of the screen left out."""
    tree = program.expanded or program.tree
    found: dict[str, list[Field]] = {"console": [], "words": [], "line": [], "counts": []}
    variables: list[tuple[str, Field]] = []
    for node in tree.walk("accept_statement"):
        target = node.child_by_field_name("target")
        index = named(program, target) if target is not None else None
        if index is None or any(one.type in _SCREEN for one in node.children):
            continue
        item = program.items[index]
        one = Field(item.name, item.index, 0, item.length, item.picture, item.usage, item.sign)
        said = next((each for each in node.children if each.type == "accept_from_phrase"), None)
        words = tree.text(said).upper().split()[1:] if said is not None else ["CONSOLE"]
        kind = _KINDS.get(words[0], "" if words[0] in _CLOCK else "console")
        if kind == "variables":
            assert said is not None
            variables += [(name, one) for name in _names(program, said)]
        elif kind:
            found[kind].append(one)
    kept = {kind: tuple(dict.fromkeys(fields)) for kind, fields in found.items()}
    names = (entry.assign.split()[-1].strip("'\"") for entry in program.files if entry.assign)
    return Accepts(**kept, variables=tuple(dict.fromkeys(variables)), files=frozenset(names))


_KINDS = {
    "ARGUMENT-VALUE": "words",
    "ARGUMENT-NUMBER": "counts",
    "COMMAND-LINE": "line",
    "ENVIRONMENT": "variables",
    "ENVIRONMENT-VALUE": "",
}


def _names(program: Program, said: Node) -> Iterator[str]:
    """The variables that FROM ENVIRONMENT may mean: a literal, or those that its item is given."""
    last = next(one for one in reversed(said.children) if one.is_named)
    index = named(program, last)
    if index is None:
        texts = [(last.text or b"").decode("latin-1")]
    else:
        moves = (one for one in program.flow.moves if one.receiver == index and one.literal)
        values = (one for one in program.items[index].values if isinstance(one, str))
        texts = [*(one.literal for one in moves), *values]
    for text in texts:
        name = text.strip("'\"").strip()
        if re.fullmatch(r"\w+", name) and not _OURS.match(name.upper()):
            yield name
