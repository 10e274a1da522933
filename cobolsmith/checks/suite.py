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
    """Run the configured test command; SKIPPED where there is none or it can't be started.

    `{program}` in the command is the changed program's member name; it is run for each of them.
    """
    command = subject.config.test
    if not command:
        return Verdict(NAME, Status.SKIPPED, "no test command: set test in cobolsmith.toml")
    evidence, seconds = [], 0.0
    with tempfile.TemporaryDirectory(prefix="cobolsmith-suite-") as folder:
        top = Path(folder) / "tree"
        git.copy_tree(subject.root, top, staged=subject.staged)
        apply(subject.patch, subject.root, top)
        for argv in commands(command, subject):
            try:
                done = shell.run(
                    argv, cwd=top / inside(subject), limits=limits(subject.config), offline=True
                )
            except ToolError as error:
                return Verdict(NAME, Status.SKIPPED, str(error))
            seconds += done.seconds
            if done.status != 0:
                return failed(subject, done, seconds)
            evidence.append(f"{' '.join(argv)}: exit 0")
    return Verdict(NAME, Status.PASSED, "", (), tuple(evidence), seconds)


def commands(command: tuple[str, ...], subject: Subject) -> list[tuple[str, ...]]:
    """The command once, or once for each changed program where it names `{program}`."""
    if not any("{program}" in word for word in command):
        return [command]
    members = dict.fromkeys(source.path.stem for source in subject.sources)
    return [tuple(word.replace("{program}", member) for word in command) for member in members]


def failed(subject: Subject, done: shell.Finished, seconds: float) -> Verdict:
    """FAILED with the command's last line."""
    ended = "ran out of time" if done.timed_out else f"exit {done.status}"
    last = (done.output.strip().splitlines() or [""])[-1]
    message = f"{' '.join(done.argv)}: {ended}: {last}"
    found = Diagnostic(subject.root, 0, 0, message, check=NAME)
    return Verdict(NAME, Status.FAILED, f"{ended}: {last}", (found,), (), seconds)


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
    return shell.Limits(config.cpu_seconds, config.memory_mib, config.file_mib, config.wall_seconds)
