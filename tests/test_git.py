"""git: what is staged, read from the index; the copy of the tree that a test run sees."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cobolsmith import git
from cobolsmith.errors import GitError


def run(folder: Path, *argv: str) -> str:
    done = subprocess.run(["git", *argv], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    run(tmp_path, "init", "-q")
    run(tmp_path, "config", "user.email", "a@example.org")
    run(tmp_path, "config", "user.name", "A")
    return tmp_path


def test_staged_bytes_come_from_the_index(repo: Path) -> None:
    (repo / "A B.cbl").write_bytes(b"staged\r\n")
    run(repo, "add", ".")
    (repo / "A B.cbl").write_bytes(b"later\n")
    found = git.repository(repo)
    assert git.staged_paths(found) == (Path("A B.cbl"),)
    assert git.staged_bytes(found, Path("A B.cbl")) == b"staged\r\n"


def test_only_what_differs_from_head_is_staged(repo: Path) -> None:
    for name in ("a.cbl", "b.cbl", "c.cbl"):
        (repo / name).write_text(f"{name}\n")
    run(repo, "add", ".")
    run(repo, "commit", "-qm", "one")
    (repo / "a.cbl").write_text("changed\n")
    (repo / "b.cbl").write_text("not staged\n")
    (repo / "c.cbl").unlink()
    run(repo, "add", "a.cbl", "c.cbl")
    assert git.staged_paths(git.repository(repo)) == (Path("a.cbl"),)


def test_no_repository_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="not a git repository"):
        git.repository(tmp_path)
    assert git.root(tmp_path) is None


def test_the_copy_has_what_git_does_not_ignore(repo: Path, tmp_path: Path) -> None:
    (repo / ".gitignore").write_text("*.log\n")
    (repo / "sub").mkdir()
    (repo / "sub" / "a.cbl").write_text("one\n")
    (repo / "x.log").write_text("no\n")
    run(repo, "add", "sub")
    (repo / "sub" / "a.cbl").write_text("two\n")
    plain, index = repo.parent / f"{repo.name}-plain", repo.parent / f"{repo.name}-index"
    git.copy_tree(repo, plain)
    git.copy_tree(repo, index, staged=True)
    assert (plain / "sub" / "a.cbl").read_text() == "two\n"
    assert (index / "sub" / "a.cbl").read_text() == "one\n"
    assert not (plain / "x.log").exists()
    assert not (index / ".gitignore").exists()
