"""Translations of programs whose numbers hold bytes that are no digits, beside cobc's builds."""

from __future__ import annotations

from pathlib import Path

from bench.semantics import outputs

from cobolsmith.targets import TARGETS

GIVEN = ("   12", "12   ", "     ", "1A2B3", "A0042", "4-100", "0012p", "00.75", "BBBBB", "00042")
RAW = "01 X{n} PIC X({size}). 01 N{n} REDEFINES X{n} PIC {picture}.\n"
PICTURES = (
    ("9(5)", 5), ("S9(5)", 5), ("9(3)V99", 5), ("S9(5) SIGN LEADING", 5),
    ("S9(4) SIGN TRAILING SEPARATE", 5), ("S9(9) COMP-3", 5), ("9(10)", 10), ("9(3)V9", 4),
)  # fmt: skip
OTHERS = (
    "01 C PIC 9(7) COMP. 01 W PIC S9(9) COMP-5. 01 P PIC S9(7)V99 COMP-3. 01 E PIC Z(6)9.99-.\n"
    "01 D PIC S9(7)V9. 01 T PIC X(8). 01 A PIC 9(4)V99 VALUE 12.5. 01 K PIC 9(5) VALUE 42.\n"
    "01 L PIC S9(3) SIGN LEADING SEPARATE VALUE -5. 01 Q PIC 9(3)V99 VALUE 12.5.\n"
    "01 QX REDEFINES Q PIC X(5).\n"
)


def test_what_is_done_with_bytes_that_are_no_digits_is_what_cobc_does(tmp_path: Path) -> None:
    said = (
        "DISPLAY {n}", "MOVE {n} TO C DISPLAY C", "MOVE {n} TO W DISPLAY W",
        "MOVE {n} TO P DISPLAY P", "MOVE {n} TO D DISPLAY D", "MOVE {n} TO E DISPLAY E",
        "MOVE 7 TO D W P ADD {n} TO D W P DISPLAY D W P", "ADD 1 {n} GIVING D DISPLAY D",
        "MOVE 7 TO K SUBTRACT {n} FROM K DISPLAY K MOVE 42 TO K", "COMPUTE D = {n} * 2 DISPLAY D",
    )  # fmt: skip
    theirs = shown(said, tmp_path)
    assert b" .75" in theirs or b"00.75" in theirs
    assert b"+0000000007" in theirs  # the blanks of an unsigned item add nothing


def test_bytes_that_are_no_digits_compare_as_cobc_compares_them(tmp_path: Path) -> None:
    others = ("0", "12.5", "K", "A", "Q", "D", "C", "P", "L", "-1")
    said = [
        f"IF {{n}} {one} {other} DISPLAY 1 ELSE DISPLAY 0 END-IF"
        for one in "<>"
        for other in others
    ]
    said += [f"IF {one} < {{n}} DISPLAY 1 ELSE DISPLAY 0 END-IF" for one in "KAQDCPL"]
    assert {b"0", b"1"} <= set(shown(tuple(said), tmp_path).split())


def test_fields_of_low_and_high_values_count_as_they_do_for_cobc(tmp_path: Path) -> None:
    said = (
        "DISPLAY {n}", "MOVE {n} TO P DISPLAY P", "ADD 1 {n} GIVING W DISPLAY W",
        "IF {n} > 12.5 DISPLAY 1 ELSE DISPLAY 0 END-IF", "IF {n} < K DISPLAY 1 END-IF",
    )  # fmt: skip
    pictures = tuple(one for one in PICTURES if "COMP" not in one[0])
    text = program(said, ("LOW-VALUES", "HIGH-VALUES"), pictures)
    *ours, theirs = outputs(text, tuple(sorted(TARGETS)), tmp_path)
    assert ours == [theirs] * len(ours)


