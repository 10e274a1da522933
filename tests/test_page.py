"""The page: self-contained, and a real browser draws the map and shows what is clicked."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import matplotlib.image
import pytest

from cobolsmith.estate.impact import impact
from cobolsmith.estate.index import read_index
from cobolsmith.reports.page import map_page
from cobolsmith.scan import scan

FIXTURES = Path(__file__).parent.parent / "fixtures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the fixtures, their page, and the page of an answer."""
    folder = tmp_path_factory.mktemp("page")
    scan(FIXTURES, folder / "estate.db", 1)
    with read_index(folder / "estate.db") as index:
        (folder / "map.html").write_bytes(map_page(index))
        answer = impact(index, "AM-OVERDRAFT-LIMIT")
        (folder / "impact.html").write_bytes(map_page(index, answer))
    return folder


def browsed(page: Path, mark: str, *options: str) -> str:
    """What a headless browser writes to stdout when it has run a page."""
    browser = next(name for name in BROWSERS if shutil.which(name))
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command += [f"--user-data-dir={page.parent / 'profile'}", "--virtual-time-budget=3000"]
    command += ["--window-size=1500,950", *options, f"{page.as_uri()}{mark}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def words(html: str) -> str:
    """The text of a page as a reader sees it, scripts left out."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_page_loads_nothing(folder: Path) -> None:
    page = (folder / "map.html").read_text("utf-8")
    assert not re.search(r"https?://|\bsrc=|<link|@import|url\(|fetch\(|XMLHttp", page)


def test_a_program_shows_its_ties_records_and_source(folder: Path) -> None:
    dom = browsed(folder / "map.html", "#program:SVB050", "--dump-dom")
    assert 'data-ready="yes"' in dom
    said = words(dom)
    shown = re.search(r"(\d+) of (\d+) things, (\d+) ties", said)
    assert shown is not None
    assert 80 <= int(shown[1]) < int(shown[2]) >= 160  # steps and files of programs are folded
    assert int(shown[3]) >= 180
    assert re.search(r'aria-pressed="false"[^>]*>.{0,90}steps', dom)
    for text in ("SVB050", "692 lines", "SVS910 calls SVB050.cbl:396", "SVACCT copies"):
        assert text in said, text
    assert "POSTING-LINE · 132 bytes" in said
    assert "PROGRAM-ID. SVB050." in said


def test_a_copybook_shows_its_record_by_bytes(folder: Path) -> None:
    dom = browsed(folder / "map.html", "#copybook:SVACCT", "--dump-dom")
    said = words(dom)
    assert ":TAG:-ACCOUNT-REC · 160 bytes" in said
    assert "10 :TAG:-OVERDRAFT-LIMIT S9(07)V99" in said
    box = re.search(r'title="10 :TAG:-OVERDRAFT-LIMIT[^"]*bytes (\d+)-(\d+)"', dom)
    assert box is not None
    assert int(box[2]) - int(box[1]) == 4
    assert "SVB050 copies" in said


def test_an_answer_stands_beside_the_map(folder: Path) -> None:
    said = words(browsed(folder / "impact.html", "", "--dump-dom"))
    assert "impact AM-OVERDRAFT-LIMIT" in said
    assert "SVB050 4200-TEST-COVER" in said


@pytest.mark.parametrize(("theme", "blue"), [("light", (36, 88, 214)), ("dark", (122, 167, 255))])
def test_the_map_is_drawn(folder: Path, theme: str, blue: tuple[int, int, int]) -> None:
    picture = folder / f"{theme}.png"
    browsed(folder / "map.html", f"?theme={theme}", f"--screenshot={picture}")
    pixels = (matplotlib.image.imread(picture)[:, :, :3] * 255).round().astype(int)
    assert pixels.shape[1] == 1500
    map_ = pixels[100:, :1000]
    assert len({tuple(colour) for row in map_[::3] for colour in row[::3]}) > 60
    like_programs = (abs(map_ - blue).sum(axis=2) < 12).sum()
    assert like_programs > 300, "no program is drawn"


def test_a_name_can_not_break_out_of_the_page(tmp_path: Path) -> None:
    text = "       IDENTIFICATION DIVISION.\n       PROGRAM-ID. BAD.\n       PROCEDURE DIVISION.\n"
    text += "           DISPLAY '</script><b id=\"out\">'.\n"
    (tmp_path / "BAD.cbl").write_text(text)
    scan(tmp_path, tmp_path / "estate.db", 1)
    with read_index(tmp_path / "estate.db") as index:
        (tmp_path / "bad.html").write_bytes(map_page(index))
    dom = browsed(tmp_path / "bad.html", "#" + quote("program:BAD"), "--dump-dom")
    assert 'data-ready="yes"' in dom
    assert '<b id="out">' not in dom.replace("&lt;", "<!")
