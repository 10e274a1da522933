"""Sentences in the program's own names: places, conditions and statements as they are said, what
is asked where they can't be, and the sentences that a question offers."""

from __future__ import annotations

from pathlib import Path

import pytest
from tickets import FERRY, added
from typer.testing import CliRunner

from cobolsmith.cli import app
from cobolsmith.implement import DoubtError, Request, implement
from cobolsmith.job import Options
from cobolsmith.report import Outcome, Result


@pytest.fixture
def ferry(tmp_path: Path) -> Path:
    path = tmp_path / "FERRY.cbl"
    path.write_text(FERRY)
    return path


def asked(path: Path, sentence: str, runs: int = 0) -> Outcome:
    return implement(Request(sentence), path, Options(runs=runs)).outcomes[0]


def line(text: str, nth: int = 1) -> int:
    """The line of the nth line of the program that has a text."""
    return [no for no, one in enumerate(FERRY.split("\n"), 1) if text in one][nth - 1]


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        (
            "After each SET WS-QUAY-OPEN TO TRUE, display 'OPEN AGAIN' and TR-PIER",
            ["DISPLAY 'OPEN AGAIN ' TR-PIER"] * 2,
        ),
        (
            "At the start of 1000-TRIP, move 'LARGE' to WS-NOTE when TR-FARE > 100 AND "
            "NOT TR-SINGLE",
            ["IF TR-FARE > 100 AND NOT TR-SINGLE", "MOVE 'LARGE' TO WS-NOTE", "END-IF"],
        ),
        (
            "At the end of 2000-RETURN add 2.50 to WS-DUE unless TR-PIER is 'NORTH'.",
            ["IF TR-PIER NOT = 'NORTH'", "ADD 2.50 TO WS-DUE"],
        ),
        (
            "Add a counter WS-RETURNS PIC 9(05). Whenever 2000-RETURN is performed, add 1 to "
            "WS-RETURNS. At the end of 9000-TOTALS, display 'RETURNS' and WS-RETURNS.",
            [
                "01 WS-RETURNS PIC 9(05) VALUE ZERO.",
                "ADD 1 TO WS-RETURNS",
                "DISPLAY 'QUAYS OPENED ' WS-OPENED-OUT",
                "DISPLAY 'RETURNS ' WS-RETURNS.",
            ],
        ),
        (
            f"Before line {line('MOVE TR-PIER')}: subtract 1 from WS-DUE and set WS-QUAY-CLOSED",
            ["SUBTRACT 1 FROM WS-DUE", "SET WS-QUAY-CLOSED TO TRUE"],
        ),
        (
            "After DISPLAY 'QUAYS OPENED ' WS-OPENED-OUT, display 'THAT IS ALL'",
            ["DISPLAY 'QUAYS OPENED ' WS-OPENED-OUT", "DISPLAY 'THAT IS ALL'."],
        ),
        (
            "In 1000-TRIP, display 'FAR' and TR-FARE when TR-PIER = 'SOUTH'",
            ["IF TR-PIER = 'SOUTH'", "DISPLAY 'FAR ' TR-FARE", "END-IF"],
        ),
        (
            "At the end of 2000-RETURN, compute WS-DUE as TR-FARE times 3 less 0.50",
            ["COMPUTE WS-DUE = TR-FARE * 3 - 0.50."],
        ),
        (
            "At the start of 1000-TRIP, DIVIDE TR-FARE BY 2 GIVING WS-DUE when TR-SINGLE",
            ["IF TR-SINGLE", "DIVIDE TR-FARE BY 2 GIVING WS-DUE", "END-IF"],
        ),
    ],
)
def test_statements_go_where_a_sentence_says(ferry: Path, sentence: str, lines: list[str]) -> None:
    found = [" ".join(one.split()) for one in added(asked(ferry, sentence))]
    assert [one for one in found if one != "END-IF"] == [one for one in lines if one != "END-IF"]


def test_what_happens_in_two_places_is_logged_in_both(ferry: Path) -> None:
    outcome = asked(ferry, "Display 'QUAY OPENED' and the pier whenever a quay is opened", 40)
    assert added(outcome) == ["DISPLAY 'QUAY OPENED ' TR-PIER"] * 2
    assert outcome.result is Result.VERIFIED, outcome.reasons


