"""The examples in fixtures/ci are run as users would: the CI job's steps, the pre-commit hook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "fixtures" / "ci"
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


def run(folder: Path, *argv: str, ok: bool = True) -> subprocess.CompletedProcess[bytes]:
    env = dict(os.environ, PATH=f"{BIN}{os.pathsep}{os.environ['PATH']}")
    env |= {"PRE_COMMIT_HOME": str(folder / ".git" / "pre-commit")}
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, check=ok)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A git repository with one broken program and a suite."""
    (tmp_path / "TALLY.cbl").write_text(BAD)
    (tmp_path / "cobolsmith.toml").write_text(SUITE)
    run(tmp_path, "git", "init", "-q")
    run(tmp_path, "git", "config", "user.email", "a@example.org")
    run(tmp_path, "git", "config", "user.name", "A")
    return tmp_path


def steps() -> dict[str, str]:
    """The shell steps of the example job by name."""
    job = yaml.safe_load((EXAMPLES / "cobolsmith.yml").read_text("utf-8"))["jobs"]["cobol"]
    return {step["name"]: step["run"] for step in job["steps"] if "run" in step}


def test_the_steps_of_the_ci_job_find_and_propose(repo: Path) -> None:
    commands = steps()
    assert "pip install cobolsmith" in commands["Install"]
    checked = run(repo, "bash", "-e", "-c", commands["Check"], ok=False)
    assert checked.returncode == 1
    results = json.loads((repo / "cobolsmith.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert any("DSIPLAY" in result["message"]["text"] for result in results)
    run(repo, "bash", "-e", "-c", commands["Propose a patch"])
    run(repo, "bash", "-e", "-c", commands["Keep the evidence"])
    assert b"DISPLAY WS-COUNT." in (repo / "evidence.html").read_bytes()
    run(repo, "git", "apply", "cobolsmith.patch")
    assert (repo / "TALLY.cbl").read_text() == GOOD
    assert run(repo, "bash", "-e", "-c", commands["Check"]).returncode == 0


def test_the_pre_commit_hook_stops_a_broken_commit_and_shows_the_patch(repo: Path) -> None:
    text = (EXAMPLES / "pre-commit-config.yaml").read_text("utf-8")
    (repo / ".pre-commit-config.yaml").write_text(text)
    run(repo, "git", "add", ".")
    run(repo, "pre-commit", "install")
    stopped = run(repo, "git", "commit", "-m", "broken", ok=False)
    said = (stopped.stdout + stopped.stderr).decode()
    assert stopped.returncode == 1
    assert "+           DISPLAY WS-COUNT." in said
    assert "VERIFIED" in said
    assert (repo / "TALLY.cbl").read_text() == BAD
    assert (repo / ".cobolsmith" / "proposals" / "1" / "patch.diff").is_file()
    run(repo, "cobolsmith", "apply", "1")
    assert (repo / "TALLY.cbl").read_text() == GOOD
    run(repo, "git", "add", ".")
    run(repo, "git", "commit", "-m", "sound")


def test_the_writing_hook_mends_the_file_and_stops_for_a_look(repo: Path) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    write = next(hook for hook in hooks if hook["id"] == "cobolsmith-fix-write")
    local = {"repo": "local", "hooks": [{**write, "language": "system"}]}
    (repo / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [local]}))
    run(repo, "git", "add", ".")
    run(repo, "pre-commit", "install")
    stopped = run(repo, "git", "commit", "-m", "broken", ok=False)
    assert stopped.returncode == 1
    assert "files were modified by this hook" in (stopped.stdout + stopped.stderr).decode()
    assert (repo / "TALLY.cbl").read_text() == GOOD
    run(repo, "git", "add", ".")
    run(repo, "git", "commit", "-m", "sound")


def test_our_own_hooks_are_there_for_others() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    entries = {hook["id"]: hook["entry"] for hook in hooks}
    assert entries["cobolsmith-fix"].endswith("--staged --no-model")
    assert entries["cobolsmith-propose"] == "cobolsmith propose --staged"
    assert "--write" in entries["cobolsmith-fix-write"]


def test_the_demo_mends_two_programs_and_adds_to_a_third() -> None:
    """`make demo` after its installing: one by rules, one by the model, one from a sentence."""
    done = run(ROOT, str(ROOT / "fixtures" / "demo.sh"), str(BIN / "cobolsmith"))
    talk, patches = done.stderr.decode(), done.stdout.decode()
    assert talk.count("  VERIFIED") == 3
    assert "+           PERFORM 1000-READ-FEE" in patches
    assert "+               MOVE BC-BALANCE TO WL-BALANCE" in patches
    assert "+    if ws-no-reason and ws-reference = spaces" in patches
