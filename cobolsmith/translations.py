"""`cobolsmith translate DIR`: all programs of a folder, each into a package of its own.

Packages lie side by side with what they share: runtime, and a class for each record that several
places have from one copybook. Where two sources have programs of one name, each of these, and each
program that calls one of them, is translated by itself into a folder named by its path.

What came of each is kept in translations.json of the folder written to, with a fingerprint of the
program and of all that COPY or CALL may bring in: what hasn't changed since isn't done again, so a
run that was interrupted goes on where it was. index.html tells the same to people.
"""

from __future__ import annotations

import html
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from cobolsmith import config as configuration
from cobolsmith import jobscripts
from cobolsmith import source as sources
from cobolsmith.checks.equivalence import Tick, silent
from cobolsmith.checks.prepare import SUPPLIED
from cobolsmith.errors import CobolsmithError, UsageError
from cobolsmith.estate import PROGRAM_SUFFIXES
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.report import Outcome, Report, Result
from cobolsmith.scan.cobol import dd_name
from cobolsmith.scan.listing import listed, members
from cobolsmith.source import Source
from cobolsmith.surveys import Together, surveyed
from cobolsmith.targets import TARGETS
from cobolsmith.targets.jobs import RUNTIME, runtime
from cobolsmith.translation import Wish, translate

