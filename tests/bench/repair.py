"""Plant one fault in each of N programs that compile, run `fix`, and count what comes back.

    python tests/bench/repair.py DIR --mutants 200 --seed 1

A mutant counts only if cobc rejects it. Per class of fault: compiles again, has the original's
tree again, by rules alone or with the model, median seconds. The last line is one JSON object.
`wrong_verified` counts patches shown as verified that a separate run of cobc rejects.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from cobolsmith import loop, smith, syntax
from cobolsmith import source as sources
from cobolsmith.checks.compiles import EXEC, cobc, is_program
from cobolsmith.config import Config
from cobolsmith.estate import PROGRAM_SUFFIXES, Estate
from cobolsmith.job import Job, Options
from cobolsmith.report import Result
from cobolsmith.source import Source
from cobolsmith.words import Word, words_of

TERMINATORS = re.compile(r"END-(IF|EVALUATE|PERFORM|READ|SEARCH|CALL|STRING|COMPUTE|ADD|WRITE)$")
KEYWORDS = frozenset(
    "MOVE PERFORM DISPLAY COMPUTE SUBTRACT MULTIPLY DIVIDE EVALUATE UNTIL VARYING WRITE READ "
    "OPEN CLOSE PROCEDURE WORKING-STORAGE SECTION DIVISION PICTURE VALUE OCCURS REDEFINES "
    "ACCEPT STRING DELIMITED INSPECT REPLACING INITIALIZE ADD IF ELSE STOP".split()
)
Edit = tuple[int, int, str]


@dataclasses.dataclass(frozen=True)
class Original:
    """A program that compiles, its words and where its PROCEDURE DIVISION begins."""

    source: Source
    std: str
    words: tuple[Word, ...]
    procedure: int


def pick(rng: random.Random, program: Original, wanted: Callable[[int], bool]) -> int | None:
    """The index of a random word that is wanted."""
    found = [index for index in range(len(program.words)) if wanted(index)]
    return rng.choice(found) if found else None


def typo(rng: random.Random, text: str) -> str:
    """One letter doubled, dropped, replaced, or swapped with its neighbour."""
    at = rng.randrange(len(text) - 1)
    letter = rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    made = (
        text[:at] + text[at] + text[at:],
        text[:at] + text[at + 1 :],
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    )
    return rng.choice(
        [new for new in made if new != text and new.strip("-") == new] or [text + "X"]
    )


def dropped_or_extra_period(rng: random.Random, program: Original) -> Edit | None:
    words = program.words
    if rng.random() < 0.5:
        at = pick(rng, program, lambda i: words[i].text == ".")
        return None if at is None else (words[at].start, words[at].end, "")
    at = pick(
        rng,
        program,
        lambda i: i + 1 < len(words) and words[i + 1].text[0] == "\n" and words[i].text[-1] != ".",
    )
    return None if at is None else (words[at].end, words[at].end, ".")


def misspelt_keyword(rng: random.Random, program: Original) -> Edit | None:
    at = pick(rng, program, lambda i: program.words[i].text in KEYWORDS)
    return None if at is None else respelt(rng, program, at)


def misspelt_name(rng: random.Random, program: Original) -> Edit | None:
    at = pick(
        rng,
        program,
        lambda i: (
            program.words[i].start > program.procedure
            and bool(re.fullmatch(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+", program.words[i].text))
            and not program.words[i].text.startswith("END-")
        ),
    )
    return None if at is None else respelt(rng, program, at)


def respelt(rng: random.Random, program: Original, at: int) -> Edit:
    word = program.words[at]
    original = program.source.text(word.start, word.end)
    new = typo(rng, word.text)
    return word.start, word.end, new.lower() if original.islower() else new


def terminator(rng: random.Random, program: Original) -> Edit | None:
    at = pick(rng, program, lambda i: bool(TERMINATORS.match(program.words[i].text)))
    if at is None:
        return None
    word = program.words[at]
    text = program.source.text(word.start, word.end)
    return word.start, word.end, "" if rng.random() < 0.5 else f"{text} {text}"


def unbalanced_quote(rng: random.Random, program: Original) -> Edit | None:
    at = pick(
        rng,
        program,
        lambda i: len(program.words[i].text) > 3 and program.words[i].text[-1] in "'\"",
    )
    if at is None:
        return None
    word = program.words[at]
    place = word.end - 1 if rng.random() < 0.6 else word.start
    return place, place + 1, ""


def wrong_picture(rng: random.Random, program: Original) -> Edit | None:
    words = program.words
    at = pick(rng, program, lambda i: i > 0 and words[i - 1].text in ("PIC", "PICTURE"))
    if at is None:
        return None
    text = words[at].text
    made = [
        text.replace(")", "", 1),
        text.replace("(", "", 1),
        text + "Q",
        text.replace("9", "O", 1),
    ]
    made = [new for new in made if new != text]
    return words[at].start, words[at].end, rng.choice(made)


def undefined_paragraph(rng: random.Random, program: Original) -> Edit | None:
    words = program.words
    at = pick(
        rng, program, lambda i: i > 0 and words[i - 1].text == "PERFORM" and "-" in words[i].text
    )
    if at is None:
        return None
    parts = words[at].text.split("-")
    made = ["-".join(parts[1:]), "-".join(parts[:-1]), "-".join([*parts[:-1], parts[-1] + "S"])]
    new = rng.choice(made)
    if program.source.text(words[at].start, words[at].end).islower():
        new = new.lower()
    return words[at].start, words[at].end, new


def missing_connective(rng: random.Random, program: Original) -> Edit | None:
    at = pick(
        rng,
        program,
        lambda i: (
            program.words[i].text in ("TO", "FROM", "BY")
            and program.words[i].start > program.procedure
        ),
    )
    if at is None:
        return None
    return program.words[at].start, program.words[at].end + 1, ""


def deleted_item(rng: random.Random, program: Original) -> Edit | None:
    words = program.words
    starts = [
        i
        for i in range(1, len(words) - 3)
        if words[i - 1].text[0] == "\n"
        and re.fullmatch(r"\d\d?", words[i].text)
        and words[i].start < program.procedure
        and sum(word.text == words[i + 1].text for word in words) > 1
    ]
    if not starts:
        return None
    line = program.source.line_column(words[rng.choice(starts)].start)[0]
    start, end = program.source.line_span(line)
    return start, end, ""


def beyond_column_72(rng: random.Random, program: Original) -> Edit | None:
    if program.source.format != "fixed":
        return None
    words = program.words
    at = pick(
        rng, program, lambda i: words[i - 1].text[0] == "\n" and words[i].start > program.procedure
    )
    if at is None:
        return None
    start, end = program.source.line_span(program.source.line_column(words[at].start)[0])
    row = program.source.view[start:end].rstrip()[:72].decode("ascii").rstrip()
    column = words[at].start - start
    length = len(row) - column
    if length < 8:
        return None
    blanks = 72 - column - length + rng.randrange(2, min(length, 12))
    return words[at].start, words[at].start, " " * max(1, blanks)


def swapped_words(rng: random.Random, program: Original) -> Edit | None:
    words = program.words
    at = pick(
        rng,
        program,
        lambda i: (
            i + 1 < len(words)
            and words[i].start > program.procedure
            and words[i].text[0] not in "\n."
            and words[i + 1].text[0] not in "\n."
        ),
    )
    if at is None:
        return None
    a, b = words[at], words[at + 1]
    text = program.source.text
    return a.start, b.end, text(b.start, b.end) + text(a.end, b.start) + text(a.start, a.end)


FAULTS = (
    dropped_or_extra_period,
    misspelt_keyword,
    misspelt_name,
    terminator,
    unbalanced_quote,
    wrong_picture,
    undefined_paragraph,
    missing_connective,
    deleted_item,
    beyond_column_72,
    swapped_words,
)


def originals(folders: list[Path], rng: random.Random, wanted: int) -> list[Original]:
    """Up to `wanted` programs that parse and compile, in random order."""
    paths = sorted(p for f in folders for p in f.rglob("*") if p.suffix.lower() in PROGRAM_SUFFIXES)
    rng.shuffle(paths)
    found: list[Original] = []
    for path in paths:
        if len(found) == wanted:
            break
        original = compiled(path)
        if original:
            found.append(original)
    return found


def compiled(path: Path) -> Original | None:
    """The program at `path` if it stands alone, parses, and cobc takes it in some dialect."""
    try:
        source = sources.read(path)
    except Exception:
        return None
    plain = source.encoding in ("utf-8", "latin-1") and b"\x7f" not in source.view
    if (
        not plain
        or not is_program(source)
        or EXEC.search(source.view)
        or len(source.data) > 200_000
    ):
        return None
    if syntax.parse(source.view, source.format).errors():
        return None
    for std in ("default", "ibm"):
        if not cobc(source, Config(root=path.parent), std):
            words = tuple(words_of(source.view.decode("ascii"), source.format != "free"))
            division = re.search(rb"PROCEDURE\s+DIVISION", source.view, re.IGNORECASE)
            return Original(source, std, words, division.start() if division else 0)
    return None


def planted(
    rng: random.Random, program: Original, fault: Callable[..., Edit | None]
) -> Source | None:
    """The program with one fault that cobc rejects, or None."""
    for _ in range(6):
        edit = fault(rng, program)
        if edit is None:
            return None
        start, end, text = edit
        data = program.source.data
        first, last = program.source.original(start), program.source.original(end)
        mutant = sources.from_bytes(
            data[:first] + text.encode() + data[last:],
            program.source.path,
            encoding=program.source.encoding,
            format=program.source.format,
        )
        if cobc(mutant, Config(root=program.source.path.parent), program.std):
            return mutant
    return None


def leaves(source: Source) -> list[str]:
    """The code of a source without layout: what two equal trees share."""
    view = source.view.decode("ascii")
    return [w.text for w in words_of(view, source.format != "free") if w.text[0] != "\n"]


def shape(source: Source) -> tuple[str, list[str]]:
    """The tree and its words, positions aside."""
    return syntax.parse(source.view, source.format).sexp(), leaves(source)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--mutants", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-model", action="store_true")
    parser.add_argument(
        "--remasked",
        type=int,
        default=loop.REMASKED,
        help="refused fills remasked for a fault at a width; 0 turns the rounds off",
    )
    parser.add_argument("--list", action="store_true", help="name each mutant that isn't mended")
    args = parser.parse_args()
    loop.REMASKED = args.remasked
    rng = random.Random(args.seed)
    programs = originals(args.folders, rng, min(args.mutants, 400))
    if not programs:
        print("no program compiles here", file=sys.stderr)
        return 1
    rows: dict[str, list[dict[str, float]]] = defaultdict(list)
    turn = 0
    while sum(map(len, rows.values())) < args.mutants and turn < args.mutants * 20:
        fault = FAULTS[turn % len(FAULTS)]
        program = programs[rng.randrange(len(programs))]
        turn += 1
        mutant = planted(rng, program, fault)
        if mutant is not None:
            rows[fault.__name__].append(tried(program, mutant, args, fault.__name__))
    return shown(rows)


def tried(
    program: Original, mutant: Source, args: argparse.Namespace, name: str
) -> dict[str, float]:
    """Run the repair on one mutant and judge what came out, apart from what it says itself."""
    config = Config(
        root=program.source.path.parent,
        std=(program.std,),
        required=("parses", "compiles", "settles"),
    )
    model = "" if args.no_model else "auto"
    options = Options(model=model, seed=args.seed, config=config)
    job = Job(options, config, Estate(config), config.root)
    started = time.perf_counter()
    outcome = smith.repaired(mutant, job)
    seconds = time.perf_counter() - started
    row = {"seconds": seconds, "compiles": 0.0, "same": 0.0, "model": 0.0, "wrong": 0.0}
    if outcome.patch is not None and outcome.patch.files:
        after = sources.from_bytes(
            outcome.patch.files[0].after,
            mutant.path,
            encoding=mutant.encoding,
            format=mutant.format,
        )
        row["compiles"] = float(not cobc(after, config, program.std))
        row["same"] = float(shape(after) == shape(program.source))
        row["model"] = float(row["compiles"] and any(plan.holes for plan in outcome.plans))
        row["wrong"] = float(outcome.result is Result.VERIFIED and not row["compiles"])
    if args.list and not row["same"]:
        told(program, mutant, name, bool(row["compiles"]), [plan.title for plan in outcome.plans])
    return row


def told(program: Original, mutant: Source, name: str, good: bool, titles: list[str]) -> None:
    """Name a mutant that didn't come back as it was: its line before and after, the plans."""
    before, after = program.source.data.split(b"\n"), mutant.data.split(b"\n")
    pairs = zip(before, after, strict=False)
    line = next((number for number, (a, b) in enumerate(pairs) if a != b), 0)
    said = "compiles" if good else "NOT"
    print(f"{name}: {said} {program.source.path}:{line + 1}", file=sys.stderr)
    for label, lines in (("was", before), ("now", after)):
        print(f"    {label} {lines[line].decode('latin-1').strip()}", file=sys.stderr)
    print(f"    plans {titles}", file=sys.stderr)


def shown(rows: dict[str, list[dict[str, float]]]) -> int:
    """The table, then the JSON line."""
    print(f"{'fault':26}{'n':>5}{'compiles':>10}{'same tree':>11}{'by model':>10}{'median s':>10}")
    everything = [row for some in rows.values() for row in some]
    for name, some in [*sorted(rows.items()), ("all", everything)]:
        share = {key: sum(row[key] for row in some) / len(some) for key in some[0]}
        middle = statistics.median(row["seconds"] for row in some)
        print(
            f"{name:26}{len(some):5}{share['compiles']:10.1%}{share['same']:11.1%}"
            f"{share['model']:10.1%}{middle:10.2f}"
        )
    count = len(everything)
    figures = {
        "mutants": count,
        "compiles_share": sum(row["compiles"] for row in everything) / count,
        "same_tree_share": sum(row["same"] for row in everything) / count,
        "by_model": sum(row["model"] for row in everything) / count,
        "wrong_verified": int(sum(row["wrong"] for row in everything)),
        "median_s": statistics.median(row["seconds"] for row in everything),
    }
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
