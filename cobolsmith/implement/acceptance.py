"""Acceptance examples: given inputs, expected outputs, as runs of the program.

In a Markdown spec (and in the bench) an example is a heading and what is given and expected:

    ## Example: a blocked account
    Given TRANALL
    | TA-ACCT-NO | TA-TYPE | TA-AMOUNT |
    | 1010000019 | WD      | 20.00     |
    Expect REJPST gains
    | RJ-REASON |
    | R16       |

`Given FILE` replaces the file of the recorded run, `Given FILE also` puts records behind its own;
text instead of fields stands between lines of ```. `Expect FILE gains` and `loses` are what the new
program writes and the old one doesn't, and the other way round: just those records, in any order.
`Expect FILE` are all its records; `Expect FILE differs` says nothing of them. `Expect exit N`.
What no line expects must be what the old program left. `Stdin` and `stdout` are files, too.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from cobolsmith.checks.equivalence import CobolSide
from cobolsmith.checks.equivalence.execute import Floor, execute
from cobolsmith.checks.equivalence.golden import recorded
from cobolsmith.checks.equivalence.layouts import SAME
from cobolsmith.checks.equivalence.runs import Ran, Run
from cobolsmith.checks.equivalence.shape import Field, FileShape, Records, fields
from cobolsmith.checks.equivalence.sides import BuildError, Built
from cobolsmith.checks.equivalence.values import decode, encode, is_numeric
from cobolsmith.desk import Desk
from cobolsmith.errors import UsageError
from cobolsmith.job import Job
from cobolsmith.program import DataItem, Program
from cobolsmith.verify import Diagnostic, Status, Verdict

ACCEPTANCE = "acceptance"
CONSOLE, EXIT, STDIN = "STDOUT", "EXIT", "STDIN"
KEPT = "example: "
"""How the name of a recorded run begins that was an example once; no other example builds on it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A thing given or expected: the file, how (`also`, `gains`, `loses`, `differs` or ""), the
    names of its fields with rows of values, or lines of text."""

    name: str
    how: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One example: its title, what is given, what is expected."""

    title: str
    given: tuple[Part, ...] = ()
    expected: tuple[Part, ...] = ()


_PART = re.compile(
    r"^(?P<what>Given|Expect)\s+(?P<name>[\w-]+)\s*(?P<how>also|gains|loses|differs|\d+)?\s*:?\s*$",
    re.IGNORECASE,
)


def read_examples(text: str) -> tuple[str, tuple[Example, ...]]:
    """The sentence of a Markdown spec (its text before the first example, headings left out) and
    its examples. Raises UsageError for a line that is none of an example's."""
    said, *parts = re.split(r"(?m)^#+\s*Example:?\s*", text)
    sentence = " ".join(
        line.strip() for line in said.splitlines() if line.strip() and not line.startswith("#")
    )
    return sentence, tuple(map(_example, parts))


def _example(text: str) -> Example:
    title, _, body = text.partition("\n")
    found: dict[str, list[Part]] = {"given": [], "expect": []}
    at: tuple[str, str, str] | None = None
    table: list[tuple[str, ...]] = []
    lines: list[str] | None = None
    fenced = False

    def close() -> None:
        if at is not None:
            columns, rows = (table[0], tuple(table[1:])) if table else ((), ())
            kept = None if lines is None else tuple(lines)
            found[at[0]].append(Part(at[1], at[2], columns, rows, kept))

    for row in body.splitlines():
        head = None if fenced else _PART.match(row.strip())
        if row.strip().startswith("```"):
            fenced = not fenced
            lines = [] if fenced else lines
        elif fenced and lines is not None:
            lines.append(row)
        elif head:
            close()
            at = (head["what"].lower(), head["name"].upper(), (head["how"] or "").lower())
            table, lines = [], None
        elif row.strip().startswith("|"):
            cells = tuple(cell.strip() for cell in row.strip().strip("|").split("|"))
            if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                table.append(cells)
        elif row.strip():
            remedy = "an example has Given FILE, Expect FILE, tables and ``` only"
            raise UsageError(f"'{row.strip()}' is no line of an example", remedy=remedy)
    close()
    return Example(title.strip(), tuple(found["given"]), tuple(found["expect"]))


# --- Runs -----------------------------------------------------------------------------------------


Side = tuple[Program, Mapping[Path, bytes]]
"""A program, and the files that stand in for those on disk."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Both programs built, and where they run."""

    old: Built
    new: Built
    floor: Floor
    base: Run = field(default_factory=lambda: Run("nothing"))


