"""The only door to git (GitPython): the index, a copy of the tree as it would be tested."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from cobolsmith.errors import GitError

if TYPE_CHECKING:
    import git


def repository(place: Path) -> git.Repo:
    """The repository around `place`; GitError where there is none."""
    import git  # here, for most commands never ask git and it takes long to load

    try:
        return git.Repo(place, search_parent_directories=True)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError) as error:
        raise GitError(
            "not a git repository", where=str(place), remedy="run git init, or leave out --staged"
        ) from error


def root(place: Path) -> Path | None:
    """The top folder of the repository around `place`, or None."""
    try:
        top = repository(place).working_tree_dir
    except GitError:
        return None
    return Path(top) if top else None


def staged_paths(repo: git.Repo) -> tuple[Path, ...]:
    """Files added, copied, modified or renamed in the index against HEAD, relative to the top."""
    against = ["--cached"] if repo.head.is_valid() else ["--cached", empty_tree(repo)]
    listed = repo.git.diff(*against, "--name-only", "-z", "--diff-filter=ACMR")
    return tuple(Path(name) for name in listed.split("\0") if name)


def changed_paths(place: Path, revision: str) -> tuple[Path, ...]:
    """The files around `place` that differ from a revision, absolute: changed, new (not ignored)
    and deleted ones. Raises GitError where there is no such revision."""
    import git

    repo = repository(place)
    top = Path(repo.working_tree_dir or ".")
    try:
        listed = repo.git.diff("--name-only", "-z", "--no-renames", revision, "--")
    except git.GitCommandError as error:
        remedy = "name a commit, branch or tag; a shallow clone may lack it"
        raise GitError("no such revision", where=revision, remedy=remedy) from error
    listed += "\0" + repo.git.ls_files("-z", "--others", "--exclude-standard", "--full-name")
    return tuple(dict.fromkeys((top / name).resolve() for name in listed.split("\0") if name))


def empty_tree(repo: git.Repo) -> str:
    """The id of the tree with nothing in it, for a repository without a commit."""
    return str(repo.git.hash_object("-t", "tree", "/dev/null"))


def staged_bytes(repo: git.Repo, path: Path) -> bytes:
    """The bytes of `path` (relative to the top) in the index, not in the work tree."""
    for (name, stage), entry in repo.index.entries.items():
        if name == path.as_posix():
            if stage != 0:
                raise GitError("unmerged in the index", where=name, remedy="finish the merge first")
            return bytes(repo.odb.stream(entry.binsha).read())
    raise GitError("not in the index", where=str(path), remedy="git add it first")


def copy_tree(top: Path, to: Path, *, staged: bool = False) -> None:
    """Copy what a test run sees: the index with `staged`, else the files git doesn't ignore.

    Outside a repository the whole folder is copied.
    """
    home = root(top)
    if home is None:
        shutil.copytree(top, to, dirs_exist_ok=True, symlinks=True)
        return
    repo = repository(top)
    to.mkdir(parents=True, exist_ok=True)
    if staged:
        repo.git.checkout_index("--all", "--force", f"--prefix={to}/")
        return
    listed = repo.git.ls_files("-z", "--cached", "--others", "--exclude-standard")
    for name in dict.fromkeys(listed.split("\0")):
        source, target = home / name, to / name
        if name and source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
