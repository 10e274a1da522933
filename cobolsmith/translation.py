"""`cobolsmith translate PROGRAM --to T --out DIR`: lowered, put into the target's words, proven.

The COBOL means what cobc takes it for with -std=default, whatever the configuration names.

Nothing is written where a construct is refused or a run shows a difference.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cobolsmith import config as configuration
from cobolsmith import patch, shell
from cobolsmith import source as sources
from cobolsmith.checks.compiles import unable, version
from cobolsmith.checks.equivalence import BuildError, CobolSide, Settings, Tick, embedded, silent
from cobolsmith.checks.equivalence.answered import answered_side, unanswered
from cobolsmith.checks.equivalence.sides import SUFFIXES, called
from cobolsmith.checks.equivalence.translated import Translated, Trial, prove_translation
from cobolsmith.checks.prepare import SUPPLIED
from cobolsmith.config import Config
from cobolsmith.errors import ToolError, UsageError
from cobolsmith.idiomatic import Asked, Translation, Tried, rewritten
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowered import Lowered, Unknown
from cobolsmith.lowered.sharing import Shelf, settled, shared_by, shelved
from cobolsmith.lowering import lower, restricted
from cobolsmith.patch import FileChange, Patch
from cobolsmith.program import Program
from cobolsmith.report import Outcome, Report, Result
from cobolsmith.source import Source
from cobolsmith.targets import TARGETS, Target
from cobolsmith.unknowns import filled, fillings, refusal
from cobolsmith.verify import Status, Verdict

NAME = "translation"
BUILD = shell.Limits(cpu_s=120, memory_mib=4096, file_mib=64, wall_s=240.0)
UNPROVEN = "Not proven: never run beside its COBOL."
RESULTS = {
    Status.PASSED: Result.VERIFIED,
    Status.FAILED: Result.REFUSED,
    Status.SKIPPED: Result.UNVERIFIED,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be translated to what, and how it is proven. `settings` None: not at all;
    `idiomatic`: the paragraphs that the model is to write, if any. `estate`: the classes that all
    programs of a folder share; what isn't a program's own is then left to who translates them."""

    target: str
    out: Path
    settings: Settings | None
    copybooks: tuple[Path, ...] = ()
    idiomatic: Asked | None = None
    estate: Shelf | None = None


def translate(path: Path, wish: Wish, tick: Tick | None = None) -> Report:
    """Translate a program with those it calls, and prove it. Raises RefusedError for a construct
    that can't be translated, ToolError where cobc is missing and a proof is wished for."""
    made = _made(path, wish)
    say = tick or silent
    seen = made.filled(say) if made.unknown else made.proven(say)
    if seen is None:
        seen = Translated(Status.SKIPPED, "no proof was asked for", (), 0, 0, 0, 0)
    lines = (*seen.lines, *made.provenance()) if seen.statements else ()
    verdict = Verdict(NAME, seen.status, seen.reason, (), lines)
    reasons = (f"{NAME}: {seen.reason}",) if seen.reason else ()
    written = seen.status is not Status.FAILED
    if written:
        _write(wish.out, made.written(seen))
    outcome = Outcome(
        path,
        RESULTS[seen.status],
        verdicts=(verdict,),
        evidence=verdict.evidence,
        reasons=reasons,
        written=written,
    )
    return Report("translate", path.resolve().parent, (outcome,))


def _made(path: Path, wish: Wish) -> _Making:
    """A source with those it calls, lowered."""
    config = settings_of(path, wish)
    programs = list(with_called(path, config))
    unknown: list[Unknown] = []
    ask = wish.idiomatic is not None and wish.settings is not None
    lowered = [lower(programs[0], unknown=unknown if ask else None)]
    lowered = _sharing([*lowered, *map(lower, programs[1:])], wish.estate)
    return _Making(programs, lowered, strangers_of(programs), config, wish, unknown)


