"""`cobolsmith translate --idiomatic`: paragraphs whose methods the model writes.

The COBOL of a paragraph stands before the hole, as in the texts a model learns from (see `pairs`),
with the line that its method begins with. A fill is run only if it names what is there, and taken
only if the runs that proved the exact translation leave the same with it, and execute every
statement of the paragraph; else the method stays as the tables wrote it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cobolsmith import models
from cobolsmith.checks.equivalence.translated import Trial
from cobolsmith.codewords import code_text, code_words
from cobolsmith.errors import LongHoleError, ToolError, UsageError
from cobolsmith.infill import AFTER, BEFORE, Canvas, in_scope
from cobolsmith.lowered import Lowered
from cobolsmith.pairs import Method, methods
from cobolsmith.plan import Hole
from cobolsmith.program import Program
from cobolsmith.targets import TARGETS
from cobolsmith.targets.methods import spoken_names

EVERY = "ALL"
STEPS, FILLS = 8, 6
SMALL_WORDS = frozenset("if elif else while for in not and or return pass true false null".split())
"""Words of the targets that any method may use."""
LENGTHS = (1.0, 1.2, 1.5)
"""Masks tried, for each word of the exact translation."""
Build = Callable[[Path, Mapping[str, bytes]], Sequence[str]]
"""Writes files to an empty folder and builds them there; how the program is started. Raises
ToolError."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The paragraphs the model is to write (`EVERY`: all of them), and which model; what no table
    knows it writes, too."""

    paragraphs: tuple[str, ...]
    model: str = "auto"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Translation:
    """A program, and the text of its translation in a target, beside all files that are built."""

    program: Program
    lowered: Lowered
    target: str
    files: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """The file of the program."""
        return TARGETS[self.target].file_of(self.program.name)

    @property
    def text(self) -> str:
        """The program's text."""
        return self.files[self.name].decode("utf-8")

    @property
    def methods(self) -> tuple[Method, ...]:
        """The methods of its paragraphs."""
        return tuple(methods(self.program, self.lowered, self.target, self.text))

    def spliced(self, bodies: Mapping[str, str]) -> dict[str, bytes]:
        """The files with other statements in the methods of these paragraphs."""
        text = self.text
        for one in sorted(self.methods, key=lambda one: -one.span[0]):
            if one.paragraph in bodies:
                begin, end = one.span
                text = text[:begin] + bodies[one.paragraph] + text[end:]
        return {**self.files, self.name: text.encode("utf-8")}


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a paragraph: the statements the model wrote ("" where the tables' stay), and in
    words what became of its fills; `alike` where the model wrote what the tables did."""

    paragraph: str
    body: str
    told: str
    alike: bool = False


def rewritten(of: Translation, asked: Asked, trial: Trial, build: Build) -> list[Tried]:
    """Have the model write the methods of paragraphs; a later one is tried with those before it.
    Raises UsageError for a paragraph that there is none of."""
    known = {one.paragraph: one for one in of.methods}
    wanted = [name.upper() for name in asked.paragraphs]
    for name in wanted:
        if name != EVERY and name not in known:
            there = ", ".join(known) or "none has a method of its own"
            raise UsageError(
                f"{name} is no paragraph that can be written anew", remedy=f"one of: {there}"
            )
    found: list[Tried] = []
    bodies: dict[str, str] = {}
    for name, method in known.items():
        if name in wanted or EVERY in wanted:
            tried = _tried(of, method, bodies, asked, trial, build)
            found.append(tried)
            if tried.body:
                bodies[name] = tried.body
    return found


def _tried(
    of: Translation,
    method: Method,
    bodies: Mapping[str, str],
    asked: Asked,
    trial: Trial,
    build: Build,
) -> Tried:
    unseen = trial.unexecuted(of.program, method.paragraph)
    if unseen:
        return Tried(method.paragraph, "", f"not asked: no run executes {unseen} of its statements")
    try:
        made = _fills(of, method, asked)
    except LongHoleError as error:
        return Tried(method.paragraph, "", f"not asked: {error.what}")
    if not made:
        return Tried(method.paragraph, "", "the model comes to no end with it")
    strange = unbuilt = unlike = 0
    for words in made:
        body = code_text(words, spelt(of)).lstrip("\n") + "\n"
        if words == method.code:
            return Tried(method.paragraph, "", "the model writes what the tables do", True)
        if not is_known(of, words):
            strange += 1
            continue
        with tempfile.TemporaryDirectory(prefix="cobolsmith-fill-") as folder:
            try:
                files = of.spliced({**bodies, method.paragraph: body})
                command = build(Path(folder), files)
            except ToolError:
                unbuilt += 1
                continue
            if not trial.unlike(command):
                return Tried(method.paragraph, body, f"the model's ({asked.model})")
            unlike += 1
    told = (
        f"{len(made)} fills: {strange} name what isn't there, {unbuilt} don't build, "
        f"{unlike} do something else"
    )
    return Tried(method.paragraph, "", told)


def is_known(of: Translation, words: Sequence[str]) -> bool:
    """Whether a fill names nothing but what the program has, and what its exact translation uses:
    no fill reaches for a module, or for the system, before anybody has read it."""
    known = {*code_words(of.text, {}), *spelt(of), *SMALL_WORDS}
    return all(one in known or not (one[0].isalpha() or one[0] == "_") for one in words)


def _fills(of: Translation, method: Method, asked: Asked) -> list[tuple[str, ...]]:
    """What the model writes for a paragraph, best first, each once. Raises LongHoleError."""
    board = canvas(of, method)
    found = models.load(asked.model).fill(board, seed=asked.seed, steps=STEPS, candidates=FILLS)
    begun = ((one.words if breaks(one.words) else (method.code[0], *one.words)) for one in found)
    return list(dict.fromkeys(begun))


def breaks(words: Sequence[str]) -> bool:
    """Whether words begin on a line of their own."""
    return bool(words) and words[0].startswith("\n")


def canvas(of: Translation, method: Method) -> Canvas:
    """What the model is shown: the paragraph, its method's first line, and what stands behind."""
    meant = spoken_names(of.lowered, TARGETS[of.target].named(of.lowered))
    end = method.span[1]
    behind = code_words(of.text[end : end + 20 * AFTER], meant)
    head = (*method.cobol, *method.header)
    names = in_scope(of.program, Hole("text"), {*head, *behind})
    return Canvas(
        head[-BEFORE:],
        tuple(behind[:AFTER]),
        names,
        tuple(int(len(method.code) * share) for share in LENGTHS),
        (),
        cobol=False,
    )


def spelt(of: Translation) -> dict[str, str]:
    """What was made of COBOL names in the target."""
    meant = spoken_names(of.lowered, TARGETS[of.target].named(of.lowered))
    found: dict[str, str] = {}
    for name, word in meant.items():
        found.setdefault(word, name)
    return found
