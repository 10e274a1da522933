"""The estate: members by name, the search path first, hidden and excluded files left out."""

from __future__ import annotations

from pathlib import Path

from cobolsmith.config import Config
from cobolsmith.estate import Estate


def test_members_by_name_and_the_first_of_a_name_wins(tmp_path: Path) -> None:
    for name in ("copy/Rates.cpy", "other/RATES.cpy", "other/FEES.copy", ".old/LOST.cpy"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "other" / "GEN.cpy").write_text("")
    config = Config(root=tmp_path, copybooks=("copy",), exclude=("other/GEN*",))
    found = Estate(config).copybooks
    assert set(found) == {"RATES", "FEES"}
    assert found["RATES"] == tmp_path / "copy" / "Rates.cpy"
