"""Paragraphs beside their methods, and methods that a model writes."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from cobolsmith import idiomatic, learning
from cobolsmith import source as sources
from cobolsmith.checks.equivalence import Settings
from cobolsmith.codewords import code_text, code_words
from cobolsmith.errors import UsageError
from cobolsmith.idiomatic import Asked
from cobolsmith.infill import Canvas, Fill
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowering import lower
from cobolsmith.models.data import scan_names
from cobolsmith.models.tokenizer import load_tokenizer
from cobolsmith.models.windows import PackedCorpus
from cobolsmith.pairs import document, methods
from cobolsmith.report import Outcome, Result
from cobolsmith.targets import TARGETS
from cobolsmith.translation import Wish, translate

ROOT = Path(__file__).parent.parent
SAMPLE = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. COUNTS.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 WS-TOTAL PIC 9(4) VALUE 0.
       01 WS-STEP PIC 9 VALUE 0.
       PROCEDURE DIVISION.
       MAIN-P.
           PERFORM ADD-P 3 TIMES.
           DISPLAY WS-TOTAL.
           STOP RUN.
       ADD-P.
           ADD 1 TO WS-STEP.
           ADD WS-STEP TO WS-TOTAL.
       NEVER-P.
           DISPLAY "NEVER".
"""


class Writer:
    """A model that writes the same for any hole."""

    name = "writer"

    def __init__(self, *fills: str) -> None:
        self.fills = fills
        self.seen: list[Canvas] = []

    def fill(self, canvas: Canvas, **options: object) -> tuple[Fill, ...]:
        self.seen.append(canvas)
        named = {"ws_total": "WS-TOTAL", "ws_step": "WS-STEP", "wsTotal": "WS-TOTAL"}
        return tuple(Fill(tuple(code_words(one, named)), 0.0, "masks:8") for one in self.fills)


def translated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writer: Writer, *wanted: str
) -> tuple[Outcome, str]:
    path = tmp_path / "COUNTS.cbl"
    path.write_text(SAMPLE)
    monkeypatch.setattr(idiomatic.models, "load", lambda name: writer)
    wish = Wish("python", tmp_path / "out", Settings(runs=2), (), Asked(wanted))
    report = translate(path, wish)
    return report.outcomes[0], (tmp_path / "out" / "counts" / "counts.py").read_text()


def test_a_fill_that_does_the_same_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = "        self.ws_total += 1"
    right = "        self.ws_step += 1\n        self.ws_total = self.ws_total + self.ws_step"
    strange = "        import os\n        self.ws_total = os.getpid()"
    writer = Writer("        self.ws_total +", strange, wrong, right)
    outcome, text = translated(tmp_path, monkeypatch, writer, "ADD-P")
    assert outcome.result is Result.VERIFIED
    assert right in text and "ADD-P: the model's (auto)" in outcome.evidence
    assert "methods: 2 by the tables, 1 by the model" in outcome.evidence
    (board,) = writer.seen
    assert "ADD" in board.prefix and "WS-TOTAL" in [one.spelling for one in board.names]


def test_what_does_something_else_leaves_the_tables_method(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = "        import os\n        self.ws_total = os.getpid()"
    writer = Writer("        self.ws_total += 1", strange, "        self.ws_total = (")
    outcome, text = translated(tmp_path, monkeypatch, writer, "ALL")
    assert outcome.result is Result.VERIFIED and "self.ws_total += self.ws_step" in text
    told = "3 fills: 1 name what isn't there, 0 don't build, 2 do something else"
    assert f"ADD-P: {told}" in outcome.evidence
    assert "NEVER-P: not asked: no run executes 1 of its statements" in outcome.evidence
    assert len(writer.seen) == 2


def test_what_the_tables_write_is_known_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer("        self.ws_step += 1\n        self.ws_total += self.ws_step")
    outcome, _ = translated(tmp_path, monkeypatch, writer, "ADD-P")
    assert "ADD-P: the model writes what the tables do" in outcome.evidence
    assert "methods: 3 by the tables, 0 by the model" in outcome.evidence


def test_a_paragraph_that_there_is_none_of_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match=r"one of: MAIN-P, ADD-P, NEVER-P"):
        translated(tmp_path, monkeypatch, Writer(), "OTHER-P")


def texts(target: str) -> Mapping[str, str]:
    """Methods' statements of a few fixtures, by program and paragraph."""
    found: dict[str, str] = {}
    for name in ("SVB030", "SVB070"):
        source = sources.read(ROOT / "fixtures" / "cobol" / f"{name}.cbl")
        (program,) = read_programs(source, Library((ROOT / "fixtures" / "copy",)))
        (lowered,) = lower([program])
        files = TARGETS[target].translate((lowered,), "")
        text = files[TARGETS[target].file_of(name)].decode()
        for one in methods(program, lowered, target, text):
            found[f"{name} {one.paragraph}"] = text[slice(*one.span)]
            assert one.cobol[1] == one.paragraph and one.header
    return found


def test_literals_keep_what_stands_before_them() -> None:
    line = '        display("TOTAL ", f"{self.ws_total:04}", b"\\xff")'
    words = code_words(line, {"ws_total": "WS-TOTAL"})
    assert words[5] == 'f"{self.ws_total:04}"'
    assert code_text(words, {"WS-TOTAL": "ws_total"}) == f"\n{line}"


@pytest.mark.parametrize("target", ["java", "python"])
def test_code_comes_back_from_its_words(target: str) -> None:
    found = texts(target)
    assert len(found) >= 30
    for text in found.values():
        words = code_words(text, {})
        again = code_text(words, {})
        assert code_words(again, {}) == words
        if target == "python":
            one, two = (f"def f():\n{textwrap.dedent(each)}" for each in (text, again))
            one, two = (each.replace("\n", "\n ") for each in (one, two))
            assert ast.dump(ast.parse(one)) == ast.dump(ast.parse(two))


def test_a_text_to_learn_from_has_each_paragraph_before_its_method(tmp_path: Path) -> None:
    path = tmp_path / "COUNTS.cbl"
    path.write_text(SAMPLE)
    own, words = document(path, "java")
    assert own[1:3] == ["IDENTIFICATION", "DIVISION"]
    at = next(i for i in range(len(words)) if words[i : i + 2] == ["ADD-P", "."])
    method = words.index("private", at)
    assert words[at : at + 4] == ["ADD-P", ".", "\n    ", "ADD"]
    assert words[method + 2] == "ADD-P" and "WS-TOTAL" in words[method : method + 20]
    path.write_text(SAMPLE.replace('DISPLAY "NEVER"', "ACCEPT WS-STEP AT 0101"))
    assert document(path, "java") == ([], [])


def test_translations_are_packed_with_the_names_of_their_sources(tmp_path: Path) -> None:
    home = tmp_path / "someone+programs"
    home.mkdir()
    (home / "COUNTS.cbl").write_text(SAMPLE)
    plain = learning.data(tmp_path, tmp_path.with_name("plain"), None, True, 0)
    made = learning.data(tmp_path, tmp_path.with_name("both"), None, True, 0, True)
    assert (plain["train"]["programs"], made["train"]["programs"]) == (1, 3)
    packed = PackedCorpus(tmp_path.with_name("both") / "train.npz")
    tokenizer = load_tokenizer(tmp_path.with_name("both") / "tokenizer.json")
    names = [name.spelling for name in scan_names(document(home / "COUNTS.cbl", "java")[0])[0]]
    begin, end = packed.begins[1:3]
    words = tokenizer.decode(packed.ids[begin:end].tolist(), names)
    assert {"WS-TOTAL", "ADD-P", "private", "void"} <= set(words)