def accepted(
    job: Job, before: Desk, after: Desk, path: Path, examples: Sequence[Example]
) -> Verdict:
    """Run the examples on the changed program, and beside them the old one. SKIPPED where both
    leave the same in all of them: then none shows what is new."""
    old, new = (desk.programs(desk.source(path))[0] for desk in (before, after))
    golden = golden_of(job)
    with tempfile.TemporaryDirectory(prefix="cobolsmith-") as folder:
        place = Path(folder)
        floor = Floor(place)
        try:
            sides = ((old, before.changed), (new, after.changed))
            stage = staged(job, sides, place, golden, floor)
        except BuildError as error:
            return Verdict(ACCEPTANCE, Status.SKIPPED, str(error))
        runs = [(one, *both(stage, one)) for one in examples]
        wrong = [(one, text) for one, *pair in runs for text in differences(stage, one, *pair)]
    found = tuple(
        Diagnostic(path, 0, 0, f"example '{one.title}': {text}", check=ACCEPTANCE)
        for one, text in wrong
    )
    bad = len({one.title for one, _ in wrong})
    said = f"{len(examples) - bad} of {len(examples)} examples of the spec come out as expected"
    evidence = (said, *(one.message for one in found[:5]))
    if found:
        return Verdict(ACCEPTANCE, Status.FAILED, found[0].message, found, evidence)
    telling = [one.title for one, *pair in runs if parted(*pair)]
    if not telling:
        reason = "no example shows what is new: the old program leaves the same in each"
        return Verdict(ACCEPTANCE, Status.SKIPPED, reason, (), evidence)
    told = f"the old program leaves something else in {len(telling)} of {len(examples)}"
    return Verdict(ACCEPTANCE, Status.PASSED, "", (), (said, told))


def golden_of(job: Job) -> Path | None:
    """The folder of recorded runs, if there is one."""
    own = job.config.root / job.config.golden if job.config.golden else None
    return job.options.golden or own


def staged(
    job: Job,
    sides: tuple[Side, Side],
    place: Path,
    golden: Path | None,
    floor: Floor,
) -> Stage:
    """Both sides built. Raises BuildError."""
    folders = [place / "old", place / "new"]
    for one in folders:
        one.mkdir()
    old, new = (
        CobolSide(label, program, job.config, changed=changed).build(folder)
        for label, (program, changed), folder in zip(("old", "new"), sides, folders, strict=True)
    )
    runs = recorded(golden, old, floor) if golden is not None else ()
    bases = [one for one in runs if not one.name.startswith(f"recorded: {KEPT}")]
    return Stage(old, new, floor, bases[0] if bases else Run("nothing"))


def both(stage: Stage, example: Example) -> tuple[Ran, Ran]:
    """What an example's run leaves of the old program and of the new one."""
    run = given(stage, example)
    old, new = (execute(one, run, stage.floor, SAME) for one in (stage.old, stage.new))
    return old, new


def parted(before: Ran, after: Ran) -> bool:
    """Whether two runs left something else."""
    old, new = ((one.status, one.stdout, one.files) for one in (before, after))
    return old != new


def differences(stage: Stage, example: Example, before: Ran, after: Ran) -> Iterator[str]:
    """What an example's run left that isn't as expected, in words."""
    if after.died or after.timed_out:
        yield f"the run ended by itself: {after.died or 'out of time'}"
        return
    expected: dict[str, list[Part]] = {}
    for part in example.expected:
        expected.setdefault(part.name, []).append(part)
    if EXIT in expected:
        if str(after.status) != expected[EXIT][0].how:
            yield f"exit is {after.status}"
    elif before.status != after.status:
        yield f"exit is {after.status}, was {before.status}"
    names = {**{one.name: one for one in stage.new.shapes.values()}}
    yield from _compared(CONSOLE, None, _lines(before), _lines(after), expected, stage)
    for name in sorted({*before.files, *after.files}):
        rows = [[r for r in one.files.get(name, ()) if r is not None] for one in (before, after)]
        yield from _compared(name, names.get(name), rows[0], rows[1], expected, stage)
    left = {*before.files, *after.files, CONSOLE, EXIT}
    yield from (f"{name} isn't written" for name in expected if name not in left)


def _lines(ran: Ran) -> list[bytes]:
    return ran.stdout.rstrip(b"\n").split(b"\n") if ran.stdout else []


def _compared(
    name: str,
    shape: FileShape | None,
    old: list[bytes],
    new: list[bytes],
    expected: dict[str, list[Part]],
    stage: Stage,
) -> Iterator[str]:
    parts = expected.get(name, [])
    if not parts:
        if old != new:
            yield f"{name} differs: {first(old, new)}"
        return
    if any(part.how == "differs" for part in parts):
        return
    gained = list((Counter(new) - Counter(old)).elements())
    lost = list((Counter(old) - Counter(new)).elements())
    pools = {"": new, "gains": gained, "loses": lost}
    for how in dict.fromkeys(
        [*(part.how for part in parts), *(["gains", "loses"] * (parts[0].how != ""))]
    ):
        wanted = [one for part in parts if part.how == how for one in rows_of(part, shape, stage)]
        yield from _matched(name, how, wanted, pools[how])


