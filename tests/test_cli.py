"""The command line as a user meets it: exit codes, clean stdout, bad input without a traceback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest
from typer.main import get_group

from cobolsmith.cli import app, shared
from cobolsmith.cli.shared import FAMILIES

GOOD = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. GREET.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-NAME             PIC X(10) VALUE 'WORLD'.
       PROCEDURE DIVISION.
       0000-MAIN.
           DISPLAY 'HELLO ' WS-NAME.
           STOP RUN.
"""
BAD = GOOD.replace("DISPLAY 'HELLO ' WS-NAME", "DISPLAY 'HELLO ' WS-NMAE")
SUITE = 'test = ["sh", "check.sh"]\n'
CHECK = "cobc -x -o greet GREET.cbl && ./greet | grep -q 'HELLO WORLD'\n"


def cobolsmith(
    *argv: str | Path, cwd: Path, path: str | None = None
) -> subprocess.CompletedProcess[bytes]:
    env = dict(os.environ) | ({"PATH": path} if path is not None else {})
    command = [sys.executable, "-m", "cobolsmith", *map(str, argv)]
    return subprocess.run(command, cwd=cwd, capture_output=True, env=env, check=False)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a sound and a broken program, a suite, and git around it."""
    (tmp_path / "GREET.cbl").write_text(BAD)
    (tmp_path / "SOUND.cbl").write_text(GOOD.replace("GREET", "SOUND"))
    (tmp_path / "cobolsmith.toml").write_text(SUITE)
    (tmp_path / "check.sh").write_text(CHECK)
    for argv in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *argv], cwd=tmp_path, check=True)
    return tmp_path


def test_check_finds_and_names_the_place(shop: Path) -> None:
    done = cobolsmith("check", cwd=shop)
    assert done.returncode == 1
    assert b"GREET.cbl:8:29: error: 'WS-NMAE' is not defined" in done.stderr
    assert done.stdout == b""
    assert cobolsmith("check", "SOUND.cbl", cwd=shop).returncode == 0


def test_fix_prints_a_diff_that_git_applies_and_writes_nothing(shop: Path) -> None:
    done = cobolsmith("fix", "--no-model", cwd=shop)
    assert done.returncode == 0, done.stderr.decode()
    assert b"VERIFIED" in done.stderr
    assert (shop / "GREET.cbl").read_text() == BAD
    subprocess.run(["git", "apply", "-"], cwd=shop, input=done.stdout, check=True)
    assert (shop / "GREET.cbl").read_text() == GOOD


def test_jobs_and_maps_are_checked_and_not_mended(shop: Path) -> None:
    broken = {
        "NIGHT.jcl": "//J        JOB 1\n//S        EXEC PGM=A,PARM='B\n",
        "MAPS.bms": "MAPS     DFHMSD TYPE=MAP,\nM        DFHMDI SIZE=(24,80)\n",
    }
    for name, text in broken.items():
        (shop / name).write_text(text)
        checked = cobolsmith("check", name, cwd=shop)
        assert checked.returncode == 1 and b": error: " in checked.stderr
        fixed = cobolsmith("fix", "--no-model", name, cwd=shop)
        assert fixed.returncode == 1 and b"only checked" in fixed.stderr
        assert fixed.stdout == b"" and (shop / name).read_text() == text


def test_fix_write_replaces_verified_files(shop: Path) -> None:
    done = cobolsmith("fix", "--no-model", "--write", "GREET.cbl", cwd=shop)
    assert done.returncode == 0, done.stderr.decode()
    assert (shop / "GREET.cbl").read_text() == GOOD
    assert cobolsmith("fix", "--no-model", cwd=shop).stdout == b""


def test_without_a_suite_nothing_is_verified_or_written(shop: Path) -> None:
    (shop / "cobolsmith.toml").unlink()
    done = cobolsmith("fix", "--no-model", "--write", "GREET.cbl", cwd=shop)
    assert done.returncode == 1
    assert b"UNVERIFIED" in done.stderr
    assert b"suite: skipped (no test command" in done.stderr
    assert b"+           DISPLAY 'HELLO ' WS-NAME." in done.stdout
    assert (shop / "GREET.cbl").read_text() == BAD


def test_a_failing_suite_refuses_the_patch(shop: Path) -> None:
    (shop / "check.sh").write_text("echo totals differ; exit 4\n")
    done = cobolsmith("fix", "--no-model", "--write", "GREET.cbl", cwd=shop)
    assert done.returncode == 1
    assert b"suite: failed (exit 4: totals differ)" in done.stderr
    assert (shop / "GREET.cbl").read_text() == BAD


def test_staged_reads_the_index(shop: Path) -> None:
    (shop / "GREET.cbl").write_text("not what is staged\n")
    done = cobolsmith("fix", "--no-model", "--staged", cwd=shop)
    assert done.returncode == 1, done.stderr.decode()
    assert b" VERIFIED" in done.stderr
    assert b"-           DISPLAY 'HELLO ' WS-NMAE." in done.stdout


def test_staged_write_refuses_a_file_changed_since(shop: Path) -> None:
    (shop / "GREET.cbl").write_text("work in progress\n")
    done = cobolsmith("fix", "--no-model", "--staged", "--write", cwd=shop)
    assert done.returncode == 2
    assert b"has changed since it was read" in done.stderr
    assert (shop / "GREET.cbl").read_text() == "work in progress\n"


@pytest.mark.parametrize("form", ["json", "sarif", "junit", "diff"])
def test_formats_go_to_stdout_alone(shop: Path, form: str) -> None:
    done = cobolsmith("fix", "--no-model", "--format", form, cwd=shop)
    assert done.returncode == 0
    assert done.stderr == b""
    if form in ("json", "sarif"):
        assert json.loads(done.stdout)


def test_parse_shows_a_tree(shop: Path) -> None:
    for form, part in (("tree", b"display_statement"), ("sexp", b"(source_file"), ("json", b"{")):
        done = cobolsmith("parse", "SOUND.cbl", "--format", form, cwd=shop)
        assert done.returncode == 0
        assert part in done.stdout


def test_an_empty_file_is_nothing_to_do(tmp_path: Path) -> None:
    (tmp_path / "E.cbl").write_bytes(b"")
    assert cobolsmith("check", "E.cbl", cwd=tmp_path).returncode == 0
    assert cobolsmith("fix", "--no-model", "E.cbl", cwd=tmp_path).stdout == b""


BAD_INPUT = {
    "binary": (b"\x7fELF\x00\x01\x02\x03" * 200, (), b"is not text"),
    "wrong encoding": (b"       DISPLAY '\xe9'.\n", ("--encoding", "utf-8"), b"0xE9"),
    "unknown encoding": (b"x\n", ("--encoding", "klingon"), b"unknown encoding"),
    "unknown format": (b"x\n", ("--reference", "diagonal"), b"unknown reference format"),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_a_sentence_and_changes_nothing(tmp_path: Path, case: str) -> None:
    data, flags, message = BAD_INPUT[case]
    (tmp_path / "B.cbl").write_bytes(data)
    done = cobolsmith("fix", "--no-model", "--write", "B.cbl", *flags, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert b"B.cbl" in done.stderr
    assert b"Traceback" not in done.stderr
    assert (tmp_path / "B.cbl").read_bytes() == data


def test_a_file_of_a_folder_that_is_no_text_does_not_stop_the_others(shop: Path) -> None:
    (shop / "B.cbl").write_bytes(b"\x7fELF\x00\x01\x02\x03" * 200)
    done = cobolsmith("check", cwd=shop)
    assert done.returncode == 1
    assert b"is not text" in done.stderr
    assert b"'WS-NMAE' is not defined" in done.stderr
    assert b"3 file(s): 1 clean, 1 found, 1 refused" in done.stderr


def test_missing_and_unreadable_paths(tmp_path: Path) -> None:
    done = cobolsmith("check", "NONE.cbl", cwd=tmp_path)
    assert done.returncode == 2
    assert b"NONE.cbl: no such file" in done.stderr
    (tmp_path / "D.cbl").mkdir()
    assert cobolsmith("parse", "D.cbl", cwd=tmp_path).returncode == 2


def test_one_line_of_ten_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "L.cbl"
    path.write_bytes(b"       IDENTIFICATION DIVISION. " + b"MOVE A TO B " * 830_000)
    done = cobolsmith("check", "L.cbl", cwd=tmp_path)
    assert done.returncode in (0, 1)
    assert b"Traceback" not in done.stderr


def test_a_missing_copybook_is_found_and_named(tmp_path: Path) -> None:
    text = GOOD.replace("       PROCEDURE", "           COPY NOSUCH.\n       PROCEDURE")
    (tmp_path / "P.cbl").write_text(text)
    done = cobolsmith("check", "P.cbl", cwd=tmp_path)
    assert done.returncode == 1
    assert b"P.cbl:6" in done.stderr
    assert b"NOSUCH" in done.stderr


def test_a_copybook_that_copies_itself_is_found(tmp_path: Path) -> None:
    text = GOOD.replace("       PROCEDURE", "           COPY LOOPS.\n       PROCEDURE")
    (tmp_path / "P.cbl").write_text(text)
    (tmp_path / "LOOPS.cpy").write_text("       01  A PIC X.\n           COPY LOOPS.\n")
    done = cobolsmith("check", "P.cbl", cwd=tmp_path)
    assert done.returncode == 1
    assert b"LOOPS" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_read_only_target_is_refused(shop: Path) -> None:
    (shop / "GREET.cbl").chmod(0o444)
    done = cobolsmith("fix", "--no-model", "--write", "GREET.cbl", cwd=shop)
    assert done.returncode == 2
    assert b"read-only" in done.stderr
    assert (shop / "GREET.cbl").read_text() == BAD


def test_staged_without_git(tmp_path: Path) -> None:
    done = cobolsmith("fix", "--staged", cwd=tmp_path)
    assert done.returncode == 2
    assert b"not a git repository" in done.stderr


def without_cobc(folder: Path) -> str:
    """A PATH with git and a shell on it and no compiler."""
    tools = folder / "tools"
    tools.mkdir()
    for name in ("git", "sh", "env", "unshare", "true"):
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    return str(tools)


def test_without_cobc_nothing_is_verified(
    shop: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = without_cobc(tmp_path_factory.mktemp("tools"))
    checked = cobolsmith("check", "SOUND.cbl", cwd=shop, path=path)
    assert checked.returncode == 3
    assert b"cobc is not installed" in checked.stderr
    (shop / "GREET.cbl").write_text(
        GOOD.replace("       PROCEDURE", "       END-IF.\n       PROCEDURE")
    )
    fixed = cobolsmith("fix", "--no-model", "--write", "GREET.cbl", cwd=shop, path=path)
    assert fixed.returncode in (1, 3)
    assert b" VERIFIED" not in fixed.stderr
    assert b"cobc is not installed" in fixed.stderr


def test_an_interrupt_exits_130_and_leaves_the_files(shop: Path) -> None:
    started = shop / "started"
    (shop / "check.sh").write_text(f"touch '{started}'; sleep 60\n")
    argv = [sys.executable, "-m", "cobolsmith", "fix", "--no-model", "--write", "GREET.cbl"]
    process = subprocess.Popen(
        argv,
        cwd=shop,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # A job in the background ignores interrupts, and its children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    for _ in range(600):
        if started.exists():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, talk = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"interrupted" in talk
    assert (shop / "GREET.cbl").read_text() == BAD
    assert not [path for path in shop.iterdir() if path.name.startswith(".GREET")]


def test_usage_errors_exit_2(tmp_path: Path) -> None:
    assert cobolsmith("fix", "--no-such-option", cwd=tmp_path).returncode == 2
    assert cobolsmith("nonsense", cwd=tmp_path).returncode == 2
    assert cobolsmith("--version", cwd=tmp_path).stdout.startswith(b"cobolsmith 0.")


def test_an_unknown_setting_is_refused(shop: Path) -> None:
    (shop / "cobolsmith.toml").write_text("tests = 'make'\n")
    done = cobolsmith("check", cwd=shop)
    assert done.returncode == 2
    assert b"did you mean test?" in done.stderr


def test_every_command_has_its_family() -> None:
    """A command that FAMILIES doesn't name could never be run."""
    for module in set(FAMILIES.values()):
        import_module(f"cobolsmith.cli.{module}")
    assert set(get_group(app).commands) == set(FAMILIES)
    there = {path.stem for path in Path(shared.__file__).parent.glob("*.py")}
    assert set(FAMILIES.values()) == there - {"__init__", "shared"}


def test_rules_are_listed_with_their_remedies(tmp_path: Path) -> None:
    said = cobolsmith("rules", cwd=tmp_path).stdout.decode().splitlines()
    assert any(line.startswith("moved-to-itself") and "warning" in line for line in said)
    assert cobolsmith("rules", "no-such", cwd=tmp_path).returncode == 2


def test_since_an_unknown_revision(shop: Path) -> None:
    done = cobolsmith("check", "--since", "nowhere", cwd=shop)
    assert done.returncode == 2
    assert b"no such revision" in done.stderr