def test_unsigned_binary_items_of_a_size_hold_what_they_hold_for_cobc(tmp_path: Path) -> None:
    items = {"A": "BINARY-CHAR", "B": "BINARY-SHORT", "C": "BINARY-LONG", "D": "BINARY-DOUBLE"}
    declared = "".join(
        f"01 {name} USAGE {usage} UNSIGNED VALUE {256**2**nth - 1}.\n"
        for nth, (name, usage) in enumerate(list(items.items())[:3])
    )
    steps = (
        "ADD 1 TO A B C D U", "SUBTRACT 9 FROM A B C D U", "MOVE N TO A B C D U",
        "COMPUTE A = N * 50 COMPUTE U = N * 5", "MOVE 300 TO A", "ADD N TO A B C D U",
        "ADD 4000000000 TO C ON SIZE ERROR DISPLAY 'BIG' END-ADD",
        "IF C > N AND A < 200 DISPLAY 'SO' END-IF",
    )  # fmt: skip
    text = (
        "IDENTIFICATION DIVISION. PROGRAM-ID. SEMTEST. DATA DIVISION.\nWORKING-STORAGE SECTION.\n"
        f"{declared}01 D USAGE BINARY-DOUBLE UNSIGNED VALUE 8294967295.\n"
        "01 U USAGE UNSIGNED-INT VALUE 4294967295. 01 N PIC S9(9) VALUE -7.\n"
        "PROCEDURE DIVISION.\nMAIN-P.\n"
        + "".join(f'{one} DISPLAY A " " B " " C " " D " " U.\n' for one in ("CONTINUE", *steps))
        + "STOP RUN.\n"
    )
    *ours, theirs = outputs(text, tuple(sorted(TARGETS)), tmp_path)
    assert theirs.startswith(b"255 65535 4294967295 ") and ours == [theirs] * len(ours)


def shown(said: tuple[str, ...], folder: Path) -> bytes:
    """What statements show of each given text in each item: the same in all targets as under
    cobc."""
    given = tuple(f'"{one}"' for one in GIVEN)
    *ours, theirs = outputs(program(said, given, PICTURES), tuple(sorted(TARGETS)), folder)
    assert ours == [theirs] * len(ours)
    return theirs


def program(
    said: tuple[str, ...], given: tuple[str, ...], pictures: tuple[tuple[str, int], ...]
) -> str:
    """A program that does each statement with each item after each text was moved to its bytes."""
    items = "".join(
        RAW.format(n=nth, size=size, picture=picture)
        for nth, (picture, size) in enumerate(pictures)
    )
    statements = "".join(
        f"P{nth}-{at}.\n"
        + "".join(f"MOVE {text} TO X{nth} {one.format(n=f'N{nth}')}.\n" for text in given)
        for nth in range(len(pictures))
        for at, one in enumerate(said)
    )
    return (
        "IDENTIFICATION DIVISION. PROGRAM-ID. SEMTEST. DATA DIVISION.\nWORKING-STORAGE SECTION.\n"
        f"{items}{OTHERS}PROCEDURE DIVISION.\n{statements}STOP RUN.\n"
    )


def test_a_number_without_digits_before_its_point_is_shown_as_cobc_shows_it(
    tmp_path: Path,
) -> None:
    text = (
        "IDENTIFICATION DIVISION. PROGRAM-ID. SEMTEST. DATA DIVISION.\nWORKING-STORAGE SECTION.\n"
        "01 R PIC V99 VALUE .05. 01 S PIC SV99 VALUE -.05. 01 T PIC SV9(3) COMP-3 VALUE .007.\n"
        "PROCEDURE DIVISION.\nMAIN-P.\n    DISPLAY R ' ' S ' ' T.\n    MOVE ZERO TO R S.\n"
        "    DISPLAY R ' ' S.\n    STOP RUN.\n"
    )
    *ours, theirs = outputs(text, tuple(sorted(TARGETS)), tmp_path)
    assert theirs.splitlines()[0] == b".05 -.05 +.007"
    assert ours == [theirs] * len(ours)