Test = tuple[str, "re.Pattern[bytes] | bytes | tuple[tuple[Field, str], ...]"]


def rows_of(part: Part, shape: FileShape | None, stage: Stage) -> list[Test]:
    """What each expected record must be: a line of text, or values of fields."""
    if part.lines is not None:
        return [(line, line.encode("latin-1")) for line in part.lines]
    found: list[Test] = []
    for row in part.rows:
        named = zip(part.columns, row, strict=True)
        fields_ = tuple((field_of(stage.new.program, column), value) for column, value in named)
        found.append((" ".join(row), fields_))
    return found


def _matched(name: str, how: str, wanted: list[Test], pool: list[bytes]) -> Iterator[str]:
    left = list(pool)
    for text, test in wanted:
        hit = next((one for one in left if fits(one, test)), None)
        if hit is None:
            yield f"{name} {how or 'has'} no record {text!r}"
        else:
            left.remove(hit)
    if left:
        verb = {"gains": "gains", "loses": "loses"}.get(how, "has")
        yield f"{name} {verb} {len(left)} more, first {shown(left[0])}"


def fits(record: bytes, test: object) -> bool:
    """Whether a record is what is expected of it."""
    if isinstance(test, bytes):
        return record.rstrip(b" ") == test.rstrip(b" ")
    assert isinstance(test, tuple)
    return all(same(one, record[one.offset : one.end], value) for one, value in test)


def same(one: Field, data: bytes, value: str) -> bool:
    """Whether a field's bytes have a value."""
    found = decode(one, data.ljust(one.length))
    if isinstance(found, Decimal):
        try:
            return found == Decimal(value)
        except InvalidOperation:
            return False
    text = found.decode("latin-1") if isinstance(found, bytes) else found
    return text.strip() == value.strip("'").strip()


def shown(record: bytes) -> str:
    """A record for people."""
    return repr(record.rstrip(b" ").decode("latin-1"))


def first(old: list[bytes], new: list[bytes]) -> str:
    """The first record in which two lists part."""
    for nth in range(max(len(old), len(new))):
        one, other = (shown(side[nth]) if nth < len(side) else "nothing" for side in (old, new))
        if one != other:
            return f"record {nth + 1}: {one} became {other}"
    return "nothing"


def given(stage: Stage, example: Example) -> Run:
    """The run of an example: the recorded one with what the example gives in its place."""
    files = dict(stage.base.files)
    stdin = stage.base.stdin
    by_name = {one.name.upper(): one for one in stage.old.shapes.values()}
    by_name |= {one.select: one for one in stage.old.shapes.values()}
    for part in example.given:
        if part.name == STDIN:
            stdin = tuple(line.encode() for line in part.lines or ())
            continue
        shape = by_name.get(part.name)
        if shape is None:
            known = ", ".join(one.name for one in stage.old.shapes.values())
            raise UsageError(f"no file {part.name}", where=example.title, remedy=f"one of {known}")
        kept: Records = files.get(shape.select, ()) if part.how == "also" else ()
        files[shape.select] = (*kept, *records(part, shape, stage.old.program))
    return Run(example.title, tuple(files.items()), stdin, clock=stage.base.clock)


def records(part: Part, shape: FileShape, program: Program) -> Iterator[bytes]:
    """The records that an example gives, in the layout of the program."""
    if part.lines is not None:
        yield from (line.encode("latin-1") for line in part.lines)
        return
    for row in part.rows:
        chosen = [(field_of(program, c), v) for c, v in zip(part.columns, row, strict=True)]
        record = program.record(chosen[0][0].item).index
        data = bytearray(b" " * max(shape.longest, program.items[record].length))
        for one in fields(program, record):
            data[one.offset : one.end] = encode(one, Decimal(0) if is_numeric(one) else "")
        for one, value in chosen:
            data[one.offset : one.end] = encode(one, value.strip("'"))
        yield bytes(data)


def field_of(program: Program, name: str) -> Field:
    """A field by its name. Raises UsageError."""
    item = program.resolve(name.strip("`"))
    if not isinstance(item, DataItem):
        raise UsageError(
            f"{name} is no field of {program.name}", remedy="look at the example again"
        )
    return Field(
        item.name, item.index, item.offset, item.length, item.picture, item.usage, item.sign
    )
