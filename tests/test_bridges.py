"""Ties no source states alone: CICS files, paths, joined files, maps without a copybook."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cobolsmith.estate.calls import calls
from cobolsmith.estate.impact import impact
from cobolsmith.estate.index import Index, read_index
from cobolsmith.scan import scan

ONLINE = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. ONLINE.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
           COPY SCREENS.
       01  WS-STOCK.
           05  WS-PART PIC X(6).
           05  WS-ON-HAND PIC 9(4).
       PROCEDURE DIVISION.
       MAIN-PARA.
           EXEC CICS READ FILE('STOCK') INTO(WS-STOCK) RIDFLD(WS-PART)
           END-EXEC
           MOVE WS-ON-HAND TO QTYO
           EXEC CICS SEND MAP('PARTMAP') MAPSET('SCREENS') END-EXEC
           EXEC CICS RETURN END-EXEC.
"""
SCREENS = """\
SCREENS  DFHMSD TYPE=&SYSPARM,MODE=INOUT,LANG=COBOL,TIOAPFX=YES
PARTMAP  DFHMDI SIZE=(24,80)
QTY      DFHMDF POS=(1,1),LENGTH=4,ATTRB=PROT
         DFHMSD TYPE=FINAL
         END
"""
BATCH = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. BATCH.
       ENVIRONMENT DIVISION.
       CONFIGURATION SECTION.
       REPOSITORY. FUNCTION ROUNDUP.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT STOCK-FILE ASSIGN TO PARTS.
       DATA DIVISION.
       FILE SECTION.
       FD  STOCK-FILE.
       01  STOCK-REC.
           05  ST-PART PIC X(6).
           05  ST-QTY PIC 9(4).
       WORKING-STORAGE SECTION.
       77  WS-BOXES PIC 9(4).
       PROCEDURE DIVISION.
       MAIN-PARA.
           OPEN INPUT STOCK-FILE
           READ STOCK-FILE
           COMPUTE WS-BOXES = ROUNDUP(ST-QTY)
           CLOSE STOCK-FILE
           GOBACK.
"""
JOB = """\
//NIGHT    JOB 1
//PATHS    EXEC PGM=IDCAMS
//SYSIN    DD *
  DEFINE ALTERNATEINDEX (NAME(SHOP.STOCK.BYQTY) -
         RELATE(SHOP.STOCK.MASTER) KEYS(4 6))
  DEFINE PATH (NAME(SHOP.STOCK.VIEW) -
         PATHENTRY(SHOP.STOCK.BYQTY))
/*
//CSD      EXEC PGM=DFHCSDUP
//SYSIN    DD *
  DEFINE FILE(STOCK) GROUP(SHOP)
         DSNAME(SHOP.STOCK.MASTER)
  DEFINE TRANSACTION(PRTS) GROUP(SHOP) PROGRAM(ONLINE)
/*
//LIST     EXEC PGM=BATCH
//PARTS    DD DSN=SHOP.STOCK.VIEW,DISP=SHR
//JOIN     EXEC PGM=SORT
//SORTJNF1 DD DSN=SHOP.STOCK.MASTER,DISP=SHR
//SORTJNF2 DD DSN=SHOP.PRICES,DISP=SHR
//SORTOUT  DD DSN=SHOP.PRICED,DISP=(NEW,CATLG)
//SYSIN    DD *
  JOINKEYS FILE=F1,FIELDS=(7,4,A)
  JOINKEYS FILE=F2,FIELDS=(9,2,A)
  REFORMAT FIELDS=(F1:1,10,F2:1,8)
  SORT FIELDS=COPY
/*
"""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    shop = tmp_path_factory.mktemp("shop")
    sources = {"ONLINE.cbl": ONLINE, "SCREENS.bms": SCREENS, "BATCH.cbl": BATCH, "NIGHT.jcl": JOB}
    for name, text in sources.items():
        (shop / name).write_text(text)
    scan(shop, jobs=1)
    with read_index(shop / ".cobolsmith" / "estate.db") as held:
        yield held


def rows(index: Index, name: str, title: str) -> set[tuple[str, str, str]]:
    """How sure, how and where of a section of an impact."""
    found = next(section for section in impact(index, name).sections if section.title == title)
    return {(row[0], row[1], row[3]) for row in found.rows}


def test_a_cics_file_leads_to_its_data_set_and_by_a_path_to_batch(index: Index) -> None:
    assert ("likely", "allocates", "NIGHT.jcl:16") in rows(index, "WS-ON-HAND", "jobs")
    assert any(where == "BATCH.cbl:21" for _, _, where in rows(index, "WS-ON-HAND", "goes on to"))


def test_a_batch_field_leads_back_to_the_program_online(index: Index) -> None:
    found = rows(index, "ST-QTY", "goes on to")
    assert ("likely", "moved to (MOVE)", "ONLINE.cbl:13") in found


def test_a_key_of_joinkeys_is_of_one_file(index: Index) -> None:
    cards = rows(index, "WS-ON-HAND", "sort cards")
    assert ("likely", "in JOINKEYS", "NIGHT.jcl:22") in cards
    assert not {where for _, _, where in cards} & {"NIGHT.jcl:23"}


def test_a_symbolic_map_that_no_file_has_is_made_from_its_mapset(index: Index) -> None:
    assert index.rows("SELECT * FROM unknowns") == []
    assert ("sure", "writes (MOVE)", "ONLINE.cbl:13") in rows(index, "QTYO", "uses")
    assert ("likely", "as QTYO", "SCREENS.bms:3") in rows(index, "QTYO", "maps")
    other = rows(index, "QTYL", "uses")
    assert ("sure", "writes (MOVE)", "ONLINE.cbl:13") not in other


def test_a_function_of_the_users_is_a_call(index: Index) -> None:
    called = calls(index).sections[0].rows
    assert [row[:2] for row in called] == [("BATCH", "ROUNDUP")]


def test_a_transaction_is_defined_to_start_a_program(index: Index) -> None:
    said = [tuple(row) for row in index.rows("SELECT kind, name, target FROM resources")]
    assert ("TRANSACTION", "PRTS", "ONLINE") in said