@dataclass(slots=True)
class _Making:
    """A translation on its way: its programs, those whose COBOL isn't there, the statements that no
    table knows, what the model wrote for them and for whole paragraphs."""

    programs: Sequence[tuple[Program, ...]]
    lowered: Sequence[tuple[Lowered, ...]]
    strangers: tuple[str, ...]
    config: Config
    wish: Wish
    unknown: Sequence[Unknown]
    fills: Mapping[int, str] = field(default_factory=dict)
    tried: list[Tried] = field(default_factory=list)

    @property
    def target(self) -> Target:
        """What it is translated to."""
        return TARGETS[self.wish.target]

    def whole(self, header: str) -> Translation:
        """The program beside all its files, with what the model wrote for unknown statements."""
        files = _files(self.lowered, self.target, header)
        program, lowered = self.programs[0][0], self.lowered[0][0]
        if self.fills:
            files = filled(files, self.target.file_of(program.name), self.fills)
        return Translation(program, lowered, self.wish.target, files)

    def filled(self, tick: Tick) -> Translated | None:
        """Prove it with what the model writes for the unknown statements. Raises RefusedError where
        nothing it writes does what the COBOL does."""
        asked, first = self.wish.idiomatic, self.unknown[0]
        assert asked is not None
        _built_by(self.programs[0][0])
        found = fillings(self.whole(UNPROVEN), self.unknown, asked)
        unbuilt = 0
        for self.fills in found:
            try:
                seen = self.proven(tick)
            except ToolError:
                unbuilt += 1
                continue
            unseen = seen and seen.missed & {one.line for one in self.unknown}
            if seen and seen.status is Status.PASSED and not unseen:
                return seen
            if seen and unseen and seen.status is not Status.FAILED:
                raise refusal(first, "the model wrote it, but no run executes it")
        told = f"{len(found)} fillings of the model, {unbuilt} of which don't build, don't do it"
        raise refusal(first, told)

    def proven(self, tick: Tick) -> Translated | None:
        """Run it beside its COBOL; None where that isn't wished for."""
        settings = self.wish.settings
        if settings is None:
            return None
        program, target = self.programs[0][0], self.target
        if reason := _built_by(program):
            return Translated(Status.SKIPPED, reason, (), 0, 0, 0, 0)
        with tempfile.TemporaryDirectory(prefix="cobolsmith-target-") as folder:
            place = Path(folder)
            names = [*(each.name for one in self.lowered for each in one), *self.strangers]
            unwritten = _unwritten(self.strangers, target)

            def built(place: Path, files: Mapping[str, bytes]) -> Sequence[str]:
                _write(place, {**files, **unwritten})
                build(target, place, names)
                return target.command(place, names[0])

            command = built(place, self.whole(UNPROVEN).files)
            side = _side(program, place, self.config)
            if isinstance(side, str):
                return Translated(Status.SKIPPED, side, (), 0, 0, 0, 0)

            def rewrite(trial: Trial) -> None:
                if self.wish.idiomatic is not None:
                    whole = self.whole(UNPROVEN)
                    self.tried.extend(rewritten(whole, self.wish.idiomatic, trial, built))

            others = [one for found in self.programs[1:] for one in found]
            try:
                return prove_translation(
                    side, command, settings, tick, maker(target), others, rewrite
                )
            except BuildError as error:
                return Translated(Status.SKIPPED, str(error), (), 0, 0, 0, 0)

    def written(self, seen: Translated) -> dict[str, bytes]:
        """The files that are written."""
        whole = self.whole(_header(seen))
        files = whole.spliced({one.paragraph: one.body for one in self.tried if one.body})
        files |= _tests(self.lowered, self.target, seen)
        if self.wish.estate is not None:
            return _own(files, self.lowered, self.target)
        unwritten = _unwritten(self.strangers, self.target).items()
        missing = {name: data for name, data in unwritten if not (self.wish.out / name).exists()}
        return files | missing

    def provenance(self) -> Iterator[str]:
        """Who wrote the methods and statements, where the model was asked for any."""
        asked = self.wish.idiomatic
        if asked is not None:
            for one in self.unknown:
                yield f"line {one.line}: {one.what}: the model's ({asked.model})"
        if self.tried:
            named = sum(bool(one.name) for one in self.lowered[0][0].paragraphs)
            written = sum(bool(one.body) for one in self.tried)
            yield f"methods: {named - written} by the tables, {written} by the model"
            yield from (f"{one.paragraph}: {one.told}" for one in self.tried)


def _built_by(program: Program) -> str:
    """Why cobc can't build a program, "" where it can. Raises ToolError where it isn't there."""
    reason = unable([program.source])
    if "not installed" in reason:
        raise ToolError(reason)
    return reason


def settings_of(path: Path, wish: Wish) -> Config:
    """The configuration of a source, with the wish's copybooks and cobc's usual dialect."""
    config = configuration.load(path)
    named = tuple(str(folder.resolve()) for folder in wish.copybooks)
    return replace(config, copybooks=(*named, *config.copybooks), std=("default",))


def with_called(path: Path, config: Config) -> Iterator[tuple[Program, ...]]:
    """The programs of a source, then those of the sources they call that lie beside it."""
    waiting, done = [path], set[Path]()
    while waiting:
        one = waiting.pop(0)
        if one in done:
            continue
        done.add(one)
        source = sources.read(one, encoding=config.encoding, format=config.format)
        found = read_programs(
            source, Library((*config.copybook_paths(one.parent), SUPPLIED)), std=config.std[0]
        )
        if not found[0].name:
            raise UsageError("is no program", where=str(one), remedy="name a COBOL program")
        yield found
        own = {program.name for program in found}
        for program in found:
            for name in called(program):
                if name not in own:
                    waiting += _beside(path, name)


