"""PICTURE strings: category, size, digits, scale; sizes against cobc's."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cobolsmith.languages.cobol.picture import PictureError, parse


@pytest.mark.parametrize(
    ("text", "category", "size", "digits", "scale", "signed"),
    [
        ("9(3)", "numeric", 3, 3, 0, False),
        ("S9(5)V99", "numeric", 7, 7, 2, True),
        ("s9(5)v9(2)", "numeric", 7, 7, 2, True),
        ("9(3)PPP", "numeric", 3, 6, -3, False),
        ("PP99", "numeric", 2, 4, 4, False),
        ("VPP99", "numeric", 2, 4, 4, False),
        ("99PPV", "numeric", 2, 4, -2, False),
        ("$$,$$9.99CR", "numeric-edited", 11, 6, 2, True),
        ("+++,++9", "numeric-edited", 7, 5, 0, True),
        ("99.99-", "numeric-edited", 6, 4, 2, True),
        ("*(5)9", "numeric-edited", 6, 6, 0, False),
        ("ZZ,ZZ9.99DB", "numeric-edited", 11, 7, 2, True),
        ("9(3)B9(3)/99", "numeric-edited", 10, 8, 0, False),
        ("X(10)", "alphanumeric", 10, 0, 0, False),
        ("X9A", "alphanumeric", 3, 0, 0, False),
        ("A(3)", "alphabetic", 3, 0, 0, False),
        ("XXBXX", "alphanumeric-edited", 5, 0, 0, False),
        ("N(4)", "national", 4, 0, 0, False),
        ("1(8)", "boolean", 8, 0, 0, False),
    ],
)
def test_a_picture_is_read(
    text: str, category: str, size: int, digits: int, scale: int, signed: bool
) -> None:
    one = parse(text)
    assert (one.category, one.size, one.signed) == (category, size, signed)
    assert (one.digits, one.scale) == (digits, scale)


def test_special_names_change_the_symbols() -> None:
    assert parse("ZZ9,99", decimal_comma=True).scale == 2
    assert parse("ZZ9,99").scale == 0
    assert parse("FF,FF9", currency="F").digits == 4
    with pytest.raises(PictureError, match="'F'"):
        parse("FF,FF9")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("9(", "unmatched"),
        ("X(3", "unmatched"),
        ("S9S", "one S"),
        ("9..9", "more than one decimal point"),
        ("Q9", "'Q'"),
        ("CR9", "one CR or DB"),
        ("9(0)", "0 times"),
        ("B", "no symbol"),
    ],
)
def test_what_is_no_picture_is_refused(text: str, message: str) -> None:
    with pytest.raises(PictureError, match=message):
        parse(text)


COUNT = st.integers(1, 9)
NUMERIC = st.builds(
    lambda sign, left, right, p: f"{sign}9({left})" + (f"V9({right})" if right else p),
    *(st.sampled_from(["", "S"]), COUNT, st.integers(0, 9), st.sampled_from(["", "P", "PP", "V"])),
)
EDITED = st.builds(
    lambda lead, left, right, tail: f"{lead}({left}),9" + (f".9({right})" if right else "") + tail,
    *(
        st.sampled_from("Z*+-$"),
        st.integers(2, 6),
        st.integers(0, 4),
        st.sampled_from(["", "B", "/9"]),
    ),
)
TEXT = st.builds(
    lambda parts: "".join(f"{symbol}({count})" for symbol, count in parts),
    st.lists(st.tuples(st.sampled_from("XA9"), COUNT), min_size=1, max_size=4),
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.one_of(NUMERIC, EDITED, TEXT), min_size=20, max_size=40))
def test_sizes_are_those_of_cobc(tmp_path: Path, pictures: list[str]) -> None:
    entries = [f"       77  ITEM-{n} PIC {text}.\n" for n, text in enumerate(pictures)]
    head = "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. SIZES.\n       DATA DIVISION.\n"
    program = tmp_path / "sizes.cob"
    program.write_text(
        head
        + "       WORKING-STORAGE SECTION.\n"
        + "".join(entries)
        + "       PROCEDURE DIVISION.\n           STOP RUN.\n"
    )
    argv = ["cobc", "-w", "-fsyntax-only", "-t-", "--tsymbols", "--tlines=0", "-fno-tsource"]
    done = subprocess.run([*argv, str(program)], capture_output=True, text=True, check=True)
    sizes = {
        int(n): int(size) for size, n in re.findall(r"^(\d{5}) .*ITEM-(\d+)", done.stdout, re.M)
    }
    assert sizes == {n: parse(text).size for n, text in enumerate(pictures)}
