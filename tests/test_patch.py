"""Patches: exact diffs that git applies, columns kept, files replaced whole or not at all."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from cobolsmith import patch, source
from cobolsmith.errors import PatchError
from cobolsmith.patch import FileChange, Patch
from cobolsmith.source import Span

CASES = {
    "in the middle": (b"a\nb\nc\n", b"a\nB\nc\n"),
    "no newline at the end": (b"a\nb", b"a\nB"),
    "newline added at the end": (b"a\nb", b"a\nb\n"),
    "newline lost at the end": (b"a\nb\n", b"a\nb"),
    "carriage returns": (b"a\r\nb\r\nc\r\n", b"a\r\nx\r\nc\r\n"),
    "a form feed and a lone return inside a line": (b"a\x0cb\rc\nd\n", b"a\x0cb\rC\nd\n"),
    "two places far apart": (b"1\n" * 40 + b"x\n", b"0\n" + b"1\n" * 39 + b"y\n"),
    "bytes that are no text": (b"\xff\xfe\n\x80\n", b"\xff\xfe\n\x81\n"),
    "from empty": (b"", b"a\n"),
}


@pytest.mark.parametrize("case", CASES, ids=CASES)
def test_git_applies_the_diff(case: str, tmp_path: Path) -> None:
    before, after = CASES[case]
    target = tmp_path / "sub" / "P.cbl"
    target.parent.mkdir()
    target.write_bytes(before)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    diff = Patch((FileChange(target, before, after),)).diff(tmp_path)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff, check=True)
    assert target.read_bytes() == after


def test_a_new_file_is_made_by_git_apply(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    diff = Patch((FileChange(tmp_path / "N.cbl", None, b"a\nb\n"),)).diff(tmp_path)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff, check=True)
    assert (tmp_path / "N.cbl").read_bytes() == b"a\nb\n"


def fixed(*lines: str) -> source.Source:
    return source.from_bytes(
        "".join(f"{line}\n" for line in lines).encode(), "P.cbl", format="fixed"
    )


def test_the_identification_area_stays_where_it_was() -> None:
    line = "000100     MOVE A B.".ljust(72) + "PROG0001"
    text = fixed(line)
    at = line.index("B.")
    after = patch.edited(text, [(Span(at, at), "TO ")]).decode()
    assert after == "000100     MOVE A TO B.".ljust(72) + "PROG0001\n"


def test_a_line_that_grows_beyond_column_72_is_broken_at_a_blank() -> None:
    line = "           MOVE " + "A" * 28 + " " + "B" * 26 + "."
    at = line.index(" B") + 1
    after = patch.edited(fixed(line), [(Span(at, at), "TO ")]).decode().splitlines()
    assert len(after) == 2
    assert all(len(row) <= 72 for row in after)
    assert " ".join(" ".join(after).split()) == f"MOVE {'A' * 28} TO {'B' * 26}."


def test_a_literal_is_not_broken() -> None:
    line = "           DISPLAY X 'A LITERAL WITH BLANKS IN IT THAT IS RATHER LONG'."
    at = line.index("X '")
    after = patch.edited(fixed(line), [(Span(at, at), "UPON-THE-LONG-NAME ")]).decode()
    assert "'A LITERAL WITH BLANKS IN IT THAT IS RATHER LONG'" in after


def test_two_edits_of_one_line() -> None:
    line = "           MOVE AA B."
    text = fixed(line)
    pieces = [(Span(16, 18), "A"), (Span(19, 19), "TO ")]
    assert patch.edited(text, pieces) == b"           MOVE A TO B.\n"


def test_crlf_and_untouched_bytes_stay() -> None:
    data = b"\xef\xbb\xbf       ID DIVISION.\r\n      * caf\xc3\xa9\r\n           STOP RN.\r\n"
    text = source.from_bytes(data, "P.cbl", format="fixed")
    at = text.view.index(b"RN.")
    after = patch.edited(text, [(Span(at, at + 2), "RUN")])
    assert after == data.replace(b"RN.", b"RUN.")


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(PatchError, match="overlap"):
        patch.splice(b"abcdef", [(Span(0, 3), b"x"), (Span(2, 4), b"y")])


def change(path: Path, after: bytes = b"new\n") -> FileChange:
    return FileChange(path, path.read_bytes() if path.exists() else None, after)


def test_write_replaces_and_keeps_the_mode(tmp_path: Path) -> None:
    target = tmp_path / "P.cbl"
    target.write_bytes(b"old\n")
    target.chmod(0o640)
    patch.write(Patch((change(target),)))
    assert target.read_bytes() == b"new\n"
    assert target.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["P.cbl"]


def test_a_file_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    one, two = tmp_path / "A.cbl", tmp_path / "B.cbl"
    one.write_bytes(b"a\n")
    two.write_bytes(b"b\n")
    both = Patch((change(one), change(two)))
    two.write_bytes(b"somebody else\n")
    with pytest.raises(PatchError, match="changed since"):
        patch.write(both)
    assert (one.read_bytes(), two.read_bytes()) == (b"a\n", b"somebody else\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["A.cbl", "B.cbl"]


def test_a_read_only_file_is_refused_with_nothing_changed(tmp_path: Path) -> None:
    one, two = tmp_path / "A.cbl", tmp_path / "B.cbl"
    one.write_bytes(b"a\n")
    two.write_bytes(b"b\n")
    two.chmod(0o444)
    with pytest.raises(PatchError, match="read-only"):
        patch.write(Patch((change(one), change(two))))
    assert one.read_bytes() == b"a\n"


def test_an_interrupt_in_the_middle_leaves_each_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / f"P{i}.cbl" for i in range(4)]
    for path in paths:
        path.write_bytes(b"old\n")
    real, calls = os.fsync, []

    def interrupted(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(handle)

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        patch.write(Patch(tuple(change(path) for path in paths)))
    assert {path.read_bytes() for path in paths} == {b"old\n"}
    assert len(list(tmp_path.iterdir())) == 4


def test_a_narrowed_replacement_keeps_the_bytes_of_words_that_stay() -> None:
    text = b"       A.\n           MOVE  ONE\n      * why\n               TO   TWO.\n"
    before = source.from_bytes(text, Path("x.cbl"), format="fixed")
    span = Span(text.index(b"MOVE"), text.index(b".\n", 20))
    pieces = patch.narrowed(before, span, "MOVE THREE TO TWO")
    assert patch.edited(before, pieces) == text.replace(b"ONE", b"THREE")
    pieces = patch.narrowed(before, span, "MOVE ONE TO TWO FOUR")
    assert patch.edited(before, pieces) == text.replace(b"TWO", b"TWO FOUR")
    pieces = patch.narrowed(before, span, "MOVE TO TWO")
    assert patch.edited(before, pieces) == text.replace(b"  ONE", b"")


def test_a_text_with_little_in_common_replaces_the_span_whole() -> None:
    text = b"       A.\n           MOVE  ONE TO TWO.\n"
    before = source.from_bytes(text, Path("x.cbl"), format="fixed")
    span = Span(text.index(b"MOVE"), text.index(b".\n", 20))
    assert patch.narrowed(before, span, "STOP RUN") == [(span, "STOP RUN")]


def test_a_line_with_tabs_is_broken_where_it_grows_beyond_the_margin() -> None:
    row = b'\t   05  wk-user\t\t\t pic x(008) value "Aluno2".\n'
    tabbed = source.from_bytes(row, Path("P.cbl"), format="fixed")
    at = row.index(b"wk-user")
    done = patch.edited(tabbed, [(Span(at, at + 7), "wk-user-of-the-house")])
    lines = done.decode().splitlines()
    assert len(lines) == 2 and all(len(line.expandtabs()) <= 72 for line in lines)
    assert " ".join(done.decode().split()) == '05 wk-user-of-the-house pic x(008) value "Aluno2".'
    kept = patch.edited(tabbed, [(Span(at, at + 7), "wk-us")])
    assert kept == row.replace(b"wk-user", b"wk-us")
