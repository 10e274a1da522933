"""BMS: what a mapset means, and the copybook it generates."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from cobolsmith import source as sources
from cobolsmith import syntax
from cobolsmith.languages.bms import Mapset, read_bms, read_mapsets, symbolic
from cobolsmith.languages.cobol import read_program

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
MAPSET = FIXTURES / "bms/SVMS01.bms"


def mapset(*cards: str) -> Mapset:
    """A mapset of cards; an X in column 72 where a card ends with a comma."""
    text = "".join(f"{card:71}X\n" if card.endswith(",") else f"{card}\n" for card in cards)
    return read_bms(sources.from_bytes(text.encode(), "TEST.bms", format="bms"))


def layout(copybook: str) -> dict[str, tuple[int, int, int]]:
    """Offset, length and occurrences of each named item below the 01 entries."""
    program = read_program(sources.from_bytes(copybook.encode(), "MAP.cpy", format="fixed"))
    return {
        item.name: (item.offset, item.length, item.occurs.maximum if item.occurs else 1)
        for item in program.items
        if item.level > 2 or item.picture
        if item.name not in ("", "FILLER")
    }


def test_the_fixture_says_what_is_on_the_screen() -> None:
    read = read_bms(sources.read(MAPSET))
    assert read.name == "SVMS01" and [one.name for one in read.maps] == ["SVMAPA", "SVMAPB"]
    enquiry = read.maps[0]
    assert enquiry.size == (24, 80) and len(enquiry.fields) == 24
    account = next(field for field in enquiry.fields if field.name == "ACCTA")
    assert (account.row, account.column, account.length) == (3, 20, 10)
    assert account.attributes == ("UNPROT", "NUM", "IC", "FSET") and account.picin == "9(10)"
    balance = next(field for field in enquiry.fields if field.name == "BALA")
    assert balance.picout == "ZZ,ZZZ,ZZZ,ZZ9.99-"
    others = next(field for field in enquiry.fields if field.name == "OTHERA")
    assert others.occurs == 5
    assert [field.name for field in enquiry.named()][:2] == ["DATEA", "ACCTA"]
    assert read.unknowns == ()


def test_a_field_remembers_where_it_is_written() -> None:
    source = sources.read(MAPSET)
    field = next(one for one in read_bms(source).maps[1].fields if one.name == "LIMITB")
    assert field.origin.path == MAPSET
    assert source.text(*field.origin.span).startswith("LIMITB   DFHMDF POS=(7,20),LENGTH=9")


def test_the_symbolic_map_has_the_layout_of_the_estates_copybook() -> None:
    generated = layout(symbolic(read_bms(sources.read(MAPSET))))
    written = layout((FIXTURES / "copy/SVMS01.cpy").read_text())
    shared = {name: place for name, place in generated.items() if name in written}
    assert shared == written
    # An occurrence's attribute byte is the one thing that the copybook by hand leaves out.
    assert generated.keys() - written.keys() == {"OTHERAA"}


def test_a_symbolic_map_reads_as_the_assembler_writes_it() -> None:
    read = mapset(
        "SET1     DFHMSD TYPE=MAP,MODE=INOUT,STORAGE=AUTO,TIOAPFX=YES,",
        "               DSATTS=(HILIGHT,COLOR)",
        "MAP1     DFHMDI SIZE=(24,80)",
        "NAME     DFHMDF POS=(1,1),LENGTH=20",
    )
    assert symbolic(read).splitlines() == [
        "       01  MAP1I.",
        "           02  FILLER PIC X(12).",
        "           02  NAMEL    COMP  PIC  S9(4).",
        "           02  NAMEF    PICTURE X.",
        "           02  FILLER REDEFINES NAMEF.",
        "             03 NAMEA    PICTURE X.",
        "           02  FILLER   PICTURE X(2).",
        "           02  NAMEI  PIC X(20).",
        "       01  MAP1O REDEFINES MAP1I.",
        "           02  FILLER PIC X(12).",
        "           02  FILLER PICTURE X(3).",
        "           02  NAMEC    PICTURE X.",
        "           02  NAMEH    PICTURE X.",
        "           02  NAMEO  PIC X(20).",
    ]


def test_occurrences_are_a_table_on_both_sides() -> None:
    read = mapset(
        "SET1     DFHMSD MODE=INOUT,STORAGE=AUTO",
        "MAP1     DFHMDI SIZE=(24,80)",
        "LINES    DFHMDF POS=(1,1),LENGTH=79,OCCURS=10",
        "MSG      DFHMDF POS=(20,1),LENGTH=60",
    )
    places = layout(symbolic(read))
    assert places["LINESI"][1] == places["LINESO"][1] == 79
    assert places["LINESI"][0] == places["LINESO"][0] == 3
    assert places["MSGI"][0] == places["MSGO"][0] == 10 * 82 + 3
    assert "DFHMS1 OCCURS 10 TIMES" in symbolic(read)


def test_a_group_has_one_attribute_and_its_gaps() -> None:
    read = mapset(
        "SET1     DFHMSD MODE=INOUT,STORAGE=AUTO",
        "MAP1     DFHMDI SIZE=(24,80)",
        "DD       DFHMDF POS=(1,1),LENGTH=2,GRPNAME=DATE",
        "MM       DFHMDF POS=(1,4),LENGTH=2,GRPNAME=DATE",
        "OTHER    DFHMDF POS=(2,1),LENGTH=1",
    )
    places = layout(symbolic(read))
    assert places["DDI"][:2] == (3, 2) and places["MMI"][:2] == (6, 2)
    assert places["OTHERI"][:2] == (11, 1)
    assert "DDL" not in places and "DATEL" in places


@pytest.mark.parametrize(
    ("mode", "names"),
    [("IN", "AL AF AA AI"), ("OUT", "AA AO"), ("INOUT", "AL AF AA AI AO")],
)
def test_the_mode_chooses_the_sides(mode: str, names: str) -> None:
    read = mapset(
        f"SET1     DFHMSD MODE={mode}",
        "MAP1     DFHMDI SIZE=(24,80)",
        "A        DFHMDF POS=(1,1),LENGTH=4",
    )
    assert layout(symbolic(read)).keys() == set(names.split())


def test_maps_without_storage_of_their_own_lie_over_the_first() -> None:
    read = mapset(
        "SET1     DFHMSD MODE=INOUT",
        "MAP1     DFHMDI SIZE=(24,80)",
        "A        DFHMDF POS=(1,1),LENGTH=40",
        "MAP2     DFHMDI SIZE=(24,80)",
        "B        DFHMDF POS=(1,1),LENGTH=4",
    )
    text = symbolic(read)
    assert "01  MAP2I REDEFINES MAP1I." in text and "01  MAP2O REDEFINES MAP2I." in text


def test_a_literal_over_two_cards_is_whole() -> None:
    first = "         DFHMDF POS=(1,1),LENGTH=60,INITIAL='IT''S THE LAST DAY"
    text = (
        "SET1     DFHMSD TYPE=MAP\n"
        "MAP1     DFHMDI SIZE=(24,80)\n"
        f"{first:71}X\n"
        "               OF JUNE && JULY'\n"
    )
    initial = f"IT'S THE LAST DAY{' ' * (71 - len(first))}OF JUNE & JULY"
    for encoding in ("utf-8", "cp037"):
        read = read_bms(sources.from_bytes(text.encode(encoding), "T.bms"))
        assert read.maps[0].fields[0].initial == initial
    accented = text.replace("LAST", "LÄST").encode("latin-1")
    read = read_bms(sources.from_bytes(accented, "T.bms"))
    assert read.maps[0].fields[0].initial == initial.replace("LAST", "LÄST")


def test_positions_lengths_and_defaults() -> None:
    read = mapset(
        "SET1     DFHMSD TYPE=MAP",
        "MAP1     DFHMDI SIZE=(10,40)",
        "A        DFHMDF POS=85,INITIAL='ABC'",
        "B        DFHMDF POS=(1,9),PICOUT='ZZ9.99-'",
        "C        DFHMDF POS=(1,9),XINIT=C1C2",
        "D        DFHMDF LENGTH=3",
    )
    fields = read.maps[0].fields
    assert (fields[0].row, fields[0].column, fields[0].length) == (3, 6, 3)
    assert [field.length for field in fields[1:]] == [7, 2, 3]
    assert [problem.kind for problem in read.unknowns] == ["position"]


def test_what_is_not_understood_is_named() -> None:
    read = mapset(
        "SET1     DFHMSD TYPE=MAP",
        "MAP1     DFHMDI SIZE=(24,80)",
        "         COPY  STDHEAD",
        "         DFHMDF POS(1,1),LENGTH=3",
        "         TITLE 'NOTHING'",
    )
    kinds = {problem.kind: problem.what for problem in read.unknowns}
    assert "COPY" in kinds["macro"] and "syntax" in kinds
    assert read_bms(sources.from_bytes(b"", "EMPTY.bms", format="bms")).maps == ()


def test_a_block_map_is_refused_by_name() -> None:
    read = mapset(
        "SET1     DFHMSD MODE=OUT,DATA=BLOCK",
        "MAP1     DFHMDI SIZE=(24,80)",
        "A        DFHMDF POS=(1,1),LENGTH=4",
    )
    assert [problem.kind for problem in read.unknowns] == ["block"]
    assert "01 " not in symbolic(read) and "MAP1: DATA=BLOCK" in symbolic(read)


def test_a_source_may_hold_several_mapsets() -> None:
    text = b"A        DFHMSD TYPE=MAP\nM        DFHMDI SIZE=(2,2)\n         DFHMSD TYPE=FINAL\n"
    found = read_mapsets(sources.from_bytes(text + text.replace(b"A ", b"B "), "T.bms"))
    assert [(one.name, len(one.maps)) for one in found] == [("A", 1), ("B", 1)]


@pytest.mark.parametrize("seed", range(4))
def test_broken_maps_are_read_without_failing(seed: int) -> None:
    rng = random.Random(seed)
    whole = MAPSET.read_bytes()
    for _ in range(150):
        text = bytearray(whole[: rng.randrange(1, len(whole))])
        for _ in range(rng.randrange(4)):
            at = rng.randrange(len(text))
            text[at : at + rng.randrange(3)] = bytes(rng.choice(b"',()=&X* \n") for _ in range(2))
        source = sources.from_bytes(bytes(text), "T.bms", format="bms")
        assert syntax.parse(source.view, "bms").lost_bytes() == ()
        assert isinstance(symbolic(read_bms(source)), str)
