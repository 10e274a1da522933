"""From a folder of COBOL sources to packed training data.

A program becomes a run of ids in which each user-defined name is `static_size + its number in the
program`, beside a table of the names' bindings; windows (see `windows`) deal the slots. Names are
found by a light scan of the words, not by the parser, so that training needs nothing but text; what
is scanned here is what the program model delivers when a hole is filled.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cobolsmith.errors import UsageError
from cobolsmith.infill import Name
from cobolsmith.models.binding import FEATURES, PIECES, features_of
from cobolsmith.models.tokenizer import CobolTokenizer, reserved_words
from cobolsmith.models.windows import shards_at
from cobolsmith.words import words_of

SUFFIXES = frozenset({".cbl", ".cob", ".cobol", ".cpy", ".cpb", ".copy", ".ccp", ".sqb", ".pco"})
LARGEST_SOURCE = 4_000_000
"""Characters; a larger file is generated text and would swamp the rest."""

Progress = Callable[[str, int, int], None]
"""Called with (what, done, total)."""

_RESERVED = frozenset(reserved_words())
_NAME = re.compile(r"(?=[0-9-]*[A-Z])[A-Z0-9][A-Z0-9_-]*")
_LEVEL = re.compile(r"\d{1,2}")
_LEVELS = frozenset([*range(1, 50), 66, 77, 78, 88])
_USAGES = re.compile(
    r"COMP(UTATIONAL)?(-[0-9X])?|BINARY|PACKED-DECIMAL|INDEX|(PROCEDURE-|FUNCTION-)?POINTER"
    r"|NATIONAL|DISPLAY-1|BINARY-(CHAR|SHORT|LONG|DOUBLE)|FLOAT-(SHORT|LONG)"
)


@dataclass(frozen=True, slots=True)
class Origin:
    """One source of the corpus: where it lies, whose it is, how it is laid out."""

    path: Path
    repository: str
    licence: str
    fixed: bool
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Packed:
    """A program ready for training. `ids`: int32 [tokens]; `names`: bindings; `defined`: per name
    the index in `ids` of its declaration or -1; `weight`: share of its lines not seen before."""

    origin: Origin
    ids: np.ndarray
    names: tuple[Name, ...]
    defined: tuple[int, ...]
    weight: float


def find_sources(corpus: Path) -> tuple[Origin, ...]:
    """List the sources of a corpus folder, sorted by path.

    With a manifest.tsv in it (columns path, repository, licence, kind, format, flag) only programs
    and copybooks flagged `ok` count; without one, every file with a COBOL suffix does.
    """
    manifest = corpus / "manifest.tsv"
    if manifest.is_file():
        return tuple(_from_manifest(corpus, manifest))
    found = sorted(p for p in corpus.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    if not found:
        raise UsageError("no COBOL sources found", where=str(corpus), remedy="name their folder")
    return tuple(
        Origin(p, p.relative_to(corpus).parts[0], "unknown", looks_fixed(read_text(p)))
        for p in found
    )


def _from_manifest(corpus: Path, manifest: Path) -> Iterator[Origin]:
    with manifest.open(encoding="utf-8", newline="") as lines:
        for row in sorted(csv.DictReader(lines, delimiter="\t"), key=lambda row: row["path"]):
            kept = row["kind"] in ("program", "copybook") and row.get("flag", "ok") == "ok"
            path = corpus / row["path"]
            if kept and path.is_file():
                fixed = row.get("format", "") != "free"
                yield Origin(
                    path, row["repository"], row["licence"], fixed, row.get("commit") or ""
                )


def read_text(path: Path) -> str:
    """Read a source: UTF-8 if it is, else Latin-1; at most `LARGEST_SOURCE` characters."""
    raw = path.read_bytes()[:LARGEST_SOURCE]
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def looks_fixed(text: str) -> bool:
    """Whether columns 1-7 look like sequence and indicator areas on nearly all lines."""
    if re.search(r">>SOURCE\s+(FORMAT\s+)?(IS\s+)?FREE|\$SET\s+SOURCEFORMAT.*FREE", text, re.I):
        return False
    lines = [line for line in text.splitlines() if line.strip()][:2000]
    odd = sum(1 for line in lines if line[6:7] not in " *-/Dd$" or len(line.rstrip()) > 80)
    return odd * 20 < len(lines)


def scan_names(words: Sequence[str]) -> tuple[tuple[Name, ...], tuple[int, ...]]:
    """Names of a program and, for each, the index of the word that declares it (-1: nowhere here).

    Declared: data items, 88s, files, paragraphs, sections, indexes, the program. A hyphenated word
    that is not reserved and is declared nowhere (a copybook's, say) is a name of kind `other`.
    """
    found: dict[str, tuple[Name, int]] = {}
    procedural = False
    for begin, end in _entries(words):
        head, second = words[begin], words[begin + 1] if begin + 1 < end else ""
        if second == "DIVISION":
            procedural = head == "PROCEDURE"
        for name, place in _declared(words, begin, end, procedural):
            found.setdefault(name.spelling, (name, place))
    for word in words:
        if "-" in word and word not in found and word not in _RESERVED and _NAME.fullmatch(word):
            found[word] = (Name(word, "other", 0, "", ""), -1)
    return tuple(name for name, _ in found.values()), tuple(at for _, at in found.values())


def _entries(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield [begin, end) of what stands between periods, line breaks at its front left out."""
    begin = 0
    for at, word in enumerate(words):
        if word == ".":
            while begin < at and words[begin].startswith("\n"):
                begin += 1
            if begin < at:
                yield begin, at
            begin = at + 1


def _declared(
    words: Sequence[str], begin: int, end: int, procedural: bool
) -> Iterator[tuple[Name, int]]:
    head, second = words[begin], words[begin + 1] if begin + 1 < end else ""
    if procedural:
        if _is_new_name(head) and second in ("", "SECTION"):
            yield Name(head, "section" if second else "paragraph", 0, "", ""), begin
    elif _LEVEL.fullmatch(head) and int(head) in _LEVELS:
        if second != "FILLER" and _NAME.fullmatch(second) and second not in _CLAUSES:
            yield _data_name(words[begin:end], int(head), second), begin + 1
        yield from _indexes(words, begin, end)
    elif head in ("FD", "SD", "SELECT"):
        at = begin + 2 if second == "OPTIONAL" else begin + 1
        if at < end and _is_new_name(words[at]):
            yield Name(words[at], "file", 0, "", ""), at
    elif begin >= 2 and words[begin - 2] == "PROGRAM-ID" and _is_new_name(head):
        yield Name(head, "program", 0, "", ""), begin


_CLAUSE_WORDS = "PIC PICTURE VALUE REDEFINES OCCURS USAGE COPY COMP COMP-3 BINARY"
_CLAUSES = frozenset(_CLAUSE_WORDS.split())


def _is_new_name(word: str) -> bool:
    return word not in _RESERVED and _NAME.fullmatch(word) is not None


def _data_name(entry: Sequence[str], level: int, spelling: str) -> Name:
    picture = next((_after_is(entry, i) for i, w in enumerate(entry) if w in _PICTURE), "")
    usage = next((word for word in entry[2:] if _USAGES.fullmatch(word)), "")
    kind = "condition" if level == 88 else "data"
    if level not in (66, 77, 78, 88) and not picture and not usage:
        kind = "group"
    return Name(spelling, kind, level, picture, usage)


_PICTURE = frozenset({"PIC", "PICTURE"})


def _after_is(entry: Sequence[str], at: int) -> str:
    rest = [word for word in entry[at + 1 : at + 4] if word != "IS" and not word.startswith("\n")]
    return rest[0] if rest else ""


def _indexes(words: Sequence[str], begin: int, end: int) -> Iterator[tuple[Name, int]]:
    for at in range(begin, end - 1):
        if words[at] == "INDEXED":
            place = at + 2 if words[at + 1] == "BY" and at + 2 < end else at + 1
            if _is_new_name(words[place]):
                yield Name(words[place], "index", 0, "", ""), place


def scan_words(origin: Origin) -> list[str]:
    """The words of one source."""
    return [word.text for word in words_of(read_text(origin.path), origin.fixed)]


def count_words(sources: Iterable[Origin]) -> tuple[Counter[str], Counter[str]]:
    """Counted static words, and counted parts of names: what the tokenizer is trained on."""
    static: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    for origin in sources:
        words = scan_words(origin)
        names, _ = scan_names(words)
        spelt = {name.spelling for name in names}
        static.update(word for word in words if word not in spelt)
        parts.update(part for name in names for part in name.spelling.split("-") if part)
    return static, parts


def pack(
    sources: Sequence[Origin], tokenizer: CobolTokenizer, progress: Progress | None = None
) -> tuple[Packed, ...]:
    """Encode programs; a program's weight falls with the share of its lines that earlier ones had
    (yearly copies of one program would otherwise be most of the corpus)."""
    seen: set[bytes] = set()
    packed: list[Packed] = []
    for done, origin in enumerate(sources):
        words = scan_words(origin)
        fresh = _fresh_share(words, seen)
        if len(words) >= 20:
            packed.append(_pack_one(origin, words, fresh, tokenizer))
        if progress:
            progress("packing", done + 1, len(sources))
    return tuple(packed)


Documents = Callable[[Path], Iterable[tuple[Sequence[str], Sequence[str]]]]
"""Of a source: its own words, which say what its names are, and those of a text made of it."""


def pack_documents(
    sources: Sequence[Origin],
    tokenizer: CobolTokenizer,
    documents: Documents,
    progress: Progress | None = None,
) -> tuple[Packed, ...]:
    """Encode texts made of sources (their translations), each with the names of its source."""
    seen: set[bytes] = set()
    packed: list[Packed] = []
    for done, origin in enumerate(sources):
        for own, words in documents(origin.path):
            names, _ = scan_names(own)
            slots = {name.spelling: number for number, name in enumerate(names)}
            ids = np.asarray(tokenizer.encode(words, slots), np.int32)
            fresh = _fresh_share(words, seen)
            packed.append(Packed(origin, ids, names, (-1,) * len(names), fresh))
        if progress:
            progress("translating", done + 1, len(sources))
    return tuple(packed)


def _fresh_share(words: Sequence[str], seen: set[bytes]) -> float:
    lines = " ".join(words).split("\n")
    marks = {hashlib.blake2b(x.encode(), digest_size=8).digest() for x in lines if len(x) > 12}
    fresh = len(marks - seen)
    seen |= marks
    return fresh / max(1, len(marks))


def _pack_one(
    origin: Origin, words: Sequence[str], fresh: float, tokenizer: CobolTokenizer
) -> Packed:
    names, places = scan_names(words)
    slots = {name.spelling: number for number, name in enumerate(names)}
    ids: list[int] = []
    at = []
    for word in words:
        at.append(len(ids))
        ids.extend(tokenizer.encode((word,), slots))
    defined = tuple(at[place] if place >= 0 else -1 for place in places)
    return Packed(origin, np.asarray(ids, np.int32), names, defined, fresh)


SHARD = 4_000_000
"""Tokens and spelt pieces a shard holds at most, unless one program has more."""


def save_pack(path: Path, packed: Sequence[Packed], tokenizer: CobolTokenizer) -> None:
    """Write packed programs as `path`, or as shards beside it (`train.000.npz` ...) if they are
    many. Each file is whole or not there, and older ones are gone."""
    shards = list(_sharded(packed))
    for old in shards_at(path):
        old.unlink()
    for number, shard in enumerate(shards):
        place = path if len(shards) == 1 else path.with_suffix(f".{number:03}{path.suffix}")
        part = place.with_name(f"part-{place.name}")
        np.savez(part, **arrays_of(shard, tokenizer))  # type: ignore[arg-type]
        part.replace(place)


def _sharded(packed: Sequence[Packed]) -> Iterator[list[Packed]]:
    shard: list[Packed] = []
    size = 0
    for program in packed:
        mine = len(program.ids) + sum(len(name.spelling) for name in program.names)
        if shard and size + mine > SHARD:
            yield shard
            shard, size = [], 0
        shard.append(program)
        size += mine
    yield shard


def arrays_of(packed: Sequence[Packed], tokenizer: CobolTokenizer) -> dict[str, np.ndarray]:
    """Ids of all programs behind each other (uint16), where each begins, and the bindings of all
    names (pieces, features, declaration, spelling)."""
    names = [name for program in packed for name in program.names]
    pieces = np.zeros((len(names), PIECES), np.uint16)
    features = np.zeros((len(names), FEATURES), np.uint8)
    spelt: list[tuple[int, ...]] = []
    for row, name in enumerate(names):
        part = tokenizer.spell_name(name.spelling)[:PIECES]
        pieces[row, : len(part)] = part
        features[row] = features_of(name)
        spelt.append(tokenizer.spell(name.spelling))
    lengths = [len(program.ids) for program in packed]
    counts = [len(program.names) for program in packed]
    return {
        "ids": np.concatenate([program.ids for program in packed]).astype(np.uint16),
        "begins": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        "name_begins": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        "pieces": pieces,
        "features": features,
        "defined": np.asarray([at for program in packed for at in program.defined], np.int32),
        "spelt": np.asarray([piece for word in spelt for piece in word], np.uint16),
        "spelt_begins": np.concatenate([[0], np.cumsum([len(w) for w in spelt])]).astype(np.int64),
        "weights": np.asarray([program.weight for program in packed], np.float32),
        "repositories": np.asarray([program.origin.repository for program in packed]),
        "licences": np.asarray([program.origin.licence for program in packed]),
        "static_size": np.asarray(tokenizer.static_size),
    }
