"""Several files are replaced as one: killed anywhere, out of space, or beside somebody else."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cobolsmith import journal, patch
from cobolsmith.errors import PatchError
from cobolsmith.journal import recover
from cobolsmith.patch import FileChange, Patch

FILES = 20
OLD, NEW = b"old\n", b"new\n"
STEPS = ((os, "fsync"), (Path, "replace"), (Path, "open"), (Path, "unlink"), (Path, "chmod"))
"""What a write does to the disk; a process is killed before each of them."""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # a kill loses nothing that isn't synced
    (tmp_path / "cobolsmith.toml").write_text("")
    for number in range(FILES - 1):
        folder = tmp_path / f"part{number % 3}"
        folder.mkdir(exist_ok=True)
        (folder / f"P{number}.cbl").write_bytes(OLD)
    return tmp_path


def change(tree: Path) -> Patch:
    """Nineteen files replaced, and one made in a folder of its own."""
    files = [FileChange(path, path.read_bytes(), NEW) for path in sorted(tree.rglob("*.cbl"))]
    return Patch((*files, FileChange(tree / "made" / "NEW.cbl", None, NEW)))


def state(tree: Path) -> set[bytes | None]:
    """What the files hold: one value where all of them are old, or all new."""
    made = tree / "made" / "NEW.cbl"
    found: set[bytes | None] = {path.read_bytes() for path in tree.glob("part*/P*")}
    return found | {made.read_bytes() if made.exists() else OLD}


def counted(act: Callable[..., Any], left: list[int]) -> Callable[..., Any]:
    """An act before which the process ends when it is its turn."""

    def wrapped(*given: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            os._exit(9)
        return act(*given, **named)

    return wrapped


def killed(work: Callable[[], Any], at: int) -> bool:
    """Run in a process that is killed before its n-th step; False if it came to its end."""
    child = os.fork()
    if child == 0:
        left = [at]
        for owner, name in STEPS:
            setattr(owner, name, counted(getattr(owner, name), left))
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_killed_anywhere_the_tree_is_untouched_or_complete(tree: Path) -> None:
    before = sorted(path.relative_to(tree) for path in tree.rglob("*"))
    seen = []
    for at in range(10_000):
        whole = change(tree)
        if not killed(lambda whole=whole: patch.write(whole), at):  # type: ignore[misc]
            break
        recover(tree / "part1")
        now = state(tree)
        assert len(now) == 1, at
        seen.append(now)
        leftover = [path for path in tree.rglob(".*") if path.name.startswith((".P", ".N"))]
        assert leftover == [] and not list(tree.glob(".cobolsmith/journal*")), at
        for path in tree.glob("part*/P*"):
            path.write_bytes(OLD)
        for path in (tree / "made" / "NEW.cbl",):
            path.unlink(missing_ok=True)
    assert at > 4 * FILES
    assert {OLD} in seen and {NEW} in seen
    assert state(tree) == {NEW}
    names = {path.relative_to(tree) for path in tree.rglob("*")} - set(before)
    assert {str(name) for name in names} <= {"made", "made/NEW.cbl", ".cobolsmith"}


def test_recovery_killed_and_run_again_ends_the_same(tree: Path) -> None:
    for at in range(FILES * 2, FILES * 4, 7):
        whole = change(tree)
        assert killed(lambda whole=whole: patch.write(whole), at)  # type: ignore[misc]
        for turn in range(0, 60, 11):
            killed(lambda: recover(tree), turn)
        recover(tree)
        assert len(state(tree)) == 1
        for path in tree.glob("part*/P*"):
            path.write_bytes(OLD)
        (tree / "made" / "NEW.cbl").unlink(missing_ok=True)


def committed(tree: Path) -> None:
    """Leave a change that was killed in the midst of its renames."""
    for at in range(10_000):
        whole = change(tree)
        killed(lambda whole=whole: patch.write(whole), at)  # type: ignore[misc]
        if len(state(tree)) == 2:
            return
        recover(tree)
        for path in tree.glob("part*/P*"):
            path.write_bytes(OLD)
        (tree / "made" / "NEW.cbl").unlink(missing_ok=True)


def test_recovery_overwrites_nothing_that_somebody_changed_since(tree: Path) -> None:
    committed(tree)
    mine = next(path for path in tree.glob("part*/P*.cbl") if path.read_bytes() == OLD)
    mine.write_bytes(b"mine\n")
    with pytest.raises(PatchError, match="since a change of it was interrupted"):
        recover(tree)
    assert mine.read_bytes() == b"mine\n"
    mine.write_bytes(OLD)
    assert mine.resolve() in recover(tree)
    assert state(tree) == {NEW}


def test_a_change_under_way_in_a_live_process_is_left_alone(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(tree)
    monkeypatch.setattr(journal, "_alive", lambda process: True)
    assert recover(tree) == ()
    assert len(state(tree)) == 2


@pytest.mark.parametrize("at", [0, 1, 7, FILES, FILES + 3, 2 * FILES])
def test_a_full_disk_leaves_everything_as_it_was(
    tree: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    calls: list[int] = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == at + 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    before = sorted(path for path in tree.rglob("*") if ".cobolsmith" not in path.parts)
    with pytest.raises(PatchError, match="No space left"):
        patch.write(change(tree))
    after = sorted(path for path in tree.rglob("*") if ".cobolsmith" not in path.parts)
    assert after == before and state(tree) == {OLD}


def test_somebody_else_between_reading_and_renaming(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = change(tree)
    other = whole.files[5].path

    def slow(handle: int) -> None:
        other.write_bytes(b"theirs\n")  # while the new bytes are written beside

    monkeypatch.setattr(os, "fsync", slow)
    with pytest.raises(PatchError, match="changed since"):
        patch.write(whole)
    assert other.read_bytes() == b"theirs\n"
    assert {path.read_bytes() for path in tree.glob("part*/P*") if path != other} == {OLD}
