"""The evidence page: self-contained, and a browser shows the diff, verdicts, branches, mutants."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib.image
import pytest

from cobolsmith.patch import FileChange, Patch
from cobolsmith.plan import Plan
from cobolsmith.report import Fill, Outcome, Report, Result
from cobolsmith.reports import REPORTS
from cobolsmith.verify import Diagnostic, Status, Verdict

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PROGRAM = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. RATES.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-LINE             PIC X(10).
       01  WS-RATE             PIC 9(03).
       PROCEDURE DIVISION.
       0000-MAIN.
           ACCEPT WS-LINE.
           IF WS-LINE = 'HIGH'
               MOVE 12 TO WS-RATE
           ELSE
               MOVE 7 TO WS-RATE.
           DISPLAY WS-RATE.
           STOP RUN.
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a refactoring, as the command line writes it."""
    folder = tmp_path_factory.mktemp("evidence")
    (folder / "RATES.cbl").write_text(PROGRAM)
    command = [sys.executable, "-m", "cobolsmith", "refactor", "scope-terminators", "RATES.cbl"]
    done = subprocess.run(
        [*command, "--format", "html"], cwd=folder, capture_output=True, check=False
    )
    assert done.stderr == b"", done.stderr.decode()
    (folder / "page.html").write_bytes(done.stdout)
    return folder / "page.html"


def browsed(page: Path, *options: str) -> str:
    browser = next(name for name in BROWSERS if shutil.which(name))
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command += [f"--user-data-dir={page.parent / 'profile'}", "--window-size=1200,1400"]
    done = subprocess.run(
        [*command, *options, page.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout


def words(html: str) -> str:
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_page_loads_nothing(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not re.search(r"https?://|\bsrc=|<link|@import|url\(|<script", text)


def test_a_browser_shows_the_patch_and_its_proof(page: Path) -> None:
    dom = browsed(page, "--dump-dom")
    assert re.search(r'<span class="plus">\+ +END-IF\.</span>', dom)
    said = words(dom)
    for part in ("RATES.cbl", "Verdicts", "parses passed", "compiles passed", "equivalence"):
        assert part in said, part
    assert "refactor scope-terminators" in said


def test_the_page_is_drawn_in_colour(page: Path) -> None:
    picture = page.parent / "page.png"
    browsed(page, f"--screenshot={picture}")
    pixels = (matplotlib.image.imread(picture)[:, :, :3] * 255).round().astype(int)
    assert (abs(pixels - (227, 245, 232)).sum(axis=2) < 6).sum() > 500, "no added line is drawn"


RECORD = """{
"runs": {"tried": 9, "recorded": 1, "kept": [{"name": "one"}]}, "settings": {"seed": 4},
"programs": {"old": {"sha256": "aa11"}, "new": {"sha256": "bb22"}}, "tools": {"cobc": "3.1.2"},
"masks": [{"field": "WS-DATE", "times": 2}], "stated": [], "mocked": ["SVS900"], "differences": [],
"change": {"old": {"branches": []}, "new": {"branches": [
{"label": "IF true", "line": 10, "taken": true},
{"label": "IF false", "line": 10, "taken": false}]}}, "mutants": [
{"side": "new", "line": 11, "what": "12 -> 13", "text": "MOVE 13", "killed_by": "run 3"},
{"side": "new", "line": 13, "what": "7 -> 8", "text": "MOVE 8", "killed_by": ""}]}"""


def test_branches_mutants_and_fills_are_told_and_nothing_breaks_out() -> None:
    path = Path("/shop/<b>.cbl")
    change = Patch((FileChange(path, b"<i>old</i>\n", b"<i>new</i>\n"),))
    verdict = Verdict("equivalence", Status.PASSED, evidence=("9 runs",), records=(RECORD,))
    fill = Fill(("move_statement",), "say <so>", "MOVE 1 TO A", "model", -0.25)
    found = (Diagnostic(path, 3, 0, "a <finding>", "warning", "x", remedy="do <that>"),)
    outcome = Outcome(
        path, Result.VERIFIED, found, (Plan("<plan>", ()),), change, (verdict,), fills=(fill,)
    )
    page = REPORTS["html"](Report("fix", Path("/shop"), (outcome,))).decode()
    assert "<b>" not in page and "<i>" not in page and "<so>" not in page and "<that>" not in page
    said = words(page)
    assert "1 of 2 noticed" in said
    assert "new 10 IF false no" in said and "new 11 12 -&gt; 13 MOVE 13 run 3" in said
    assert "masked, never assigned: WS-DATE" in said and "mocked: CALL SVS900" in said
    assert "move_statement say &lt;so&gt; model -0.25 MOVE 1 TO A" in said


def test_an_empty_report_is_a_page() -> None:
    assert "nothing to do" in words(REPORTS["html"](Report("check", Path("/shop"), ())).decode())
