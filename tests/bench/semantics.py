"""Random arithmetic, MOVE, comparison and text statements: a target's bytes beside cobc's.

    python tests/bench/semantics.py --to python|java [--statements 20000] [--seed 7] [--each 250]

Programs of `--each` statements are made over items of all usages; each statement shows what it left
and who it left it in. Both sides' outputs must be the same bytes. A statement that is refused by
name is left out of its program, and another is drawn. Prints each statement whose line differs or
that is refused and, last, one JSON object: statements, programs, different, refused, stuck.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from cobolsmith import source as sources
from cobolsmith.languages.cobol import Library, read_programs
from cobolsmith.lowered import RefusedError
from cobolsmith.lowering import lower
from cobolsmith.targets import TARGETS

PICTURES = (
    "9(3)|9(8)|S9(4)|S9(2)V9(3)|9(5)V99|S9(7)V9(2)|9V9(4)|S9(9)|9(12)V9(3)|S9(15)|VPP99".split("|")
)
USAGES = ("", "", "", " COMP", " COMP-3", " COMP-5")
SIGNS = ("", "", " SIGN LEADING", " SIGN TRAILING SEPARATE", " SIGN LEADING SEPARATE")
EDITED = (
    "ZZZ9|Z,ZZ9.99|$$,$$9.99|-(5)9.9|+++,++9.99|**,**9.99-|9(4).99CR|ZZZ.ZZDB|$***,***.99|99/99/99|"
    "Z(5)-|+Z(4)9|9B9B9|-9(3).9(2)|ZZ,ZZZ|B9.99|$ZZ9.99|$99.9-|Z99.99+|0ZZ9|$$$$.$$|+(4).99|ZZ.ZZ|-(5)|Z9"
).split("|")
TEXTS = ("X(1)", "X(5)", "X(12)", "X(4)", "X(20)", "XXBXX/X0X")
MODES = (
    "|ROUNDED|ROUNDED MODE NEAREST-EVEN|ROUNDED MODE TOWARD-GREATER|ROUNDED MODE TOWARD-LESSER|"
    "ROUNDED MODE NEAREST-TOWARD-ZERO|ROUNDED MODE AWAY-FROM-ZERO|ROUNDED MODE TRUNCATION"
).split("|")
WORDS = ("ABC", "12", "-3.5", "  7 ", "HELLO, WORLD", "A1B2", "0099", "+12.25", "X", "...")
DIGITS = ("12", "0099", "7", "123456789")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--to", choices=sorted(TARGETS), required=True)
    options.add_argument("--statements", type=int, default=20000)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--each", type=int, default=250)
    args = options.parse_args()
    found = {"statements": 0, "programs": 0, "different": 0, "refused": 0, "stuck": 0}
    while found["statements"] < args.statements:
        drawn = program(Random(f"{args.seed} {found['programs']}"), args.each)
        found["programs"] += 1
        found["statements"] += args.each
        found["refused"] += len(drawn.refused)
        print("".join(f"{one}\n" for one in drawn.refused), end="")
        with tempfile.TemporaryDirectory() as folder:
            try:
                ours, theirs = outputs(drawn.text, (args.to,), Path(folder))
            except subprocess.TimeoutExpired as error:
                found["stuck"] += 1
                print(error.cmd)
                continue
        for number, one, two in different(ours, theirs):
            found["different"] += 1
            print(drawn.said[number] if number < len(drawn.said) else "the end", one, two)
    print(json.dumps(found))
    return 0


def different(ours: bytes, theirs: bytes) -> list[tuple[int, bytes, bytes]]:
    """The statements that differ by their numbers, with what each side showed."""
    one, two = shown(ours), shown(theirs)
    return [
        (n, one.get(n, b""), two.get(n, b"")) for n in {**one, **two} if one.get(n) != two.get(n)
    ]


def shown(output: bytes) -> dict[int, bytes]:
    """What each statement showed: lines up to the one with its number."""
    found, lines = {}, b""
    for line in output.split(b"\n"):
        lines += line + b"\n"
        if line[:1].isdigit():
            found[int(line.split(b" ")[0])] = lines
            lines = b""
    return found | ({1 << 30: lines} if lines.strip() else {})


def outputs(text: str, targets: tuple[str, ...], folder: Path) -> list[bytes]:
    """What a program writes in each target, then under cobc."""
    path = folder / "SEMTEST.cbl"
    path.write_text(text)
    lowered = lower(read_programs(sources.read(path, format="free"), Library(())))
    found = []
    for name in targets:
        target, out = TARGETS[name], folder / name
        for file, data in target.translate(lowered, "Not proven.").items():
            place = out / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        for build in target.building(out, "SEMTEST"):
            subprocess.run(build, cwd=out, check=True, capture_output=True)
        found.append(ran(target.command(out, "SEMTEST"), out))
    binary = folder / "semtest"
    subprocess.run(["cobc", "-x", "-free", "-w", "-o", binary, path], check=True)
    return [*found, ran([str(binary)], folder)]


def ran(argv: object, folder: Path) -> bytes:
    done = subprocess.run(argv, cwd=folder, capture_output=True, timeout=30)  # type: ignore[call-overload]
    return bytes(done.stdout + done.stderr)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A program of random statements, what they are, and why others were left out of it."""

    text: str
    said: tuple[str, ...]
    refused: tuple[str, ...]


