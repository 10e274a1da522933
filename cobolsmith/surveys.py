"""What the programs of a folder share: found out before any of them is translated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from cobolsmith.errors import CobolsmithError
from cobolsmith.lowered.sharing import Copied, Shelf, copied, shelf_of, shelved
from cobolsmith.lowering import lower, restricted
from cobolsmith.targets import TARGETS
from cobolsmith.translation import Wish, settings_of, strangers_of, with_called


@dataclass(frozen=True, slots=True)
class Survey:
    """A source: its programs, those that these call (with those that they call), those of them that
    are nowhere, and the records that come from copybooks."""

    programs: tuple[str, ...]
    called: frozenset[str]
    strangers: tuple[str, ...]
    copied: tuple[Copied, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """The sources whose programs can lie side by side, and the classes that they share."""

    sources: Mapping[Path, Survey] = field(default_factory=dict)
    shelf: Shelf = field(default_factory=dict)

    def common(self, target: str) -> dict[str, bytes]:
        """The files that belong to no single program."""
        words = {one.record.whole.word: one for one in self.shelf.values()}
        return TARGETS[target].common(dict(sorted(words.items())))

    def unwritten(self, target: str) -> dict[str, bytes]:
        """The files of programs that are called and are nowhere."""
        names = {name for one in self.sources.values() for name in one.strangers}
        return {
            file: data
            for name in sorted(names)
            for file, data in TARGETS[target].unwritten(name).items()
        }

    def lacking(self, path: Path, written: Iterable[Path]) -> list[str]:
        """The programs that a source calls and that weren't written."""
        there = {name for one in written for name in self.sources[one].programs}
        return sorted(self.sources[path].called - there)


def surveyed(pool: Executor, paths: Sequence[Path], wish: Wish) -> Together:
    """Lower all sources. Left out are those that are refused, those with a program whose name
    another source has too, and those that call such a one."""
    package_of = TARGETS[wish.target].package_of
    found = _all(pool, paths, wish)
    names = Counter(package_of(name) for one in found.values() for name in one.programs)
    alone = {name for name, count in names.items() if count > 1}
    while True:
        more = [one for one in found.values() if alone & set(map(package_of, one.called))]
        mine = {package_of(name) for one in more for name in one.programs}
        if mine <= alone:
            break
        alone |= mine
    paths = [path for path, one in found.items() if not alone & set(map(package_of, one.programs))]
    found = {path: found[path] for path in paths}
    shelf = _shelf(found)
    while shelf:
        found = _all(pool, paths, replace(wish, estate=shelf))
        after = _shelf(found)
        if after == shelf:
            break
        shelf = after
    return Together(found, shelf)


def _shelf(found: Mapping[Path, Survey]) -> Shelf:
    programs = (name for one in found.values() for name in one.programs)
    return shelf_of((each for one in found.values() for each in one.copied), programs)


def _all(pool: Executor, paths: Sequence[Path], wish: Wish) -> dict[Path, Survey]:
    seen = zip(paths, pool.map(partial(_survey, wish=wish), paths), strict=True)
    return {path: one for path, one in seen if one is not None}


def _survey(path: Path, wish: Wish) -> Survey | None:
    """What is in a source; None where it is refused, which `translate` will tell."""
    try:
        programs = list(with_called(path, settings_of(path, wish)))
        lowered = [shelved(one, wish.estate or {}, restricted) for one in lower(programs[0])]
    except CobolsmithError:
        return None
    own = tuple(one.name for one in programs[0])
    theirs = frozenset(one.name for found in programs[1:] for one in found)
    return Survey(own, theirs, strangers_of(programs), tuple(copied(lowered)))
