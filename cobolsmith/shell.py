"""The only door to processes: argv, folder, environment, limits, timeout.

Programs under test run with limits on CPU, memory, file size and time, an environment of a few
known variables, and, where the kernel lets an ordinary process do so, no network. What this does
not protect from: a program that reads files the user can read. Run foreign code in a container.
"""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cobolsmith.errors import ToolError

KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")
KEPT_PREFIXES = ("COB_", "COBCPY")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may use: CPU seconds, MiB of memory, MiB a file, seconds on the clock."""

    cpu_s: int = 30
    memory_mib: int = 2048
    file_mib: int = 64
    wall_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that ended: its exit status (negative: the signal), output and seconds."""

    argv: tuple[str, ...]
    status: int
    stdout: bytes
    stderr: bytes
    seconds: float
    timed_out: bool

    @property
    def output(self) -> str:
        """stdout then stderr, as text."""
        return (self.stdout + self.stderr).decode("utf-8", "replace")


def which(tool: str) -> str | None:
    """The path of a tool, or None."""
    return shutil.which(tool)


def scrubbed(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment given to a process: a few known variables and `extra`, nothing else."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key in KEPT_VARIABLES or key.startswith(KEPT_PREFIXES)
    }
    kept.setdefault("PATH", os.defpath)
    return kept | dict(extra or {})


@functools.cache
def offline_prefix() -> tuple[str, ...]:
    """The argv that starts a process without a network, or () where the kernel refuses it."""
    tool = which("unshare")
    if tool is None:
        return ()
    prefix = (tool, "--user", "--map-current-user", "--net", "--")
    probe = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return prefix if probe.returncode == 0 else ()


def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    stdin: bytes = b"",
    offline: bool = False,
) -> Finished:
    """Run `argv` in `cwd` under `limits`; raise ToolError if it can't be started."""
    limits = limits or Limits()
    if which(argv[0]) is None and not Path(argv[0]).exists():
        raise ToolError(f"{argv[0]} is not installed", remedy=f"install it, e.g. {hint(argv[0])}")
    prefix = offline_prefix() if offline else ()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.monotonic()
        process = subprocess.Popen(
            [*limited(limits), *prefix, *argv],
            cwd=cwd,
            env=scrubbed(env),
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        timed_out = wait(process, stdin, limits.wall_s)
        seconds = time.monotonic() - started
        out.seek(0)
        err.seek(0)
        return Finished(tuple(argv), process.returncode, out.read(), err.read(), seconds, timed_out)


def attended(argv: Sequence[str], cwd: Path) -> None:
    """Run a program of the user's choice (an editor) on the user's terminal, without limits.

    Raises ToolError where it can't be started or fails.
    """
    try:
        status = subprocess.run(list(argv), cwd=cwd, check=False).returncode
    except OSError as error:
        raise ToolError(f"{argv[0]} can't be started: {error.strerror}") from error
    if status:
        raise ToolError(f"{argv[0]} ended with exit status {status}")


def limited(limits: Limits) -> tuple[str, ...]:
    """A POSIX shell line that sets the limits and becomes the command after it."""
    script = (
        f"ulimit -c 0; ulimit -t {limits.cpu_s}; ulimit -f {limits.file_mib * 2048}; "
        f'ulimit -v {limits.memory_mib * 1024}; exec "$@"'
    )
    return ("/bin/sh", "-c", script, "sh")


def wait(process: subprocess.Popen[bytes], stdin: bytes, wall_s: float) -> bool:
    """Wait for the end, or end the whole process group; True if the time ran out."""
    try:
        process.communicate(stdin, timeout=wall_s)
        return False
    except subprocess.TimeoutExpired:
        end_group(process)
        return True
    except BaseException:
        end_group(process)
        raise


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and everything it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.poll()
    process.wait()


def hint(tool: str) -> str:
    """How to get a tool on Debian or Ubuntu."""
    packages = {"cobc": "gnucobol3", "git": "git", "unshare": "util-linux"}
    return f"apt-get install {packages.get(tool, tool)}"