TRIPLOG = (
    "Add a counter WS-RETURNS PIC 9(05). At the end of 2000-RETURN, write TR-PIER, TR-KIND and "
    "TR-FARE to a new file TRIPLOG and add 1 to WS-RETURNS. At the end of 9000-TOTALS, write "
    "'ALL' and WS-RETURNS to the file TRIPLOG."
)


def test_lines_of_a_new_file_are_written_in_two_places(ferry: Path) -> None:
    outcome = asked(ferry, TRIPLOG, 40)
    assert outcome.result is Result.VERIFIED, outcome.reasons
    found = [" ".join(one.split()) for one in added(outcome)]
    assert found[found.index("CLOSE TRIPLOG-FILE") :] == [
        "CLOSE TRIPLOG-FILE",
        "END-IF",
        "MOVE TR-FARE TO WS-TRIPLOG-FARE",
        "STRING TR-PIER ' ' TR-KIND ' ' WS-TRIPLOG-FARE",
        "DELIMITED BY SIZE INTO TRIPLOG-LINE",
        "WRITE TRIPLOG-LINE",
        "ADD 1 TO WS-RETURNS.",
        "DISPLAY 'QUAYS OPENED ' WS-OPENED-OUT",
        "MOVE SPACES TO TRIPLOG-LINE",
        "STRING 'ALL' ' ' WS-RETURNS",
        "DELIMITED BY SIZE INTO TRIPLOG-LINE",
        "WRITE TRIPLOG-LINE.",
    ]
    assert "01 TRIPLOG-LINE PIC X(15)." in found


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "Before OPEN INPUT TRIPS OUTPUT BILLS, write 'BEGIN' to a new file TRIPLOG",
            "not open yet",
        ),
        ("After CLOSE TRIPS BILLS, write 'END' to a new file TRIPLOG", "closed already"),
        ("At the end of 9000-TOTALS, compute WS-DUE as WS-NOTE times 2", "WS-NOTE is no number"),
        ("At the end of 9000-TOTALS, DIVIDE WS-DOO BY 2 GIVING WS-DUE", "FERRY has no WS-DOO"),
        (
            "At the end of paragraph 2500-RETURN, display 'X'",
            "no paragraph 2500-RETURN; 2000-RETURN",
        ),
        ("Before line 2, display 'X'", "no statement of FERRY begins on line 2"),
        ("After WRITE TR-REC, display 'X'", "FERRY has no statement WRITE TR-REC"),
        ("After SET WS-QUAY-OPEN TO TRUE, display 'X'", "each SET WS-QUAY-OPEN TO TRUE means all"),
        ("In 2000-RETURN, display 'X' and WS-DUE", "at the start of 2000-RETURN or at the end"),
        (
            "At the start of 1000-TRIP, display 'X' and WS-DEW",
            "nothing in FERRY is called 'WS-DEW'",
        ),
        ("At the start of 1000-TRIP, add 'A' to WS-NOTE", "WS-NOTE is no number"),
        (
            "At the start of 1000-TRIP, move TR-PIER to WS-DUE",
            "TR-PIER is text and WS-DUE a number",
        ),
        ("At the start of 1000-TRIP, move 'ABCDEFGHI' to WS-NOTE", "can't hold 'ABCDEFGHI'"),
        ("At the end of 1000-TRIP in 2000-RETURN, display 'X'", "two places are named"),
        ("In 2000-RETURN, display 'X' at the end of 1000-TRIP", "two places are named"),
        (
            "In 3000-SINGLE, default TR-PIER to 'NORTH' when it is blank",
            "not In 3000-SINGLE: which",
        ),
    ],
)
def test_what_can_t_be_put_there_is_asked_about(ferry: Path, sentence: str, question: str) -> None:
    outcome = asked(ferry, sentence)
    assert outcome.patch is None, added(outcome)
    assert question in outcome.findings[0].message


