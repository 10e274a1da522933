"""Proposals: verified patches are kept, listed, applied or put away, and never overwrite."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
GOOD = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. TALLY.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-COUNT            PIC 9(03) VALUE 7.
       PROCEDURE DIVISION.
       0000-MAIN.
           DISPLAY WS-COUNT.
           STOP RUN.
"""
BAD = GOOD.replace("DISPLAY WS-COUNT", "DSIPLAY WS-COUNT")
SUITE = 'test = ["sh", "-c", "cobc -x -o tally TALLY.cbl && ./tally | grep -qx 007"]\n'


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "TALLY.cbl").write_text(BAD)
    (tmp_path / "cobolsmith.toml").write_text(SUITE)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def cobolsmith(
    shop: Path, *argv: str, said: bytes = b"", editor: str = "true"
) -> subprocess.CompletedProcess[bytes]:
    env = dict(os.environ, EDITOR=editor, VISUAL="", COLUMNS="200")
    command = [sys.executable, "-m", "cobolsmith", *argv]
    return subprocess.run(command, cwd=shop, input=said, capture_output=True, env=env, check=False)


def test_a_proposal_is_kept_with_its_evidence_and_applied(shop: Path) -> None:
    proposed = cobolsmith(shop, "propose")
    assert proposed.returncode == 1
    assert b"+           DISPLAY WS-COUNT." in proposed.stdout
    assert (shop / "TALLY.cbl").read_text() == BAD
    said = json.loads((shop / ".cobolsmith/proposals/1/proposal.json").read_text("utf-8"))
    assert said["state"] == "open" and said["files"][0]["path"] == "TALLY.cbl"
    passed = {one["check"] for one in said["verdicts"] if one["status"] == "passed"}
    assert passed >= {"parses", "compiles", "suite", "settles"}
    diff = (shop / ".cobolsmith/proposals/1/patch.diff").read_bytes()
    subprocess.run(["git", "apply", "--check", "-"], cwd=shop, input=diff, check=True)
    assert cobolsmith(shop, "propose").returncode == 0  # it lies there already
    assert b"   1  open      TALLY.cbl" in cobolsmith(shop, "proposals").stdout
    assert cobolsmith(shop, "apply", "1").returncode == 0
    assert (shop / "TALLY.cbl").read_text() == GOOD
    assert cobolsmith(shop, "proposals").stdout == b""
    again = cobolsmith(shop, "apply", "1")
    assert again.returncode == 2 and b"proposal 1 is applied" in again.stderr


def test_a_file_changed_since_is_not_overwritten_and_a_proposal_can_be_put_away(shop: Path) -> None:
    cobolsmith(shop, "propose")
    (shop / "TALLY.cbl").write_text("mine\n")
    refused = cobolsmith(shop, "apply", "1")
    assert refused.returncode == 2
    assert b"has changed since the proposal was made" in refused.stderr
    assert (shop / "TALLY.cbl").read_text() == "mine\n"
    assert cobolsmith(shop, "reject", "1").returncode == 0
    assert b"   1  rejected" in cobolsmith(shop, "proposals", "--all").stdout
    assert cobolsmith(shop, "apply", "9").returncode == 2


def editor(shop: Path, change: str) -> str:
    """An editor that changes the file it is given by sed."""
    path = shop / ".git" / "editor.sh"
    path.write_text(f"#!/bin/sh\nsed -i '{change}' \"$1\"\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_review_shows_edits_and_accepts(shop: Path) -> None:
    cobolsmith(shop, "propose")
    bad = editor(shop, "s/DISPLAY WS-COUNT/DISPLAY WS-CUONT/")
    seen = cobolsmith(shop, "review", said=b"evidence\nedit\nskip\n", editor=bad)
    assert b"suite" in seen.stderr and b"records.json" in seen.stderr
    assert b"not verified: compiles: failed" in seen.stderr
    assert (shop / "TALLY.cbl").read_text() == BAD
    good = editor(shop, "s/DISPLAY WS-COUNT/DISPLAY  WS-COUNT/")
    done = cobolsmith(shop, "review", said=b"edit\naccept\n", editor=good)
    assert done.returncode == 0, done.stderr.decode()
    assert (shop / "TALLY.cbl").read_text() == GOOD.replace("DISPLAY WS", "DISPLAY  WS")


def test_proposals_of_a_recipe(shop: Path) -> None:
    text = GOOD.replace("DISPLAY WS-COUNT.", "IF WS-COUNT > 1\n               DISPLAY WS-COUNT.")
    (shop / "TALLY.cbl").write_text(text)
    proposed = cobolsmith(shop, "propose", "--recipe", "scope-terminators")
    assert b"END-IF" in proposed.stdout, proposed.stderr.decode()
    assert cobolsmith(shop, "apply", "1").returncode == 0
    assert "END-IF" in (shop / "TALLY.cbl").read_text()