KEPT = "translations.json"
_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Translation to {target}</title><style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2em; max-width: 70em }}
td, th {{ text-align: left; padding: 0.2em 1em 0.2em 0; vertical-align: top }}
.verified {{ color: #1a7f37 }} .refused {{ color: #b42318 }} .unverified {{ color: #9a6700 }}
</style></head><body><h1>Translation to {target}</h1><p>{counts}</p><table>
<tr><th>program</th><th>result</th><th>evidence or reason</th></tr>
{rows}
</table></body></html>
"""


def translate_estate(
    folder: Path,
    wish: Wish,
    jobs: int,
    tick: Tick | None = None,
    *,
    jcl: Sequence[Path] = (),
) -> Report:
    """Translate all programs under a folder, `jobs` at a time, and the jobs of `jcl` (files and
    folders), which run them, to scripts. Raises UsageError where there is no program."""
    home, out = folder.resolve(), wish.out.resolve()
    paths = [
        one
        for one in sorted(home.rglob("*"))
        if one.suffix.lower() in PROGRAM_SUFFIXES and one.is_file() and out not in one.parents
    ]
    if not paths:
        raise UsageError("holds no program", where=str(folder), remedy="name a folder of programs")
    shared = _shared(folder, paths, wish)
    kept = _kept(out)
    keys = {one: sha256(shared + one.read_bytes()).hexdigest() for one in paths}
    names = {one: one.relative_to(home).as_posix() for one in paths}
    waiting = [one for one in paths if kept.get(names[one], {}).get("key") != keys[one]]
    say = tick or silent
    with ProcessPoolExecutor(max(1, min(jobs, len(waiting)))) as pool:
        together = surveyed(pool, paths, wish) if waiting else Together()
        _write_shared(together, wish)
        places = {one: _place(one, names[one], together, wish.target) for one in paths}
        wishes = {
            one: replace(wish, out=out, estate=together.shelf)
            if one in together.sources
            else replace(wish, out=out / places[one])
            for one in waiting
        }
        running = {pool.submit(_one, one, wishes[one]): one for one in waiting}
        for number, future in enumerate(as_completed(running), len(paths) - len(waiting) + 1):
            path = running[future]
            say(names[path], number, len(paths))
            where = wishes[path].out.relative_to(out).as_posix()
            kept[names[path]] = _told(future.result(), keys[path], where, places[path])
            _write(out / KEPT, json.dumps(kept, indent=1, sort_keys=True))
    written = [one for one in together.sources if kept[names[one]]["written"]]
    for path in written:
        if lacking := together.lacking(path, written):
            why = f"what it calls was refused: {', '.join(lacking)}"
            kept[names[path]] |= {"result": Result.UNVERIFIED.name, "said": [why]}
    _write(out / KEPT, json.dumps(kept, indent=1, sort_keys=True))
    told = {names[one]: kept[names[one]] for one in paths}
    _write(out / "index.html", _page(wish.target, told))
    outcomes = [_outcome(one, told[names[one]]) for one in paths]
    if jcl:
        done = [one for one in paths if told[names[one]]["written"]]
        homes = {one: out / str(told[names[one]]["home"]) for one in done}
        outcomes += _jobs(home, jcl, homes, wish)
    return Report("translate", home, tuple(outcomes))


# --- Jobs -----------------------------------------------------------------------------------------


def _jobs(
    folder: Path, jcl: Sequence[Path], packages: Mapping[Path, Path], wish: Wish
) -> Iterator[Outcome]:
    """Write the jobs' scripts to the folder jobs, with what they run on."""
    place = wish.out.resolve() / "jobs"
    programs = dict(_runnable(path, package, wish) for path, package in packages.items())
    files = [file for one in jcl for file in ([one] if one.is_file() else sorted(one.rglob("*")))]
    config = configuration.load(folder)
    known = members(listed(config.root, config))

    def member(name: str) -> Source | None:
        found = known.get(name.upper())
        return sources.read(found) if found else None

    for file in files:
        if file.suffix.lower() not in jobscripts.SUFFIXES or not file.is_file():
            continue
        for script in jobscripts.scripts(file, member, programs):
            _write(place / f"{script.job.lower()}.py", script.text)
            missing = [f"{step} isn't translated: {why}" for step, why in script.refused]
            reasons = (*missing, "no run of the job was compared")
            yield Outcome(file, Result.UNVERIFIED, reasons=reasons, written=True)
    _write(place / RUNTIME, runtime().decode())


def _runnable(path: Path, package: Path, wish: Wish) -> tuple[str, jobscripts.Runnable]:
    """A translated program by its name, with its command seen from the folder jobs."""
    config = configuration.load(path)
    source = sources.read(path, encoding=config.encoding, format=config.format)
    library = Library((*wish.copybooks, *config.copybook_paths(path.parent), SUPPLIED))
    program = read_programs(source, library, std="default")[0]
    seen = {sys.executable: "{python}", str(wish.out.resolve()): "{here}/.."}
    command = [*TARGETS[wish.target].command(package, program.name)]
    for place, said in seen.items():
        command = [part.replace(place, said) for part in command]
    organised = {dd_name(one.assign or one.name): one.organization for one in program.files}
    return program.name.upper(), jobscripts.Runnable(tuple(command), organised)


def _write_shared(together: Together, wish: Wish) -> None:
    """Write what belongs to no single program; what stands in for a missing one isn't replaced, as
    it may have been written by now."""
    out = wish.out.resolve()
    if together.sources:
        for name, data in together.common(wish.target).items():
            _write(out / name, data.decode("utf-8"))
    for name, data in together.unwritten(wish.target).items():
        if not (out / name).exists():
            _write(out / name, data.decode("utf-8"))


def _place(path: Path, name: str, together: Together, target: str) -> str:
    """The folder of a source's program in the translation; of one that is by itself its path
    without its suffix, in lower case."""
    if path in together.sources:
        return TARGETS[target].package_of(together.sources[path].programs[0])
    return Path(name).with_suffix("").as_posix().lower().replace("/", "_").replace("-", "_")


def _shared(folder: Path, paths: Sequence[Path], wish: Wish) -> bytes:
    """A fingerprint of what programs share: options, copybooks, and all programs, which may CALL
    each other."""
    config = configuration.load(folder)
    places = [one.resolve() for one in (*wish.copybooks, *config.copybook_paths())]
    copies = [one for place in places for one in sorted(place.rglob("*")) if one.is_file()]
    found = sha256(repr((wish.target, wish.settings, wish.idiomatic, config.std)).encode())
    for one in (*copies, *paths):
        found.update(one.read_bytes())
    return found.digest()


def _one(path: Path, wish: Wish) -> Outcome:
    """Translate one program; a refusal is an outcome, too."""
    try:
        return translate(path, wish).outcomes[0]
    except CobolsmithError as error:
        result = Result.TOOL_MISSING if error.exit_code == 3 else Result.REFUSED
        return Outcome(path, result, reasons=(str(error),))


# --- What is kept ---------------------------------------------------------------------------------

Told = dict[str, str | list[str] | bool]


def _told(outcome: Outcome, key: str, home: str, place: str) -> Told:
    """What is kept of a source; `home`: the folder of its packages, `place`: its own package."""
    said = [*outcome.evidence, *outcome.reasons]
    result, written = outcome.result.name, outcome.written
    about: Told = {"key": key, "home": home, "place": place}
    return about | {"result": result, "said": said, "written": written}


def _outcome(path: Path, told: Told) -> Outcome:
    result, said = Result[str(told["result"])], told["said"]
    assert isinstance(said, list)
    if result is Result.VERIFIED:
        return Outcome(path, result, evidence=tuple(said), written=True)
    return Outcome(path, result, reasons=tuple(said), written=bool(told["written"]))


def _kept(out: Path) -> dict[str, Told]:
    path = out / KEPT
    found: dict[str, Told] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def _write(path: Path, text: str) -> None:
    """Replace a file as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def _page(target: str, told: dict[str, Told]) -> str:
    counts = Counter(str(one["result"]).lower() for one in told.values())
    said = ", ".join(f"{count} {name}" for name, count in counts.most_common())
    return _PAGE.format(target=target, counts=said, rows="\n".join(_rows(told)))


def _rows(told: dict[str, Told]) -> Iterator[str]:
    for name, one in told.items():
        result, said = str(one["result"]).lower(), one["said"]
        assert isinstance(said, list)
        text = html.escape("; ".join(said))
        shown = html.escape(name)
        if one["written"]:
            shown = f'<a href="{html.escape(str(one["place"]))}/">{shown}</a>'
        yield f'<tr><td>{shown}</td><td class="{result}">{result}</td><td>{text}</td></tr>'