@pytest.mark.parametrize(
    "sentence",
    [
        "Total TR-FARE when TR-RETURN and show the total at the end as 'RETURNS'",
        "Add up TR-FARE of all records where TR-RETURN and show the sum at the end as 'RETURNS'",
        "Display 'FAR' and TR-FARE of the returns in 1000-TRIP",
        "At the end of 1000-TRIP, display 'FAR' and TR-FARE TR-PIER",
    ],
)
def test_what_stands_beside_a_name_is_not_passed_over(ferry: Path, sentence: str) -> None:
    outcome = asked(ferry, sentence)
    assert outcome.patch is None, added(outcome)


def test_a_bound_of_a_table_is_not_raised_without_it(ferry: Path) -> None:
    outcome = asked(ferry, "Raise the number of piers that may be seen from 20 to 30")
    assert outcome.patch is None
    assert "WS-PIER OCCURS 20 TIMES" in outcome.findings[0].message
    assert added(asked(ferry, "Change the number of piers that may be seen from 20 to 10"))


def test_where_not_all_come_by_is_no_place_for_all(ferry: Path) -> None:
    single = FERRY.replace("COMPUTE WS-DUE = TR-FARE * 2", "MOVE 9 TO WS-DUE")
    ferry.write_text(single)
    sentence = "Display 'DEAR' and the pier when the fare exceeds 100"
    outcome = asked(ferry, sentence)
    assert outcome.patch is None
    assert "3000-SINGLE, where not all come by" in outcome.findings[0].message

    chosen = implement(Request(sentence), ferry, Options(runs=0), lambda doubt, _: doubt.choices[0])
    assert added(chosen.outcomes[0])[0] == "IF TR-FARE > 100"


def test_a_word_is_no_paragraph(ferry: Path) -> None:
    ferry.write_text(FERRY.replace("9000-TOTALS", "TOTALS"))
    sentence = "Count the return trips and show the count in the totals as 'RETURNS'"
    assert added(asked(ferry, sentence))[0].startswith("01  WS-RETURNS")


def test_a_question_offers_sentences_that_are_planned(ferry: Path) -> None:
    outcome = asked(
        ferry, "The harbour master would love to know about QUAYS COMING TO LIFE, opened"
    )
    assert outcome.result is Result.REFUSED
    offered = [one.strip() for one in outcome.reasons if one.startswith("  ")]
    assert any("QUAYS COMING TO LIFE" in one for one in offered)
    assert offered and all(asked(ferry, one).patch is not None for one in offered)


def test_another_sentence_may_be_said_instead(ferry: Path) -> None:
    said: list[tuple[str, ...]] = []

    def answer(doubt: DoubtError, offered: object) -> str:
        said.append((doubt.what, *doubt.choices))
        return "At the start of 1000-TRIP, display 'TRIP'" if len(said) == 1 else ""

    report = implement(Request("Make it nicer"), ferry, Options(runs=0), answer)
    assert added(report.outcomes[0]) == ["DISPLAY 'TRIP'"]
    assert said == [("this asks for nothing that can be planned",)]


def test_a_place_is_chosen_among_several(ferry: Path) -> None:
    second = line("SET WS-QUAY-OPEN", 2)

    def answer(doubt: DoubtError, offered: object) -> str:
        return next((one for one in doubt.choices if str(second) in one), "")

    request = Request("After SET WS-QUAY-OPEN TO TRUE, display 'OPEN AGAIN'")
    outcome = implement(request, ferry, Options(runs=0), answer).outcomes[0]
    assert outcome.patch is not None
    after = outcome.patch.files[0].after.decode().split("\n")
    assert [no for no, one in enumerate(after, 1) if "OPEN AGAIN" in one] == [second + 1]


def test_forms_of_a_program_are_planned_in_it(ferry: Path) -> None:
    shown = CliRunner().invoke(app, ["implement", "--forms", str(ferry)])
    assert shown.exit_code == 0, shown.output
    sentences = shown.output.strip().split("\n")
    assert any("new file NEWFILE" in one for one in sentences) and len(sentences) > 5
    assert all(asked(ferry, one).patch is not None for one in sentences)
