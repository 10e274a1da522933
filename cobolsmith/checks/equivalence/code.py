"""Does cobc make the same code of both sides? Then they do the same, whatever they are given.

The C that cobc makes of a program holds everything it does. Its comments (names, lines of the
source) and the date are left out of the comparison; nothing else is.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cobolsmith import shell
from cobolsmith.checks.compiles import FORMAT_FLAGS, PROGRAM, folders, limits
from cobolsmith.checks.prepare import prepare
from cobolsmith.config import Config
from cobolsmith.executed import EXEC
from cobolsmith.source import Source

_COMMENT = re.compile(r"^\s*/\*.*\*/\s*$|\s*/\*(?:(?!\*/)[^\"])*\*/\s*$")
_DATED = re.compile(r"^#define\s+COB_MODULE_(?:FORMATTED_)?(?:DATE|TIME)\b")
_WHEN = b"WHEN-COMPILED"
_COMPILED = re.compile(r'"(?:\d\d/\d\d/\d{4}\.\d\d\.\d\d|\d{16}[+-]\d{4})"')
"""What WHEN-COMPILED is in the C: no two builds have the same."""
_JUMP = re.compile(r"^goto (l_\d+);$")
_LABEL = re.compile(r"\bl_\d+\b")
_THROUGH = re.compile(r"(\bperform_through ==? )(\d+)\b")
_BLOCK = re.compile(rb"\bEXEC(?:UTE)?\b.*?\bEND-EXEC\b", re.IGNORECASE | re.DOTALL)


def same_code(
    old: Source, new: Source, config: Config, std: str, changed: Mapping[Path, bytes]
) -> str:
    """A line of evidence where cobc makes the same code of both, else an empty text.

    EXEC blocks go through the shim; they must be the same, word for word, on both sides, and none
    may stand in a copybook that changes.
    """
    books = [data for data in changed.values() if not PROGRAM.search(data)]
    if blocks(old) != blocks(new) or any(EXEC.search(data) for data in books):
        return ""
    one, other = code(old, config, std, {}), code(new, config, std, changed)
    if not one or one != other:
        return ""
    around = " around the same EXEC blocks" if EXEC.search(new.view) else ""
    digest = hashlib.sha256(one.encode()).hexdigest()[:16]
    lines = one.count("\n")
    return (
        f"{new.path.name}: cobc -std={std} makes the same code of both sides{around} "
        f"({lines:,} lines of C, {digest})"
    )


def blocks(source: Source) -> list[list[bytes]]:
    """The words of each EXEC block, in order."""
    return [block.split() for block in _BLOCK.findall(source.view)]


def code(source: Source, config: Config, std: str, changed: Mapping[Path, bytes]) -> str:
    """The C that cobc makes of a program, comments and dates left out; "" where it refuses."""
    placed = replace(source, path=source.path.resolve())
    with tempfile.TemporaryDirectory(prefix="cobolsmith-code-") as folder:
        work = Path(folder)
        prepare(placed, "cscode.cbl", work, folders(placed, config), changed)
        copy = (f"-I{place}" for place in folders(placed, config))
        argv = ["cobc", "-C", f"-std={std}", *FORMAT_FLAGS[source.format], "-I.", *copy]
        done = shell.run([*argv, "-o", "cscode.c", "cscode.cbl"], cwd=work, limits=limits(config))
        if done.status != 0:
            return ""
        made = sorted(work.glob("cscode.c*"))
        said = "\n".join(plain(path.read_text("latin-1")) for path in made if path.suffix != ".cbl")
        return _COMPILED.sub('"when compiled"', said) if _WHEN in source.view.upper() else said


def plain(text: str) -> str:
    """C without comments at line ends, dates, blank lines, and jumps to what comes next anyway."""
    kept = (_COMMENT.sub("", line) for line in text.splitlines() if not _DATED.match(line))
    rows = [_THROUGH.sub(r"\1l_\2", line.strip()) for line in kept if line.strip()]
    for at, row in enumerate(rows):
        jump = _JUMP.match(row)
        if jump and comes_next(rows, at + 1, jump[1]):
            rows[at] = ";"
    aimed = {label for row in rows for label in _LABEL.findall(row) if not row.endswith(":;")}
    rows = [row for row in rows if not row.endswith(":;") or row[:-2] in aimed]
    numbers: dict[str, str] = {}
    return "\n".join(
        _LABEL.sub(lambda label: numbers.setdefault(label[0], f"l_{len(numbers)}"), row)
        for row in rows
    )


def comes_next(rows: list[str], at: int, label: str) -> bool:
    """Whether control reaches a label from here with nothing done on the way: by the ends of
    blocks, past their ELSE."""
    while at < len(rows):
        row = rows[at]
        if row == f"{label}:;":
            return True
        if row == "else":
            depth, at = 0, at + 1
            while at < len(rows):
                depth += rows[at].count("{") - rows[at].count("}")
                if depth == 0:
                    break
                at += 1
        elif row != "}" or loops(rows, at):
            return False
        at += 1
    return False


def loops(rows: list[str], at: int) -> bool:
    """Whether the block that a brace closes is a loop's: then its head comes next."""
    depth = 0
    for back in range(at, -1, -1):
        depth += rows[back].count("}") - rows[back].count("{")
        if depth == 0:
            head = back
            while head > 0 and not rows[head - 1].endswith((";", "{", "}", ":")):
                head -= 1  # a condition may run over several lines
            return not rows[head].startswith(("if ", "else"))
    return True