def program(random: Random, count: int) -> Drawn:
    """A program of so many random statements, none of which is refused."""
    numbers, declared = [], []
    for nth in range(24):
        picture = random.choice(PICTURES)
        usage = random.choice(USAGES if "P" not in picture else ("",))
        sign = random.choice(SIGNS) if picture.startswith("S") and not usage else ""
        declared.append(f"01 N{nth} PIC {picture}{usage}{sign}.")
        numbers.append(f"N{nth}")
    edited = [f"E{nth}" for nth in range(len(EDITED))]
    declared += [f"01 E{nth} PIC {picture}." for nth, picture in enumerate(EDITED)]
    texts = [f"T{nth}" for nth in range(len(TEXTS))]
    declared += [f"01 T{nth} PIC {picture}." for nth, picture in enumerate(TEXTS)]
    declared.append("01 G. 05 G1 PIC X(3). 05 G2 PIC 9(4). 05 G3 PIC S9(3)V9 COMP-3.")
    said = [statement(random, numbers, edited, texts) for _ in range(count)]
    refused = []
    while found := refusal(text := written(declared, said)):
        refused.append(str(found))
        at = text.split("\n").index
        line = int(found.where.split(":")[-2])
        nth = max(one for one in range(count) if at(f"P{one}.") < line)
        said[nth] = statement(random, numbers, edited, texts)
    return Drawn(text, tuple(spoken for spoken, _ in said), tuple(refused))


def written(declared: Sequence[str], said: Sequence[tuple[str, list[str]]]) -> str:
    """The program of these items and statements: a paragraph for each."""
    lines = ["IDENTIFICATION DIVISION.", "PROGRAM-ID. SEMTEST.", "DATA DIVISION."]
    lines += ["WORKING-STORAGE SECTION.", *declared, "PROCEDURE DIVISION."]
    for nth, (spoken, shown) in enumerate(said):
        values = " ".join(f'"<" {one} ">"' for one in shown)
        lines += [f"P{nth}.", f"    {spoken}", f'    DISPLAY "{nth} " {values}.']
    return "\n".join([*lines, "    STOP RUN."]) + "\n"


def refusal(text: str) -> RefusedError | None:
    """Why a program isn't translated."""
    source = sources.from_bytes(text.encode(), Path("semtest.cbl"), format="free")
    try:
        lower(read_programs(source, Library(())))
    except RefusedError as error:
        return error
    return None


def literal(random: Random) -> str:
    """A numeric literal."""
    whole = random.choice(("0", "1", "7", "12", "99", "123", "4567", "98765", "1234567"))
    decimals = random.choice(("", "", ".5", ".25", ".999", ".0049", ".125"))
    return random.choice(("", "-")) + whole + decimals


def operand(random: Random, numbers: list[str]) -> str:
    return random.choice(numbers) if random.random() < 0.6 else literal(random)


def statement(
    random: Random, numbers: list[str], edited: list[str], texts: list[str]
) -> tuple[str, list[str]]:
    """A statement, and the items whose values it shows."""
    makers = (arithmetic, arithmetic, computed, moved, moved, moved, set_, compared)
    return random.choice(makers)(random, numbers, edited, texts)


