"""Processes: limits hold, the environment is scrubbed, a missing tool is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from cobolsmith import shell
from cobolsmith.errors import ToolError
from cobolsmith.shell import Limits


def test_output_status_and_input(tmp_path: Path) -> None:
    done = shell.run(["sh", "-c", "cat; echo bad >&2; exit 3"], cwd=tmp_path, stdin=b"in")
    assert (done.status, done.stdout, done.stderr) == (3, b"in", b"bad\n")


def test_the_environment_is_scrubbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    monkeypatch.setenv("COB_LIBRARY_PATH", "/lib")
    done = shell.run(["env"], cwd=tmp_path, env={"DD_IN": "a.dat"})
    assert b"SECRET_TOKEN" not in done.stdout
    assert b"COB_LIBRARY_PATH=/lib" in done.stdout
    assert b"DD_IN=a.dat" in done.stdout


def test_time_runs_out_for_the_whole_process_group(tmp_path: Path) -> None:
    script = "(sleep 30; echo late > late.txt) & sleep 30"
    done = shell.run(["sh", "-c", script], cwd=tmp_path, limits=Limits(wall_s=0.3))
    assert done.timed_out
    assert done.status < 0
    assert not (tmp_path / "late.txt").exists()


def test_cpu_memory_and_file_size_are_limited(tmp_path: Path) -> None:
    spin = shell.run(["sh", "-c", "while :; do :; done"], cwd=tmp_path, limits=Limits(cpu_s=1))
    assert spin.status != 0 and not spin.timed_out
    big = ["head", "-c", "8000000", "/dev/zero"]
    done = shell.run(["sh", "-c", " ".join(big) + " > f"], cwd=tmp_path, limits=Limits(file_mib=1))
    assert done.status != 0
    assert (tmp_path / "f").stat().st_size <= 1 << 20
    script = "b = bytearray(900_000_000)"
    fat = shell.run(["python3", "-c", script], cwd=tmp_path, limits=Limits(memory_mib=300))
    assert fat.status != 0


def test_output_is_limited_too(tmp_path: Path) -> None:
    done = shell.run(
        ["head", "-c", "8000000", "/dev/zero"], cwd=tmp_path, limits=Limits(file_mib=1)
    )
    assert len(done.stdout) <= 1 << 20


def test_a_missing_tool_is_named_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="no-such-tool is not installed"):
        shell.run(["no-such-tool"], cwd=tmp_path)
    assert "gnucobol3" in shell.hint("cobc")


def test_offline_processes_have_no_network(tmp_path: Path) -> None:
    script = "import socket; print(len([n for _, n in socket.if_nameindex() if n != 'lo']))"
    done = shell.run(["python3", "-c", script], cwd=tmp_path, offline=True)
    assert done.status == 0
    if shell.offline_prefix():
        assert done.stdout.strip() == b"0"
