"""Paragraphs beside their translations: what a model that translates learns from, and is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cobolsmith import source as sources
from cobolsmith.codewords import code_words
from cobolsmith.config import Config
from cobolsmith.errors import CobolsmithError
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowered import Lowered
from cobolsmith.lowering import lower
from cobolsmith.program import Program
from cobolsmith.targets import TARGETS
from cobolsmith.targets.methods import bodies, spoken_names
from cobolsmith.words import words_of


@dataclass(frozen=True, slots=True)
class Method:
    """A paragraph and the method it became: both as words, where the method's statements stand in
    the text of the translation [begin, end), and the line that the method begins with."""

    paragraph: str
    cobol: tuple[str, ...]
    header: tuple[str, ...]
    code: tuple[str, ...]
    span: tuple[int, int]


def methods(program: Program, lowered: Lowered, target: str, text: str) -> Iterator[Method]:
    """The methods of a program's paragraphs in the text of its translation, in the order of the
    COBOL; those that come of a copybook are left out."""
    names = TARGETS[target].named(lowered)
    meant = spoken_names(lowered, names)
    found = bodies(lowered, names, text)
    for one in program.procedures:
        if one.index in found and one.origin.path == program.source.path:
            begin, end = found[one.index]
            line = text.rfind("\n", 0, begin - 1) + 1
            while not text[line:].lstrip().startswith(("def ", "private ")):
                line = text.rfind("\n", 0, line - 1) + 1
            yield Method(
                one.name,
                cobol_words(program, one.origin.span.start, one.origin.span.end),
                tuple(code_words(text[line:begin], meant)),
                tuple(code_words(text[begin:end], meant)),
                (begin, end),
            )


def cobol_words(program: Program, start: int, end: int) -> tuple[str, ...]:
    """The words of a stretch of a source."""
    source = program.source
    first = source.line_span(source.line_column(start)[0])[0]
    text = " " * (start - first) + source.view[start:end].decode("latin-1")
    return tuple(word.text for word in words_of(text, source.format != "free"))


def document(path: Path, target: str) -> tuple[list[str], list[str]]:
    """A source's own words, and those of a text to learn from: each paragraph followed by the
    method it became. Both are empty where the source can't be translated."""
    try:
        source = sources.read(path)
        programs = read_programs(source, Library(Config(root=path.parent).copybook_paths()))
        lowered = lower(programs)
    except CobolsmithError:
        return [], []
    files = TARGETS[target].translate(lowered, "")
    meant = {one.name: one for one in lowered}
    words: list[str] = []
    for program in (one for one in programs if one.name in meant):
        text = files[TARGETS[target].file_of(program.name)].decode("utf-8")
        for method in methods(program, meant[program.name], target, text):
            words += [*method.cobol, *method.header, *method.code]
    own = [word.text for word in words_of(source.view.decode("latin-1"), source.format != "free")]
    return (own, words) if words else ([], [])
