"""What cobc itself says of a program's files: names at run time, record lengths, keys.

The C that cobc makes of a program sets up each file in plain assignments. Reading them there means
never being of another opinion than the compiler about variable records or the name of a file.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from cobolsmith.checks.equivalence.shape import FileShape, shape
from cobolsmith.program import DataItem, FileEntry, Program

_SELECT = re.compile(r'(h_\w+)->select_name = \(const char \*\)"([^"]*)"')
_NUMBER = re.compile(r"(h_\w+)->(record_min|record_max|organization) = (\d+)")
_ASSIGN = re.compile(r"(h_\w+)->assign = \(cob_field \*\)&(c_\d+);")
_CONSTANT = re.compile(r'cob_field (c_\d+)\s*= \{\d+, \(cob_u8_ptr\)"([^"]*)"')
_FIELD = re.compile(r"cob_field (f_\d+)\s*= \{(\d+),")
_KEY = re.compile(r"\(?(k_\w+)(?: \+ (\d+)\))?->(field|tf_duplicates|offset) = &?(f_\d+|\d+);")


def file_shapes(program: Program, folder: Path, stem: str) -> tuple[FileShape, ...]:
    """The shapes of the files of a program whose C (`cobc -C`) lies in a folder; SDs left out."""
    texts = [
        path.read_text("latin-1") for path in sorted(folder.glob(f"{stem}.c*")) if path.is_file()
    ]
    said = "\n".join(texts)
    handles = {name.upper(): handle for handle, name in _SELECT.findall(said)}
    numbers = {(handle, what): int(value) for handle, what, value in _NUMBER.findall(said)}
    constants = dict(_CONSTANT.findall(said))
    names = {handle: constants.get(value, "") for handle, value in _ASSIGN.findall(said)}
    found = []
    for entry in program.files:
        handle = handles.get(entry.name)
        if handle is None or entry.kind == "SD":
            continue
        lengths = (numbers[handle, "record_min"], numbers[handle, "record_max"])
        one = shape(program, entry, lengths, names.get(handle) or assigned(program, entry))
        keys = _keys(said, handle.replace("h_", "k_", 1))
        found.append(replace(one, keys=keys) if keys else one)
    return tuple(found)


def _keys(said: str, array: str) -> tuple[tuple[int, int, bool], ...]:
    """The keys of an indexed file, in the order of its array: offset, length, duplicates."""
    sizes = {name: int(size) for name, size in _FIELD.findall(said)}
    keys: dict[int, dict[str, int]] = {}
    for name, nth, what, value in _KEY.findall(said):
        if name == array:
            number = sizes.get(value, 0) if what == "field" else int(value)
            keys.setdefault(int(nth or 0), {})[what] = number
    if not all({"field", "offset"} <= set(one) for one in keys.values()):
        return ()
    return tuple(
        (one["offset"], one["field"], bool(one.get("tf_duplicates")))
        for _, one in sorted(keys.items())
    )


def assigned(program: Program, entry: FileEntry) -> str:
    """The name a file has at run time where it isn't a constant: its item's VALUE, or the word."""
    word = entry.assign.strip("'\"")
    item = program.resolve(word)
    if isinstance(item, DataItem) and item.values and isinstance(item.values[0], str):
        return item.values[0].strip("'\"").strip()
    return re.sub(r"^.*-(?=[^-]+$)", "", word) if entry.assign == word else word
