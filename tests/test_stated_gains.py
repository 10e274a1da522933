"""What may be more, or otherwise, by a stated difference: lines, pieces of print files, cases."""

from __future__ import annotations

import pytest

from cobolsmith.checks.equivalence.compare import Stated


@pytest.mark.parametrize(
    ("old", "new", "left", "seen"),
    [
        ([b"A", b"B"], [b"A", b"NEW 1", b"B"], [b"A", b"B"], 1),
        ([b"A"], [b"A", b"NEW 1", b"NEW 2"], [b"A"], 2),
        ([b"NEW 7", b"A"], [b"NEW 7", b"NEW 8", b"A"], [b"NEW 7", b"A"], 1),
        ([b"A"], [b"A", b"OTHER"], [b"A", b"OTHER"], 0),
        ([b"NEW 7"], [b"NEW 8"], [], 1),
        ([b"A"], [b"A"], [b"A"], 0),
    ],
)
def test_lines_that_may_be_more(
    old: list[bytes], new: list[bytes], left: list[bytes], seen: int
) -> None:
    stated = Stated(("stdout+NEW ",))
    assert stated.gained(old, new, "stdout") == left
    assert stated.seen["stdout+NEW "] == seen
    assert stated.unseen() == (() if seen else ("stdout+NEW ",))


def test_lines_of_another_file_are_not_meant() -> None:
    assert Stated(("stdout+NEW ",)).gained([], [b"NEW 1"], "REPORT") == [b"NEW 1"]


@pytest.mark.parametrize(
    ("old", "new", "grown"),
    [
        ((b"HEAD\nONE\n",), [b"HEAD\nTOTAL   12\nONE\n"], True),
        ((b"HE", b"AD\n"), [b"HEAD\nTO", b"TAL   12\n"], True),
        ((b"HEAD\n",), [b"HEAD\nTOTAL   12\nMORE\n"], False),
        ((b"HEAD\n",), [b"HEAT\nTOTAL   12\n"], False),
        ((b"HEAD\n",), [b"HEAD\n"], False),
    ],
)
def test_pieces_that_print_files_may_have_more(
    old: tuple[bytes, ...], new: list[bytes], grown: bool
) -> None:
    assert Stated(("REPORT+TOTAL ",)).grown(old, new, "report") is grown
