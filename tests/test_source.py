"""Encodings, reference formats, and the map from the view back to the bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobolsmith.cards import CARDS
from cobolsmith.errors import SourceError
from cobolsmith.source import FORMATS, Source, from_bytes, read

FIXED = (
    "000100 IDENTIFICATION DIVISION.                                         DEMO0001\n"
    "000200 PROGRAM-ID. DEMO.                                                DEMO0001\n"
    "000300*    A COMMENT\n"
    "000400 PROCEDURE DIVISION.\n"
    "000500     STOP RUN.\n"
)
FREE = "identification division.\nprogram-id. demo.\n*> a comment\nprocedure division.\nstop run.\n"


def source(text: str | bytes, **options: str) -> Source:
    data = text.encode() if isinstance(text, str) else text
    return from_bytes(data, "demo.cbl", **options)


def test_utf_8_is_found_and_shown_as_single_bytes() -> None:
    one = source("       01  É PIC X.\n")
    assert one.encoding == "utf-8"
    assert one.view == b"       01  \x7f\x7f PIC X.\n"
    assert one.text() == "       01  É PIC X.\n"


def test_a_byte_order_mark_stays_in_data_and_out_of_the_view() -> None:
    one = source(b"\xef\xbb\xbf" + FIXED.encode())
    assert one.data.startswith(b"\xef\xbb\xbf")
    assert one.view == FIXED.encode()
    assert one.original(0) == 3
    assert one.text(0, 6) == "000100"


def test_bytes_that_are_not_utf_8_are_latin_1() -> None:
    one = source("       01  É PIC X.\n".encode("latin-1"))
    assert one.encoding == "latin-1"
    assert one.view == b"       01  \x7f PIC X.\n"
    assert one.text(11, 12) == "É"


@pytest.mark.parametrize(
    ("codec", "newline"), [("cp037", "\n"), ("cp037", "\x85"), ("cp1140", "\n")]
)
def test_ebcdic_with_line_ends_is_found(codec: str, newline: str) -> None:
    text = FIXED.replace("A COMMENT", "A € COMMENT" if codec == "cp1140" else "A COMMENT")
    one = source(text.replace("\n", newline).encode(codec))
    assert (one.encoding, one.format, one.newline) == (codec, "fixed", newline)
    assert one.view == text.replace("€", "\x7f").encode()
    assert one.encode("A\n") == ("A" + newline).encode(codec)


def test_ebcdic_records_without_line_ends_get_them_in_the_view_only() -> None:
    lines = FIXED.splitlines()
    one = source("".join(line.ljust(80) for line in lines).encode("cp037"))
    assert one.view == b"".join(line.ljust(80).encode() + b"\n" for line in lines)
    second = one.view.index(b"000200")
    assert second == 81
    assert one.original(second) == 80
    assert one.line_column(second) == (2, 1)
    assert one.text(second, second + 6) == "000200"
    assert one.text(79, 83) == "1\n00"
    assert one.encode("X\n") == "X".ljust(80).encode("cp037")


def test_ebcdic_without_line_ends_must_be_whole_records() -> None:
    data = "".join(line.ljust(80) for line in FIXED.splitlines()).encode("cp037")
    with pytest.raises(SourceError, match="no multiple of 80"):
        source(data[:-3])


def test_nel_ends_a_line_in_ebcdic_only() -> None:
    one = source(b"       DISPLAY '\x85'.\n       DISPLAY '\xe9'.\n")
    assert one.encoding == "latin-1"
    assert len(one.line_starts) == 3


def test_a_told_encoding_is_used() -> None:
    one = source("       01  表 PIC X.\n".encode("cp932"), encoding="cp932")
    assert one.view == b"       01  \x7f\x7f PIC X.\n"
    assert one.text() == "       01  表 PIC X.\n"


def test_new_text_must_fit_the_encoding() -> None:
    one = source("       01  É PIC X.\r\n".encode("latin-1"))
    assert one.encode("É\n") == b"\xc9\r\n"
    with pytest.raises(SourceError, match="does not exist in latin-1"):
        one.encode("€")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_are_kept(newline: str) -> None:
    one = source(FIXED.replace("\n", newline))
    assert one.newline == newline
    assert one.line_column(one.view.index(b"000300")) == (3, 1)
    assert one.encode("A\nB") == f"A{newline}B".encode()


@pytest.mark.parametrize(
    ("text", "format"),
    [
        (FIXED, "fixed"),
        (FREE, "free"),
        ("", "fixed"),
        ("       IDENTIFICATION DIVISION.\n       PROGRAM-ID. A.\n", "fixed"),
        ("\tMOVE A TO B\n", "fixed"),
        ("01 A PIC X.\n", "free"),
        ("       01 A PIC X.\n", "fixed"),
        ("       >>SOURCE FORMAT IS FREE\nidentification division.\n", "free"),
        ('      $SET SOURCEFORMAT"FREE"\nidentification division.\n', "free"),
        ("      >>SOURCE FORMAT FIXED\n       ID DIVISION.\n", "fixed"),
        ("      * a\n      * b\n       >>SOURCE FREE\nid division.\n", "fixed"),
        ("CPY001 01  A.\nCPY002     05 B PIC X.\n", "fixed"),
        ("  *> indented\n  move a to b\n  add 1 to c\n", "free"),
    ],
)
def test_the_format_is_decided_before_parsing(text: str, format: str) -> None:
    assert source(text).format == format


def test_code_running_on_past_column_72_is_variable() -> None:
    line = "           MOVE A-RATHER-LONG-NAME-FOR-AN-ITEM TO ANOTHER-RATHER-LONG-NAME-OF-THEM.\n"
    assert len(line) > 80
    text = "      * comment\n       PROCEDURE DIVISION.\n" + line * 4
    assert source(text).format == "variable"
    assert source("      * comment\n       PROCEDURE DIVISION.\n" + line).format == "fixed"


def test_the_fallback_is_taken_where_lines_say_nothing() -> None:
    assert source("\n\n", fallback="free").format == "free"


def test_areas_in_use_are_seen() -> None:
    one = source(FIXED)
    assert one.sequence_numbers
    assert not one.identification
    assert not source("       STOP RUN.\n").sequence_numbers
    full = "".join(line[:72].ljust(72) + "DEMO0001\n" for line in FIXED.splitlines())
    assert source(full).identification


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (bytes(range(32)) * 9, {}, "not text"),
        (b"\xff\xfeI\0D\0", {}, "UTF-16"),
        (b"X", {"encoding": "klingon"}, "unknown encoding 'klingon'"),
        (b"X", {"encoding": "utf-16"}, "one byte a character"),
        (b"A\n\xff", {"encoding": "utf-8"}, "byte 0xFF on line 2"),
        (b"X", {"format": "sideways"}, "unknown reference format"),
    ],
)
def test_bad_input_is_named(data: bytes, options: dict[str, str], message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        source(data, **options)
    assert caught.value.where == "demo.cbl"
    assert caught.value.remedy


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        read(tmp_path / "absent.cbl")
    with pytest.raises(SourceError, match="is a directory"):
        read(tmp_path)


def test_an_empty_file_is_a_source(tmp_path: Path) -> None:
    (tmp_path / "empty.cbl").write_bytes(b"")
    one = read(tmp_path / "empty.cbl")
    assert (one.view, one.format, one.line_column(0)) == (b"", "fixed", (1, 1))


def test_one_line_of_ten_million_bytes_is_read() -> None:
    one = source(b"A" * 10_000_000)
    assert len(one.view) == 10_000_000
    assert one.line_column(9_999_999) == (1, 10_000_000)


def test_line_spans_cover_the_view() -> None:
    one = source(FIXED)
    spans = [one.line_span(line) for line in range(1, 7)]
    assert b"".join(one.view[start:end] for start, end in spans) == one.view
    assert one.where(88) == "demo.cbl:2:8"


@given(st.binary(max_size=300).filter(lambda data: not data.startswith(b"\xef\xbb\xbf")))
def test_a_view_has_one_plain_byte_for_each_byte(data: bytes) -> None:
    try:
        one = source(data)
    except SourceError:
        return
    assert one.format in (*FORMATS, *CARDS)
    if not one.record:
        assert len(one.view) == len(data)
    assert set(one.view) <= set(range(0x20, 0x80)) | set(b"\t\n\r\f\x1a")


@given(st.text(st.characters(codec="latin-1", exclude_categories=("Cc",)), max_size=60))
def test_encoding_is_undone_by_text(text: str) -> None:
    one = source("       01  É PIC X.\n".encode("latin-1"))
    assert source(one.encode(text), encoding="latin-1").text() == text