def arithmetic(
    random: Random, numbers: list[str], edited: list[str], texts: list[str]
) -> tuple[str, list[str]]:
    target, mode = random.choice(numbers), random.choice(MODES)
    one, two = operand(random, numbers), operand(random, numbers)
    spoken, shown = random.choice(
        (
            (f"ADD {one} {two} TO {target} {mode}", [target]),
            (f"SUBTRACT {one} FROM {target} {mode}", [target]),
            (f"MULTIPLY {one} BY {target} {mode}", [target]),
            (f"DIVIDE {one} INTO {target} {mode}", [target]),
            (f"SUBTRACT {one.split('.')[0]} FROM {target}", [target]),
            (f"ADD {one.split('.')[0]} TO {target}", [target]),
            (f"DIVIDE {one} BY {two} GIVING {target} {mode}", [target]),
            (f"ADD {one} {two} GIVING {target} {mode}", [target]),
            (f"MULTIPLY {one} BY {two} GIVING {(e := random.choice(edited[:-5]))} {mode}", [e]),
        )
    )
    if random.random() < 0.5:
        spoken += '\n ON SIZE ERROR DISPLAY "SIZE"\n NOT ON SIZE ERROR DISPLAY "DONE"'
        spoken += f" END-{spoken.split()[0]}"
    return spoken, shown


def computed(
    random: Random, numbers: list[str], edited: list[str], texts: list[str]
) -> tuple[str, list[str]]:
    target = random.choice(numbers)
    parts = [operand(random, numbers)]
    for _ in range(random.randint(1, 3)):
        parts += [random.choice(("+", "-", "*", "/")), operand(random, numbers)]
    if random.random() < 0.3:
        parts = ["(", *parts, ")", "*", operand(random, numbers)]
    if random.random() < 0.1:
        parts += ["**", random.choice(("2", "3", "1"))]
    checked = ' ON SIZE ERROR DISPLAY "SIZE" END-COMPUTE' if random.random() < 0.4 else ""
    return f"COMPUTE {target} {random.choice(MODES)} =\n {' '.join(parts)}\n{checked}", [target]


def moved(
    random: Random, numbers: list[str], edited: list[str], texts: list[str]
) -> tuple[str, list[str]]:
    integers = literal(random).split(".")[0].lstrip("-")
    sources_ = (
        random.choice(numbers),
        random.choice(numbers),
        literal(random),
        f'"{random.choice(WORDS)}"',
        random.choice(texts[:-1]),
        "ZERO",
    )
    target = random.choice((random.choice(numbers), random.choice(edited), random.choice(texts)))
    source = random.choice(sources_)
    if target[0] == "N" and source[0] == '"':
        source = f'"{random.choice(DIGITS)}"'
    if target[0] == "T" and source not in texts and source[0] not in '"ZN':
        source = integers
    if source[0] == "N" and target[0] == "T":
        source = f"G{random.choice('12')}"
    return f"MOVE {source} TO {target}", [target]


def set_(
    random: Random, numbers: list[str], edited: list[str], texts: list[str]
) -> tuple[str, list[str]]:
    spoken = random.choice(
        (
            f'MOVE "{random.choice(WORDS)}" TO G',
            f"MOVE {random.choice(texts)} TO G1",
            f"MOVE {random.choice(edited)} TO G2",
            f"INITIALIZE {random.choice(numbers)} G",
            f"MOVE {random.choice(numbers)} TO G3",
        )
    )
    return spoken, ["G1"] if "INITIALIZE" not in spoken else ["G1", "G2", "G3"]


def compared(
    random: Random, numbers: list[str], edited: list[str], texts: list[str]
) -> tuple[str, list[str]]:
    sign = random.choice(("=", "<", ">", "<=", ">=", "NOT ="))
    one = random.choice(numbers)
    left, right = random.choice(
        (
            (one, operand(random, numbers).lstrip("-")),
            (random.choice(texts), f'"{random.choice(WORDS)}"'),
            (random.choice(texts), random.choice(texts)),
            (random.choice(edited), random.choice(texts)),
            (f"{one} + {literal(random).lstrip('-')}", random.choice(numbers)),
        )
    )
    return f'IF {left} {sign} {right} DISPLAY "YES" ELSE DISPLAY "NO" END-IF', [one]


if __name__ == "__main__":
    raise SystemExit(main())
