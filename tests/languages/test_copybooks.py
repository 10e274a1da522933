"""COPY and REPLACE: the second text, and the way back to the file a byte came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from cobolsmith.errors import SourceError
from cobolsmith.languages.cobol.copybooks import Expansion, Library, expand
from cobolsmith.languages.cobol.reader import read_programs
from cobolsmith.source import from_bytes, read

HEAD = "       IDENTIFICATION DIVISION.\n"


def expanded(folder: Path, text: str, **books: str) -> Expansion:
    for name, body in books.items():
        (folder / f"{name}.cpy").write_text(body)
    (folder / "main.cbl").write_text(text)
    return expand(read(folder / "main.cbl"), Library())


def words(one: Expansion) -> list[str]:
    lines = one.text.data.decode().splitlines()
    return " ".join(line for line in lines if line[6:7] != "*").split()


def test_a_source_without_copy_is_its_own_text() -> None:
    source = from_bytes(HEAD.encode(), "main.cbl")
    one = expand(source, Library())
    assert (one.text.data, one.format) == (source.view, "fixed")


def test_a_copybook_stands_in_place_of_copy(tmp_path: Path) -> None:
    text = HEAD + "       01  A. COPY BOOK.  05 TAIL PIC X.\n"
    one = expanded(tmp_path, text, book="      * COMMENT\n           05 B PIC X.\n")
    assert words(one)[2:] == ["01", "A.", "05", "B", "PIC", "X.", "05", "TAIL", "PIC", "X."]
    assert [(copy.book, copy.path) for copy in one.copies] == [("BOOK", tmp_path / "book.cpy")]


def test_columns_beyond_72_do_not_come_along(tmp_path: Path) -> None:
    line = "           05 B PIC X.".ljust(72) + "BOOK0010\n"
    one = expanded(tmp_path, HEAD + "       01  A. COPY BOOK.\n", book=line)
    assert "BOOK0010" not in one.text.data.decode()


@pytest.mark.parametrize(
    ("replacing", "book", "result"),
    [
        ("==:TAG:== BY ==CUST==", "05 :TAG:-NAME PIC X.", "05 CUST-NAME PIC X."),
        ("==(TAG)== BY ==CUST==", "05 (TAG)-NAME PIC X.", "05 CUST-NAME PIC X."),
        ("NAME BY OTHER", "05 NAME PIC X. 05 NAMES PIC X.", "05 OTHER PIC X. 05 NAMES PIC X."),
        ("name by other", "05 NAME PIC X.", "05 other PIC X."),
        (
            "LEADING ==OLD== BY ==NEW==",
            "05 OLD-A PIC X. 05 XOLD PIC X.",
            "05 NEW-A PIC X. 05 XOLD PIC X.",
        ),
        ("TRAILING ==-IN== BY ==-OUT==", "05 REC-IN PIC X.", "05 REC-OUT PIC X."),
        ("==PIC X== BY ==PIC 9(3)==", "05 A PIC X VALUE 'PIC X'.", "05 A PIC 9(3) VALUE 'PIC X'."),
        ("'A' BY 'B'", "05 A PIC X VALUE 'A'.", "05 A PIC X VALUE 'B'."),
        ("==GONE== BY ====", "05 A GONE PIC X.", "05 A PIC X."),
        ("A BY B B BY A", "05 A PIC X. 05 B PIC X.", "05 B PIC X. 05 A PIC X."),
        ("F BY G OF H", "MOVE F TO K.", "MOVE G OF H TO K."),
        ("5 BY 7", "OCCURS 5 TIMES PIC 5.5.", "OCCURS 7 TIMES PIC 5.5."),
    ],
)
def test_replacing(tmp_path: Path, replacing: str, book: str, result: str) -> None:
    text = HEAD + f"       COPY BOOK REPLACING\n           {replacing}.\n"
    one = expanded(tmp_path, text, book=f"           {book}\n")
    assert words(one)[2:] == result.split()


def test_a_continued_word_is_one_word(tmp_path: Path) -> None:
    text = HEAD + "       01  A. COPY BOOK REPLACING OLD-NAME BY NEW-NAME.\n"
    book = "           05 OLD-\n      -    NAME PIC X.\n"
    assert words(expanded(tmp_path, text, book=book))[4:] == ["05", "NEW-NAME", "PIC", "X."]


def test_an_operand_goes_on_in_the_next_line(tmp_path: Path) -> None:
    text = (
        HEAD
        + "       01  A. COPY BOOK REPLACING OLD BY VERY-\n"
        + "      -    LONG OF HELD (1).\n           05 TAIL PIC X.\n"
    )
    one = expanded(tmp_path, text, book="           05 X REDEFINES OLD PIC X.\n")
    assert words(one)[-4:] == ["05", "TAIL", "PIC", "X."]
    source = from_bytes(text.encode(), "main.cbl")
    (copy,) = one.copies
    assert source.text(*copy.origin.span).endswith("LONG OF HELD (1).")


def test_a_quote_split_at_column_72_is_a_doubled_one(tmp_path: Path) -> None:
    line = '           05 B PIC X(9) VALUE "AB'
    book = line.ljust(71) + '"\n      -    ""CD".\n'
    (tmp_path / "book.cpy").write_text(book)
    (tmp_path / "main.cbl").write_text(
        HEAD + "       PROGRAM-ID. P.\n       DATA DIVISION.\n"
        "       WORKING-STORAGE SECTION.\n       01  A. COPY BOOK.\n"
    )
    (program,) = read_programs(read(tmp_path / "main.cbl"), Library())
    assert not program.problems
    assert not program.unknowns


def test_replacing_reaches_nested_copybooks(tmp_path: Path) -> None:
    text = HEAD + "       COPY OUTER REPLACING ==:T:== BY ==X==.\n"
    outer, inner = "       01 :T:-A.\n       COPY INNER.\n", "           05 :T:-B PIC X.\n"
    one = expanded(tmp_path, text, outer=outer, inner=inner)
    assert words(one)[2:] == ["01", "X-A.", "05", "X-B", "PIC", "X."]


def test_replace_holds_until_it_is_switched_off(tmp_path: Path) -> None:
    text = (
        HEAD + "       01 OLD PIC X.\n       REPLACE ==OLD== BY ==NEW==.\n"
        "       01 OLD PIC X.\n       REPLACE OFF.\n       01 OLD PIC X.\n"
    )
    one = expanded(tmp_path, text)
    assert words(one)[2:] == [
        "01",
        "OLD",
        "PIC",
        "X.",
        "01",
        "NEW",
        "PIC",
        "X.",
        "01",
        "OLD",
        "PIC",
        "X.",
    ]


def test_replaced_text_may_run_past_column_72(tmp_path: Path) -> None:
    long = "A" * 30
    book = " " * 45 + "MOVE T TO T T T.\n"
    one = expanded(tmp_path, HEAD + f"       COPY BOOK REPLACING T BY {long}.\n", book=book)
    assert one.format == "variable"
    assert words(one)[2:] == f"MOVE {long} TO {long} {long} {long}.".split()


def test_offsets_lead_back_to_the_file(tmp_path: Path) -> None:
    text = HEAD + "       01  A. COPY BOOK REPLACING ==:TAG:== BY ==CUSTOMER==.\n       01  Z.\n"
    one = expanded(tmp_path, text, book="           05 :TAG:-NAME PIC X(9).\n")
    for new, path, old in (
        (b"CUSTOMER-NAME", "book.cpy", b":TAG:-NAME"),
        (b"X(9)", "book.cpy", b"X(9)"),
        (b"A.", "main.cbl", b"A."),
        (b"Z.", "main.cbl", b"Z."),
    ):
        at = one.text.data.index(new)
        origin = one.text.origin(at, at + len(new))
        assert origin.path == tmp_path / path
        assert read(origin.path).view[origin.span.start : origin.span.end] == old


def test_a_free_copybook_in_a_fixed_program(tmp_path: Path) -> None:
    one = expanded(tmp_path, HEAD + "       COPY BOOK.\n", book="*> note\n01 A.\n02 B PIC X.\n")
    assert [line[:9] for line in one.text.data.decode().splitlines()][2:5] == [
        "       *>",
        "       01",
        "       02",
    ]


def test_a_fixed_copybook_in_a_free_program(tmp_path: Path) -> None:
    book = (
        "000100* NOTE\n000200 01  A PIC X(70) VALUE 'THIS ONE IS CONTINUED ON THE NEXT LI\n"
        "000300-    'NE'.\n"
    )
    one = expanded(tmp_path, "program-id. x.\nmove 1 to a.\ncopy book.\n", book=book)
    lines = one.text.data.decode().splitlines()
    assert "*> NOTE" in lines
    literal = next(line for line in lines if "VALUE" in line)
    assert literal.endswith("NEXT LI" + " " * 6 + "NE'.")


def test_a_missing_copybook_is_a_problem_with_a_place(tmp_path: Path) -> None:
    one = expanded(tmp_path, HEAD + "       COPY ABSENT.\n")
    (problem,) = one.problems
    assert problem.kind == "missing copybook"
    assert "ABSENT" in problem.what
    assert read(problem.origin.path).view[slice(*problem.origin.span)] == b"COPY ABSENT."
    assert b"COPY ABSENT." in one.text.data


def test_a_precompilers_own_book_is_not_missed(tmp_path: Path) -> None:
    one = expanded(tmp_path, HEAD + "           EXEC SQL INCLUDE SQLCA END-EXEC.\n")
    assert [copy.book for copy in one.copies] == ["SQLCA"]
    assert one.problems == ()


def test_an_sql_include_is_a_copy(tmp_path: Path) -> None:
    text = HEAD + "           EXEC SQL INCLUDE BOOK END-EXEC.\n"
    one = expanded(tmp_path, text, book="       01 A PIC X.\n")
    assert words(one)[2:] == ["01", "A", "PIC", "X."]


@pytest.mark.parametrize("affix", ["PREFIXING WS-", "SUPPRESS SUFFIXING '-W'"])
def test_affixes_are_an_unknown_with_a_remedy(tmp_path: Path, affix: str) -> None:
    one = expanded(tmp_path, f"       COPY PART {affix}.\n", PART="       01  NAME PIC X.\n")
    assert words(one) == ["01", "NAME", "PIC", "X."]
    (unknown,) = one.unknowns
    assert "names are read as the copybook has them" in unknown.what
    assert unknown.remedy == "use REPLACING LEADING"


def test_a_circle_of_copybooks_is_named(tmp_path: Path) -> None:
    books = {"one": "       COPY TWO.\n", "two": "       COPY ONE.\n"}
    with pytest.raises(
        SourceError, match=r"main\.cbl -> one\.cpy -> two\.cpy -> one\.cpy"
    ) as caught:
        expanded(tmp_path, HEAD + "       COPY ONE.\n", **books)
    assert caught.value.where.endswith("two.cpy:1:8")


def test_folders_and_libraries_are_searched_in_order(tmp_path: Path) -> None:
    for folder in ("first", "second", "second/lib"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "BOOK.CPY").write_text(f"      * {folder}\n")
    library = Library((tmp_path / "first", tmp_path / "second"))
    assert library.find("book", "", tmp_path) == tmp_path / "first/BOOK.CPY"
    assert library.find("BOOK.CPY", "", tmp_path) == tmp_path / "first/BOOK.CPY"
    assert library.find("BOOK", "LIB", tmp_path) == tmp_path / "first/BOOK.CPY"
    assert library.find("BOOK", "lib", tmp_path) is not None
    assert library.find("NONE", "", tmp_path) is None


def test_a_program_is_not_the_copybook_of_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "books").mkdir()
    (tmp_path / "books" / "MAIN.CPY").write_text("       01 PARMS PIC X.\n")
    (tmp_path / "OTHER.CBL").write_text("       PROGRAM-ID. OTHER.\n")
    (tmp_path / "books" / "OTHER.cpy").write_text("       01 OTHERS PIC X.\n")
    (tmp_path / "main.cbl").write_text(HEAD + "       COPY MAIN.\n       COPY OTHER.\n")
    one = expand(read(tmp_path / "main.cbl"), Library((tmp_path / "books",)))
    assert words(one)[2:] == "01 PARMS PIC X. 01 OTHERS PIC X.".split(" ")


def test_a_copybook_may_switch_formats(tmp_path: Path) -> None:
    book = "      * NOTE\n       >>SOURCE FORMAT FREE\n01 A.\n 02 B PIC X.\n"
    one = expanded(tmp_path, HEAD + "       COPY BOOK.\n       01  C PIC X.\n", book=book)
    assert " ".join(words(one)[2:]) == "01 A. 02 B PIC X. 01 C PIC X."
    assert "       01 A." in one.text.data.decode().splitlines()


@pytest.mark.parametrize(
    "text",
    [
        "COPY A REPLACING ==:X:== BY ==NEVER ENDED",
        "COPY A REPLACING B(1 BY C",
        "COPY A REPLACING",
        "COPY A REPLACING ==:X:== BY",
        "COPY A " * 3000,
    ],
)
def test_a_copy_that_never_ends_is_read_in_bounded_time(text: str) -> None:
    source = from_bytes(f"       {text}\n".encode(), Path("X.cbl"), format="free")
    assert read_programs(source, Library()) is not None