def _beside(path: Path, name: str) -> list[Path]:
    home = path.resolve().parent
    places = [home / f"{stem}{end}" for stem in (name, name.lower()) for end in SUFFIXES]
    return [place for place in places if place.is_file()][:1]


def strangers_of(programs: Sequence[tuple[Program, ...]]) -> tuple[str, ...]:
    """The programs that are called, and whose COBOL isn't here."""
    own = {program.name for found in programs for program in found}
    names = dict.fromkeys(name for found in programs for one in found for name in called(one))
    return tuple(one for one in names if one not in own and one.replace("-", "").isalnum())


def _sharing(
    lowered: Sequence[tuple[Lowered, ...]], estate: Shelf | None
) -> list[tuple[Lowered, ...]]:
    """The programs with classes for the records of copybooks that several places have."""
    every = [one for found in lowered for one in found]
    shelf = settled(every, restricted) if estate is None else estate
    return [tuple(shelved(one, shelf, restricted) for one in found) for found in lowered]


def _own(
    files: Mapping[str, bytes], lowered: Sequence[tuple[Lowered, ...]], target: Target
) -> dict[str, bytes]:
    """The files that are this source's alone, not those of the programs it calls or shared ones."""
    shared = target.common(shared_by(one for found in lowered for one in found))
    theirs = {target.package_of(one.name) for found in lowered[1:] for one in found}
    own = (name for name in files if name not in shared and Path(name).parts[0] not in theirs)
    return {name: files[name] for name in own}


def _unwritten(strangers: Sequence[str], target: Target) -> dict[str, bytes]:
    """Files for programs that are still to be written."""
    return {file: data for one in strangers for file, data in target.unwritten(one).items()}


def _side(program: Program, folder: Path, config: Config) -> CobolSide | str:
    """The COBOL as it is run: its EXEC SQL answered from tables; or why it can't be."""
    source = program.source
    if not embedded([source]):
        return CobolSide("COBOL", program, config)

    def read(given: Source, changed: Mapping[Path, bytes]) -> Program:
        return read_programs(given, Library(ordered=config.copybook_paths), std=config.std[0])[0]

    return unanswered(source) or answered_side(
        "COBOL", source, folder / "answered", config, read, {}
    )


def maker(target: Target) -> Callable[[str, Path], tuple[str, ...]]:
    """What translates and builds a COBOL text of fixed format in a folder, and says how what came
    of it is started."""

    def made(text: str, folder: Path) -> tuple[str, ...]:
        source = sources.from_bytes(text.encode(), folder / "cskeyed.cbl", format="fixed")
        lowered = lower(read_programs(source, Library(()), std="default"))
        _write(folder, _files([lowered], target, UNPROVEN))
        build(target, folder, [each.name for each in lowered])
        return tuple(target.command(folder, lowered[0].name))

    return made


def build(target: Target, folder: Path, names: Sequence[str]) -> None:
    """Build translations in a folder. Raises ToolError where the target's compiler refuses."""
    for name in names:
        for command in target.building(folder, name):
            done = shell.run(list(command), cwd=folder, limits=BUILD)
            if done.status != 0:
                raise ToolError(
                    f"{command[0]} refuses the translation: {done.output.strip()[:400]}",
                    remedy="this is a bug; please report it with the program",
                )


def _header(seen: Translated) -> str:
    if seen.status is not Status.PASSED:
        return f"Not proven: {seen.reason}." if seen.reason else UNPROVEN
    return (
        f"Proven against cobc {version()}: {seen.tried} runs with the same output, files and exit\n"
        f"status; they execute {seen.executed} of the COBOL's {seen.statements} statements."
    )


def _files(lowered: Sequence[tuple[Lowered, ...]], target: Target, header: str) -> dict[str, bytes]:
    return target.translate(tuple(one for found in lowered for one in found), header)


def _tests(
    lowered: Sequence[tuple[Lowered, ...]], target: Target, seen: Translated
) -> dict[str, bytes]:
    """The runs of the proof with what replays them."""
    name = lowered[0][0].name
    runs = {
        f"tests/runs/{name.lower()}/{number:02}/{file}": data
        for number, one in enumerate(seen.replays, 1)
        for file, data in one.files.items()
    }
    return runs | (target.tests_of(name) if runs else {})


def _write(out: Path, files: Mapping[str, bytes]) -> None:
    changes = []
    for name, data in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_bytes() if path.is_file() else None
        if before != data:
            changes.append(FileChange(path, before, data))
    patch.write(Patch(tuple(changes)))
