"""Do the user's own tests pass on a copy of the repository with the change in it?"""

from __future__ import annotations

import tempfile
from pathlib import Path

from cobolsmith import git, shell
from cobolsmith.config import Config
from cobolsmith.errors import ToolError
from cobolsmith.patch import Patch, relative
from cobolsmith.verify import Diagnostic, Status, Subject, Verdict

NAME = "suite"


def suite(subject: Subject) -> Verdict:
    """Run the configured test command; SKIPPED where there is none or it can't be started."""
    command = subject.config.test
    if not command:
        return Verdict(NAME, Status.SKIPPED, "no test command: set test in cobolsmith.toml")
    with tempfile.TemporaryDirectory(prefix="cobolsmith-suite-") as folder:
        top = Path(folder) / "tree"
        git.copy_tree(subject.root, top, staged=subject.staged)
        apply(subject.patch, subject.root, top)
        try:
            done = shell.run(
                command, cwd=top / inside(subject), limits=limits(subject.config), offline=True
            )
        except ToolError as error:
            return Verdict(NAME, Status.SKIPPED, str(error))
    shown = " ".join(command)
    if done.status == 0:
        return Verdict(NAME, Status.PASSED, "", (), (f"{shown}: exit 0",), done.seconds)
    ended = "ran out of time" if done.timed_out else f"exit {done.status}"
    last = done.output.strip().splitlines()[-1:] or [""]
    found = Diagnostic(subject.root, 0, 0, f"{shown}: {ended}: {last[0]}", check=NAME)
    return Verdict(NAME, Status.FAILED, f"{ended}: {last[0]}", (found,), (), done.seconds)


def apply(patch: Patch, root: Path, top: Path) -> None:
    """Put the changed files into the copy."""
    for file in patch.files:
        target = top / relative(file.path, git.root(root) or root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.after)


def inside(subject: Subject) -> Path:
    """Where in the copy the command runs: the folder of the configuration file."""
    home = (git.root(subject.root) or subject.root).resolve()
    folder = subject.config.root.resolve()
    return folder.relative_to(home) if folder.is_relative_to(home) else Path()


def limits(config: Config) -> shell.Limits:
    """The configured limits of a run."""
    return shell.Limits(
        config.cpu_seconds, config.memory_mib, config.file_mib, config.wall_seconds
    )
