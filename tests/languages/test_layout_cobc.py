"""Made-up records laid out by us and by cobc: the compiled program prints its own addresses."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cobolsmith.languages.cobol import read_program
from cobolsmith.program import DataItem
from cobolsmith.source import from_bytes

CLAUSES = (
    *("PIC X(3)", "PIC 9(5)", "PIC S9(7)V99 COMP-3", "PIC 9(4) COMP", "PIC S9(9) COMP SYNC"),
    *(
        "PIC S9(4) COMP-5 SYNC",
        "COMP-1 SYNC",
        "COMP-2 SYNC",
        "COMP-2",
        "PIC 9 COMP",
        "PIC 9(7) COMP-X",
    ),
    *("POINTER SYNC", "POINTER", "INDEX", "PIC ZZ,ZZ9.99-", "PIC S9(3) SIGN LEADING SEPARATE"),
    *("PIC 9(6) COMP-6", "BINARY-SHORT SYNC", "BINARY-DOUBLE", "PIC 9(3)PP COMP-3", "PIC A(2)BX"),
)


@dataclass(frozen=True)
class Shape:
    """An item to be: its clause, or the items under it; how often; redefined by one byte or not."""

    clause: str
    below: tuple[Shape, ...]
    times: int
    redefined: bool


LEAF = st.builds(
    Shape, st.sampled_from(CLAUSES), st.just(()), st.sampled_from([1, 1, 1, 3]), st.booleans()
)
GROUP = st.recursive(
    LEAF,
    lambda inner: st.builds(
        Shape,
        st.just(""),
        st.lists(inner, min_size=1, max_size=5).map(tuple),
        st.sampled_from([1, 1, 2]),
        st.booleans(),
    ),
    max_leaves=12,
)
RECORD = st.lists(GROUP, min_size=1, max_size=4).map(
    lambda below: Shape("", tuple(below), 1, False)
)


def entries(shape: Shape, level: int, names: Iterator[str]) -> Iterator[str]:
    name = next(names)
    times = f" OCCURS {shape.times}" if shape.times > 1 else ""
    yield f"       {level:02} {name} {shape.clause}{times}."
    for below in shape.below:
        yield from entries(below, level + 1, names)
    if shape.redefined and shape.times == 1 and level > 1:
        yield f"       {level:02} {next(names)} REDEFINES {name} PIC X."


def source_of(shape: Shape) -> str:
    names = (f"N{number}" for number in range(1, 1000))
    head = [
        "       IDENTIFICATION DIVISION.",
        "       PROGRAM-ID. PLACES.",
        "       DATA DIVISION.",
        "       WORKING-STORAGE SECTION.",
        "       77 P-START POINTER.",
        "       77 A-START REDEFINES P-START PIC 9(18) COMP-5.",
        "       77 P-ITEM POINTER.",
        "       77 A-ITEM REDEFINES P-ITEM PIC 9(18) COMP-5.",
        "       77 A-OFFSET PIC 9(6).",
        "       77 A-LENGTH PIC 9(6).",
    ]
    return "\n".join([*head, *entries(shape, 1, names), "       PROCEDURE DIVISION.\n"])


def shown(items: list[DataItem], tables: dict[str, int]) -> Iterator[str]:
    yield "           SET P-START TO ADDRESS OF N1."
    for item in items:
        subscripts = " (" + " ".join("1" * tables[item.name]) + ")" if tables[item.name] else ""
        yield f"           SET P-ITEM TO ADDRESS OF {item.name}{subscripts}."
        yield "           COMPUTE A-OFFSET = A-ITEM - A-START."
        yield f"           MOVE LENGTH OF {item.name}{subscripts} TO A-LENGTH."
        yield f"           DISPLAY '{item.name} ' A-OFFSET ' ' A-LENGTH."
    yield "           STOP RUN.\n"


@pytest.mark.parametrize("std", ["default", "ibm"])
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(shape=RECORD)
def test_records_lie_where_cobc_puts_them(tmp_path: Path, std: str, shape: Shape) -> None:
    text = source_of(shape)
    program = read_program(from_bytes(text.encode(), "places.cob"), std=std)
    items = [item for item in program.items if item.name.startswith("N")]
    tables = {item.name: len(program.subscripts(item)) for item in items}
    (tmp_path / "places.cob").write_text(text + "\n".join(shown(items, tables)))
    argv = ["cobc", "-w", "-x", "-O0", f"-std={std}", "-o", "places", "places.cob"]
    subprocess.run(argv, cwd=tmp_path, check=True, capture_output=True)
    ran = subprocess.run(["./places"], cwd=tmp_path, check=True, capture_output=True, text=True)
    theirs = {
        name: (int(offset), int(length))
        for name, offset, length in map(str.split, ran.stdout.splitlines())
    }
    assert {item.name: (item.offset, item.length) for item in items} == theirs
