"""Features from a sentence: what words mean, where a change goes, what is asked and verified."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tomllib
from contextlib import ExitStack
from html import unescape
from pathlib import Path

import pytest
from rich.console import Console

from cobolsmith import refactoring, smith
from cobolsmith.desk import Desk
from cobolsmith.errors import UsageError
from cobolsmith.implement import DoubtError, Request, implement, read_examples
from cobolsmith.implement.conditions import condition
from cobolsmith.implement.feature import plan_of, said
from cobolsmith.implement.kinds import ways
from cobolsmith.implement.planning import sketched
from cobolsmith.implement.ties import Ties
from cobolsmith.implement.vocabulary import content, of_name, stem
from cobolsmith.implement.wish import Sketch, tidy
from cobolsmith.job import Options
from cobolsmith.program import Program
from cobolsmith.recipe import Proposal, Recipe
from cobolsmith.report import Report, Result
from cobolsmith.reports import REPORTS
from cobolsmith.reports.terminal import show

ORDERS = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. ORDERS.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT ORDER-FILE ASSIGN TO ORDIN
               ORGANIZATION IS LINE SEQUENTIAL
               FILE STATUS IS WS-ORDIN-STATUS.
           SELECT REJECT-FILE ASSIGN TO ORDREJ
               ORGANIZATION IS LINE SEQUENTIAL
               FILE STATUS IS WS-ORDREJ-STATUS.
       DATA DIVISION.
       FILE SECTION.
       FD  ORDER-FILE.
       01  OR-ORDER-REC.
           05  OR-CUST-NO                  PIC X(04).
           05  OR-STATUS                   PIC X(01).
               88  OR-OPEN                 VALUE 'O'.
               88  OR-BLOCKED              VALUE 'B'.
               88  OR-URGENT               VALUE 'U'.
           05  OR-AMOUNT                   PIC 9(05)V99.
           05  OR-REGION                   PIC X(02).
           05  OR-NOTE                     PIC X(10).
       FD  REJECT-FILE.
       01  RJ-REJECT-REC.
           05  RJ-CUST-NO                  PIC X(04).
           05  RJ-REASON                   PIC X(03).
           05  RJ-AMOUNT                   PIC ZZZZ9.99.
       WORKING-STORAGE SECTION.
       01  WS-STATUSES.
           05  WS-ORDIN-STATUS             PIC X(02).
           05  WS-ORDREJ-STATUS            PIC X(02).
       01  WS-EOF-SW                       PIC X(01) VALUE 'N'.
           88  WS-EOF                      VALUE 'Y'.
       01  WS-REASON                       PIC X(03).
           88  WS-ACCEPTED                 VALUE SPACES.
       01  WS-REGION-NAME                  PIC X(10).
       01  WS-COUNTERS COMP-3.
           05  WS-READ                     PIC S9(05) VALUE ZERO.
           05  WS-BOOKED                   PIC S9(05) VALUE ZERO.
           05  WS-REJECTED                 PIC S9(05) VALUE ZERO.
       01  WS-RATE                         PIC 9V99 VALUE 0.25.
       01  WS-TAX                          PIC S9(05)V99 COMP-3.
       01  WS-EDIT                         PIC ZZZZ9.
       PROCEDURE DIVISION.
       0000-MAIN.
           OPEN INPUT ORDER-FILE
           OPEN OUTPUT REJECT-FILE
           PERFORM UNTIL WS-EOF
               READ ORDER-FILE
                   AT END SET WS-EOF TO TRUE
                   NOT AT END PERFORM 1000-ORDER
               END-READ
           END-PERFORM
           CLOSE ORDER-FILE REJECT-FILE
           PERFORM 8000-TOTALS
           STOP RUN.
       1000-ORDER.
           ADD 1 TO WS-READ
           MOVE SPACES TO WS-REASON
           PERFORM 2000-TEST THRU 2000-EXIT
           IF WS-ACCEPTED
               PERFORM 3000-BOOK
           ELSE
               PERFORM 4000-REJECT
           END-IF.
       2000-TEST.
           IF OR-AMOUNT = ZERO
               MOVE 'E01' TO WS-REASON
               GO TO 2000-EXIT
           END-IF
           IF OR-BLOCKED AND OR-AMOUNT > 100.00
               MOVE 'E02' TO WS-REASON
               GO TO 2000-EXIT
           END-IF.
       2000-EXIT.
           EXIT.
       3000-BOOK.
           ADD 1 TO WS-BOOKED
           COMPUTE WS-TAX = OR-AMOUNT * WS-RATE
           EVALUATE OR-REGION
               WHEN 'NO'
                   MOVE 'NORTH' TO WS-REGION-NAME
               WHEN 'SO'
                   MOVE 'SOUTH' TO WS-REGION-NAME
               WHEN OTHER
                   MOVE 'ELSEWHERE' TO WS-REGION-NAME
           END-EVALUATE
           DISPLAY 'BOOKED ' OR-CUST-NO ' ' WS-REGION-NAME OR-NOTE.
       4000-REJECT.
           ADD 1 TO WS-REJECTED
           MOVE SPACES TO RJ-REJECT-REC
           MOVE OR-CUST-NO TO RJ-CUST-NO
           MOVE WS-REASON TO RJ-REASON
           MOVE OR-AMOUNT TO RJ-AMOUNT
           WRITE RJ-REJECT-REC.
       8000-TOTALS.
           MOVE WS-READ TO WS-EDIT
           DISPLAY 'ORDERS READ      ' WS-EDIT
           MOVE WS-REJECTED TO WS-EDIT
           DISPLAY 'ORDERS REJECTED  ' WS-EDIT.
"""
URGENT = "Reject an order when it is urgent and the amount exceeds 500 with reason code E03"
SPEC = """\
# Urgent orders

Reject an order when it is urgent and the amount
exceeds 500 with reason code E03.

## Example: over the limit
Given ORDIN
| OR-CUST-NO | OR-STATUS | OR-AMOUNT | OR-REGION |
|------------|-----------|-----------|-----------|
| C001       | U         | 500.00    | NO        |
| C002       | U         | 500.01    | NO        |
Expect ORDREJ
```
C002E03  500.01
```
Expect STDOUT loses
```
BOOKED C002 NORTH
ORDERS REJECTED      0
```
Expect STDOUT gains
```
ORDERS REJECTED      1
```
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "ORDERS.cbl").write_text(ORDERS)
    return folder


@pytest.fixture(scope="module")
def program(shop: Path) -> Program:
    """The program, read."""
    work = smith.prepared([shop / "ORDERS.cbl"], Options())
    return Desk(work.job).programs(work.inputs[0])[0]


def planned(shop: Path, sentence: str) -> tuple[Sketch, str]:
    """What a sentence leads to: the sketch and the program after it."""
    work = smith.prepared([shop / "ORDERS.cbl"], Options())
    desk, path = Desk(work.job), work.inputs[0].path
    recipe = Recipe("implement", "", lambda _: Proposal(), "stated")
    with ExitStack() as closing:
        asked = refactoring.Asked(recipe, work.job, (path,), {}, closing)
        read = desk.programs(desk.source(path))[0]
        sketch, _ = sketched(ways(tidy(sentence))[0], read, asked.setting(desk), {})
    plan = plan_of(sketch, ways(tidy(sentence))[0], Ties(read))
    (way,) = refactoring.ways(work.job, desk, [plan])
    (file,) = refactoring.changed_by(desk, [plan], way).files
    return sketch, file.after.decode()


def lines_of(text: str) -> list[str]:
    """The lines that the change has put in."""
    old = ORDERS.split("\n")
    return [line.strip() for line in text.split("\n") if line not in old]


# --- Words and conditions ---------------------------------------------------------------------


def test_words_of_sentences_and_names_come_to_one_form() -> None:
    assert stem("blocked") == stem("blocks") == stem("frozen")
    assert of_name("AM-ACCT-NO") == frozenset(content("account number"))
    assert content("the amounts of all rejected orders") == ("amount", stem("reject"), "order")


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("the order is frozen", "OR-BLOCKED"),
        ("the order is not blocked", "NOT OR-BLOCKED"),
        ("it is urgent or blocked", "OR-URGENT OR OR-BLOCKED"),
        ("the amount is at least 1,000.50", "OR-AMOUNT NOT < 1000.50"),
        ("the amount is 20 or less", "OR-AMOUNT NOT > 20"),
        ("the amount is between zero and nothing", None),
        ("the region is 'NO' and the note is blank", "OR-REGION = 'NO' AND OR-NOTE = SPACES"),
        ("the region is 'NORTHERN'", None),
        ("the amount exceeds 100000", None),
        ("the note exceeds 5 elephants", None),
        ("the note exceeds 5", None),
        ("the customer number is not numeric", "OR-CUST-NO NOT NUMERIC"),
        ("OR-AMOUNT is zero", "OR-AMOUNT = ZERO"),
        ("the moon is full", None),
    ],
)
def test_conditions(program: Program, phrase: str, text: str | None) -> None:
    if text is None:
        with pytest.raises(DoubtError):
            condition(phrase, Ties(program))
    else:
        assert condition(phrase, Ties(program)).text == text


def test_what_comes_in_is_preferred_to_what_goes_out(program: Program) -> None:
    ties = Ties(program)
    assert condition("the customer number is 'C001'", ties).text == "OR-CUST-NO = 'C001'"
    assert ties.found[0].name == "OR-CUST-NO"
    assert "uses" in str(ties.found[0])


def test_an_answer_settles_what_a_phrase_means(program: Program) -> None:
    ties = Ties(program, {"it": "RJ-REASON"})
    assert ties.item("it").name == "RJ-REASON"


def test_what_lies_in_a_table_is_no_value(tmp_path: Path) -> None:
    table = "       01  SHADES.\n           05  SHADE PIC X(03) OCCURS 9.\n"
    text = ORDERS.replace("       PROCEDURE DIVISION", f"{table}       PROCEDURE DIVISION", 1)
    (tmp_path / "ORDERS.cbl").write_text(text)
    work = smith.prepared([tmp_path / "ORDERS.cbl"], Options())
    (program,) = Desk(work.job).programs(work.inputs[0])
    with pytest.raises(DoubtError, match="nothing in ORDERS is called 'the shade'"):
        Ties(program).item("the shade")


# --- Plans ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        (
            URGENT,
            [
                "IF OR-URGENT AND OR-AMOUNT > 500",
                "MOVE 'E03' TO WS-REASON",
                "GO TO 2000-EXIT",
                "END-IF",
            ],
        ),
        (
            "The region must not be blank; otherwise reject with reason code E04",
            ["IF OR-REGION = SPACES", "MOVE 'E04' TO WS-REASON", "GO TO 2000-EXIT", "END-IF"],
        ),
        (
            "If the note is blank, use 'NONE'",
            ["IF OR-NOTE = SPACES", "MOVE 'NONE' TO OR-NOTE", "END-IF"],
        ),
        (
            "When an order comes without a note, take 'NONE'",
            ["IF OR-NOTE = SPACES", "MOVE 'NONE' TO OR-NOTE", "END-IF"],
        ),
        (
            "Orders of region 'EA' get the region name 'EAST'",
            ["WHEN 'EA'", "MOVE 'EAST' TO WS-REGION-NAME"],
        ),
        (
            "Count the urgent orders that are booked and show the number as 'ORDERS URGENT'",
            [
                "05  WS-URGENT                   PIC S9(05) VALUE ZERO.",
                "IF OR-URGENT",
                "ADD 1 TO WS-URGENT",
                "END-IF",
                "DISPLAY 'ORDERS REJECTED  ' WS-EDIT",
                "MOVE WS-URGENT TO WS-EDIT",
                "DISPLAY 'ORDERS URGENT    ' WS-EDIT.",
            ],
        ),
        (
            "Log 'REFUSED' and the customer number whenever an order is rejected",
            ["DISPLAY 'ORDERS REFUSED ' OR-CUST-NO"],
        ),
        ("For region 'EA' show 'EAST'", ["WHEN 'EA'", "MOVE 'EAST' TO WS-REGION-NAME"]),
        ("Raise the rate from 0.25 to 0.30", None),
        ("Round the tax", ["COMPUTE WS-TAX ROUNDED = OR-AMOUNT * WS-RATE"]),
    ],
)
def test_plans_stand_beside_their_siblings(
    shop: Path, sentence: str, lines: list[str] | None
) -> None:
    _, text = planned(shop, sentence)
    found = lines_of(text)
    if lines is None:
        assert found == ["01  WS-RATE                         PIC 9V99 VALUE 0.30."]
    else:
        assert [line for line in lines if line not in ORDERS] == [
            line for line in found if line not in ORDERS
        ]


def test_a_new_file_has_all_that_a_file_needs(shop: Path) -> None:
    sketch, text = planned(shop, "Also write each reject record to a new file BIGREJ")
    for line in (
        "SELECT BIGREJ-FILE ASSIGN TO BIGREJ",
        "FILE STATUS IS WS-BIGREJ-STATUS.",
        "FD  BIGREJ-FILE.",
        "05  WS-BIGREJ-STATUS            PIC X(02).",
        "OPEN OUTPUT BIGREJ-FILE",
        "CLOSE BIGREJ-FILE",
        "WRITE BIGREJ-LINE FROM RJ-REJECT-REC",
    ):
        assert line in lines_of(text)
    assert sketch.differs == ("BIGREJ",)


def test_what_is_counted_at_a_read_is_counted_where_there_is_a_record(shop: Path) -> None:
    _, text = planned(shop, "Log 'GOT' with the customer number each time an order is read")
    rows = [line.strip() for line in text.split("\n")]
    at = rows.index("DISPLAY 'ORDERS GOT ' OR-CUST-NO")
    assert rows[at - 1] == "ADD 1 TO WS-READ"


def test_a_case_that_is_there_without_a_branch_of_its_own_is_seen(tmp_path: Path) -> None:
    shared = ORDERS.replace("WHEN 'SO'\n", "WHEN 'SE'\n               WHEN 'SO'\n")
    (tmp_path / "ORDERS.cbl").write_text(shared)
    with pytest.raises(DoubtError, match="already"):
        planned(tmp_path, "For region 'SE' show 'SOUTHEAST'")


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Make it nicer", "nothing that can be planned"),
        ("Reject an order when it is purple with reason code E05", "purple"),
        ("Reject an order when it is urgent with reason code 77", "those here are like 'E01'"),
        ("Reject an order when it is urgent", "which reason is given?"),
        ("Raise the rate from 0.50 to 0.60", "stands nowhere"),
        ("Raise the rate from 0.25 to 12.5", "can't hold 12.5"),
        ("For region 'NO' show 'NORTHWEST'", "already"),
        ("Call NOSUCH with the amount whenever an order is rejected", "no program NOSUCH"),
        ("Log 'HELLO' whenever the moon is full", "moon"),
        ("Reject an order when the tax rate name is blank with reason E09", "WS-RATE.* come near"),
        (
            "Reject an order when the customer name is blank with reason E09",
            "WS-REGION-NAME.* near",
        ),
    ],
)
def test_what_is_not_understood_is_asked(shop: Path, sentence: str, question: str) -> None:
    with pytest.raises(DoubtError, match=question.replace("?", r"\?")):
        planned(shop, sentence)


def test_every_report_says_where_what_and_why_before_the_patch(shop: Path) -> None:
    report = implement(Request(URGENT), shop / "ORDERS.cbl", Options(runs=0))
    told = report.outcomes[0].plans[0].reasons
    assert [one.split(": ")[0] for one in told[:3]] == ["read as", "where", "what"]
    for tie in ("'it is urgent' is OR-URGENT", "'the amount' is OR-AMOUNT", "'E03' is WS-REASON"):
        assert any(one.startswith(f"tie: {tie}") for one in told)
    paper = Console(file=io.StringIO(), width=200)
    show(report, paper)
    assert isinstance(paper.file, io.StringIO)
    terminal = paper.file.getvalue()
    assert all(one in terminal for one in told)
    assert json.loads(REPORTS["json"](report))["outcomes"][0]["plans"][0]["reasons"] == list(told)
    page = unescape(REPORTS["html"](report).decode())
    assert all(one in page for one in told)
    assert page.index(told[1]) < page.index("+++ b/")


@pytest.mark.parametrize(
    ("sentence", "kind", "part"),
    [
        ("A new page starts after 40 lines instead of 55", "rate", ("new", "40")),
        (
            "Show at the end how many urgent orders came, as 'URGENT'",
            "total",
            ("label", "'URGENT'"),
        ),
        ("The limit is 40 rather than 55", "rate", ("old", "55")),
        ("The interest goes up to 15.5 percent", "rate", ("new", "15.5")),
        ("The fee rises from 3.50 to 4.00", "rate", ("old", "3.50")),
        ("Paper is dear: a page gets at most 40 lines instead of 55", "rate", ("what", "a page")),
    ],
)
def test_phrases_are_read_in_any_order(sentence: str, kind: str, part: tuple[str, str]) -> None:
    wish = ways(tidy(sentence))[0]
    assert wish.kind == kind
    assert wish.part(part[0]) == part[1]


def test_a_name_that_fits_less_well_is_shown_as_rejected(program: Program) -> None:
    ties = Ties(program)
    assert ties.item("the amount", given=True).name == "OR-AMOUNT"
    assert any(one.startswith("RJ-AMOUNT for 'the amount': fits") for one in ties.passed)


# --- The whole ------------------------------------------------------------------------------------


def test_a_spec_with_an_example_is_verified_written_and_then_done(tmp_path: Path) -> None:
    path = tmp_path / "ORDERS.cbl"
    path.write_text(ORDERS)
    sentence, examples = read_examples(SPEC)
    first = implement(Request(sentence, examples), path, Options(write=True))
    outcome = first.outcomes[0]
    assert outcome.result is Result.VERIFIED, outcome.reasons
    assert "1 of 1 examples" in " ".join(outcome.evidence)
    assert "IF OR-URGENT AND OR-AMOUNT > 500" in path.read_text()
    assert any(reason.startswith("tie: ") for reason in outcome.plans[0].reasons)
    again = implement(Request(sentence, examples), path, Options(write=True))
    assert again.outcomes[0].result is Result.CLEAN
    assert again.exit_code == 0


def test_examples_stay_as_recorded_runs_that_later_changes_are_run_on(tmp_path: Path) -> None:
    path, home = tmp_path / "ORDERS.cbl", tmp_path / "golden"
    path.write_text(ORDERS)
    sentence, examples = read_examples(SPEC)
    report = implement(Request(sentence, examples, tests=True), path, Options(write=True))
    assert report.outcomes[0].result is Result.VERIFIED, report.outcomes[0].reasons
    assert "1 recorded runs in golden/spec-orders-" in report.outcomes[0].evidence[-1]
    (table,) = home.glob("*.toml")
    (run,) = tomllib.loads(table.read_text())["run"]
    assert (run["program"], run["name"]) == ("ORDERS", "example: over the limit")
    given = (home / run["files"]["ORDIN"]).read_text().splitlines()
    assert given == ["C001U0050000NO", "C002U0050001NO"]
    spoilt = path.read_text().replace("OR-AMOUNT > 500", "OR-AMOUNT > 501")
    (tmp_path / "SPOILT.cbl").write_text(spoilt)
    argv = [sys.executable, "-m", "cobolsmith", "verify", str(path), str(tmp_path / "SPOILT.cbl")]
    done = subprocess.run(
        [*argv, "--golden", str(home), "--runs", "0"], capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"example: over the limit" in done.stdout + done.stderr


def test_a_test_is_never_made_of_nothing(shop: Path) -> None:
    with pytest.raises(UsageError, match="there are none"):
        implement(Request(URGENT, tests=True), shop / "ORDERS.cbl", Options())


def test_an_example_that_comes_out_otherwise_refuses_the_change(shop: Path) -> None:
    sentence, examples = read_examples(SPEC.replace("C002E03  500.01", "C001E03  500.00"))
    report: Report = implement(Request(sentence, examples), shop / "ORDERS.cbl", Options())
    outcome = report.outcomes[0]
    assert outcome.result is Result.UNVERIFIED
    assert any("ORDREJ has no record" in one for one in outcome.evidence)
    assert (shop / "ORDERS.cbl").read_text() == ORDERS


def test_an_example_in_which_nothing_is_new_proves_nothing(shop: Path) -> None:
    sentence, examples = read_examples(
        f"{URGENT}\n## Example: below\nGiven ORDIN\n| OR-STATUS | OR-AMOUNT |\n| U | 1.00 |\n"
    )
    outcome = implement(Request(sentence, examples), shop / "ORDERS.cbl", Options()).outcomes[0]
    assert outcome.result is Result.UNVERIFIED
    assert "no example shows what is new" in " ".join(outcome.reasons)


def test_a_sentence_alone_is_verified_where_runs_reach_all_that_is_new(
    shop: Path, tmp_path: Path
) -> None:
    path, sentence = shop / "ORDERS.cbl", "For region 'EA' show 'EAST'"
    unseen = implement(Request(sentence), path, Options(runs=0)).outcomes[0]
    assert unseen.result is Result.UNVERIFIED
    assert unseen.patch is not None
    assert unseen.reasons[0].startswith("equivalence: skipped")
    (tmp_path / "day.toml").write_text('[[run]]\nfiles = { ORDIN = "orders" }\n')
    (tmp_path / "orders").write_text("C001O0001000EA\nC002O0002000NO\n")
    seen = implement(Request(sentence), path, Options(runs=0, golden=tmp_path)).outcomes[0]
    assert seen.result is Result.VERIFIED, seen.reasons
    assert "take the new branch; the others are alike" in " ".join(seen.evidence)


def test_the_command_asks_and_ends_with_1(shop: Path) -> None:
    argv = [sys.executable, "-m", "cobolsmith", "implement", "Reject purple orders with reason E09"]
    done = subprocess.run(
        [*argv, "--in", "ORDERS.cbl"], cwd=shop, capture_output=True, check=False, input=b""
    )
    assert done.returncode == 1
    assert b"question" in done.stderr
    assert done.stdout == b""


def test_an_example_is_read_strictly() -> None:
    with pytest.raises(UsageError, match="no line of an example"):
        read_examples("Do it\n# Example: one\nGiven X\nsomething else\n")


def test_a_wording_means_what_it_names() -> None:
    one = "IF OR-URGENT THEN MOVE 'E03' TO WS-REASON. "
    assert said(one) == said("if or-urgent\n    move 'E03' to ws-reason\nend-if")
    assert said(one) != said(one.replace("'E03'", "'E04'"))
