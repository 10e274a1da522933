"""A source as it lies on disk: bytes, encoding, reference format, and the view that is parsed.

The original bytes are the truth. `Source.view` is a plain ASCII byte string made from them, one
byte for one (a byte that is not plain ASCII text becomes 0x7F, which counts as a word character),
so columns are bytes, as the compiler counts them. Offsets into the view are what trees, programs
and edits speak; `Source.original` maps them back.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from cobolsmith.cards import CARDS, RECORD, card_language
from cobolsmith.errors import SourceError
from cobolsmith.reference_format import detect_format, sample_lines

FORMATS = ("fixed", "free", "variable")

_SUBSTITUTE = 0x7F
_PLAIN = frozenset(b"\t\n\f\r\x1a") | frozenset(range(0x20, 0x7F))
_CONTROLS = bytes(set(range(0x20)) - _PLAIN)
_HIGH = bytes(range(0x81, 0x100))
_EBCDIC_TEXT = bytes(
    " .<(+|&!$*);-/,%_>?:#@'=\"\r\n\x85\tABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789".encode("cp037")
)
_SHIFTED = re.compile(rb"\x0e[^\x0f\x15\x25]*\x0f")
_BOM = codecs.BOM_UTF8
_UNREADABLE: dict[type[OSError], tuple[str, str]] = {
    IsADirectoryError: ("is a directory", "name a file in it"),
    FileNotFoundError: ("no such file", "check the path and the working directory"),
}


class Span(NamedTuple):
    """A half-open range of view offsets: the bytes from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One source file: `data` as stored, `view` as parsed, and the way between them.

    `encoding` is a codec name, `format` one of FORMATS, `newline` the line end as decoded text
    ("" for 80-byte records). `bom` counts the bytes of data before the view's first; `record` is
    80 where the view's line ends are not in data, else 0.
    """

    path: Path
    data: bytes = field(repr=False)
    encoding: str
    format: str
    view: bytes = field(repr=False)
    newline: str
    bom: int
    record: int
    line_starts: tuple[int, ...] = field(repr=False)

    def original(self, offset: int) -> int:
        """The offset in `data` of a view offset (a made-up line end maps to the next record)."""
        if not self.record:
            return self.bom + offset
        line, column = divmod(offset, self.record + 1)
        return min(line * self.record + column, len(self.data))

    def text(self, start: int = 0, end: int | None = None) -> str:
        """The decoded original of view[start:end]; a character cut in two shows as U+FFFD."""
        stop = len(self.view) if end is None else end
        if not self.record:
            return self.data[self.bom + start : self.bom + stop].decode(self.encoding, "replace")
        parts = self.view[start:stop].split(b"\n")
        text, at = [], start
        for part in parts:
            first = self.original(at)
            text.append(self.data[first : first + len(part)].decode(self.encoding, "replace"))
            at += len(part) + 1
        return "\n".join(text)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of a view offset, both counted from 1, columns in bytes."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def line_span(self, line: int) -> tuple[int, int]:
        """View offsets of a line (from 1): its first byte and the byte after its line end."""
        after = self.line_starts[line] if line < len(self.line_starts) else len(self.view)
        return self.line_starts[line - 1], after

    def where(self, offset: int) -> str:
        """`path:line:column` of a view offset, as errors and reports show it."""
        line, column = self.line_column(offset)
        return f"{self.path}:{line}:{column}"

    def encode(self, text: str) -> bytes:
        """The bytes of new text in this source's encoding and line ends.

        In 80-byte records each line before a line end is padded with blanks to a whole record.
        Raises SourceError naming the first character (or line) that does not fit.
        """
        try:
            if self.record:
                return "".join(self._cards(text)).encode(self.encoding)
            return text.replace("\n", self.newline).encode(self.encoding)
        except UnicodeEncodeError as error:
            bad = text[error.start] if error.start < len(text) else error.object[error.start]
            raise SourceError(
                f"the character {bad!r} (U+{ord(bad):04X}) does not exist in {self.encoding}",
                where=str(self.path),
                remedy="write it with characters of that encoding, or convert the source",
            ) from error

    def _cards(self, text: str) -> Iterator[str]:
        lines = text.split("\n")
        for line in lines[:-1]:
            if len(line) > RECORD:
                raise SourceError(
                    f"a line of {len(line)} characters does not fit a record of {RECORD}",
                    where=str(self.path),
                    remedy="break the line",
                )
            yield line.ljust(RECORD)
        yield lines[-1]

    @property
    def sequence_numbers(self) -> bool:
        """Whether columns 1-6 of a fixed or variable source carry numbers or marks."""
        return self.format != "free" and _in_use(self.view, slice(0, 6))

    @property
    def identification(self) -> bool:
        """Whether columns 73-80 of a fixed source carry text."""
        return self.format == "fixed" and _in_use(self.view, slice(72, 80))


def read(
    path: Path | str, *, encoding: str = "auto", format: str = "auto", fallback: str = "fixed"
) -> Source:
    """Read a source from disk; see `from_bytes`. Raises SourceError if it can't be read."""
    place = Path(path)
    try:
        data = place.read_bytes()
    except OSError as error:
        unknown = (f"can't be read: {error.strerror or error}", "check its permissions")
        what, remedy = _UNREADABLE.get(type(error), unknown)
        raise SourceError(what, where=str(path), remedy=remedy) from error
    return from_bytes(data, place, encoding=encoding, format=format, fallback=fallback)


def from_bytes(
    data: bytes,
    path: Path | str,
    *,
    encoding: str = "auto",
    format: str = "auto",
    fallback: str = "fixed",
) -> Source:
    """Make a Source of bytes already at hand (the git index, a test, an editor's buffer).

    `encoding` is a codec's name or "auto": UTF-8, else EBCDIC by its letters and blanks, else
    Latin-1. `format` is one of FORMATS or "auto"; `fallback` is what "auto" takes when the lines
    say nothing either way. Raises SourceError for binary data and for names not known.
    """
    if format not in ("auto", *FORMATS, *CARDS):
        raise SourceError(
            f"unknown reference format {format!r}",
            where=str(path),
            remedy=f"use auto, {', '.join((*FORMATS, *CARDS))}",
        )
    codec = detect_encoding(data, str(path)) if encoding == "auto" else _codec(encoding, str(path))
    bom = len(_BOM) if codec == "utf-8" and data.startswith(_BOM) else 0
    view = _plain(data[bom:], codec, str(path))
    newline, view = _line_ends(view, data[bom:], codec)
    record = 0
    if not newline:
        record = RECORD if _is_ebcdic(codec) and len(data) > RECORD else 0
        newline = "" if record else "\n"
    if record:
        view = _records(view, str(path))
    if format == "auto":
        format = card_language(Path(path), view) or detect_format(view, fallback)
    return Source(Path(path), data, codec, format, view, newline, bom, record, _starts(view))


def detect_encoding(data: bytes, where: str) -> str:
    """The encoding of a source's bytes by their statistics: utf-8, cp037, cp1140 or latin-1.

    Raises SourceError for data that is not text.
    """
    sample = data[:65536]
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SourceError("is UTF-16", where=where, remedy="convert it to UTF-8")
    if _looks_ebcdic(sample):
        # The two code pages differ in one byte: the euro sign of cp1140.
        return "cp1140" if 0x9F in data else "cp037"
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls * 50 > len(sample):
        raise SourceError(
            "is not text (binary data)",
            where=where,
            remedy="leave it out, or name its encoding with --encoding",
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _looks_ebcdic(sample: bytes) -> bool:
    letters = len(sample) - len(sample.translate(None, _HIGH))
    written = len(sample) - sample.count(0x40)
    text = len(sample) - len(sample.translate(None, _EBCDIC_TEXT))
    return letters * 2 > written and text * 20 > len(sample) * 19


def _is_ebcdic(codec: str) -> bool:
    return " ".encode(codec) == b"\x40"


def _codec(encoding: str, where: str) -> str:
    """The canonical name of a codec a source may have: one byte for each plain character."""
    try:
        info = codecs.lookup(encoding)
        plain = "".join(map(chr, range(0x20, 0x7F)))
        usable = len(plain.encode(info.name)) == len(plain)
    except (LookupError, UnicodeError, TypeError) as error:
        raise SourceError(
            f"unknown encoding {encoding!r}",
            where=where,
            remedy="use auto, utf-8, latin-1, cp1252, cp037, cp1140 or another text encoding",
        ) from error
    if not usable:
        raise SourceError(
            f"the encoding {encoding!r} does not keep one byte a character",
            where=where,
            remedy="convert the source to UTF-8",
        )
    plainer = {"utf-8-sig": "utf-8", "iso8859-1": "latin-1", "ascii": "utf-8"}
    return plainer.get(info.name, info.name)


def _plain(data: bytes, codec: str, where: str) -> bytes:
    """The bytes as plain ASCII, one for one, with what is not plain text as 0x7F."""
    if codec == "utf-8":
        _must_decode(data, codec, where)
        return data.translate(_table(range(256)))
    ebcdic = _is_ebcdic(codec)
    if ebcdic:
        data = _SHIFTED.sub(lambda dbcs: b"\x0e" * len(dbcs[0]), data)
    single = [_single(byte, codec) for byte in range(256)]
    if ebcdic or all(point is not None for point in single):
        # EBCDIC text ends its lines with NEL as often as with LF.
        return data.translate(_table(10 if ebcdic and one == 0x85 else one for one in single))
    text = _must_decode(data, codec, where)
    return b"".join(
        run.encode() if run.isascii() else b"\x7f" * len(run.encode(codec))
        for run in re.split(r"([^\x00-\x7f]+)", text)
    ).translate(_table(range(256)))


def _single(byte: int, codec: str) -> int | None:
    try:
        text = bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        return None
    return ord(text) if len(text) == 1 else None


def _table(points: Iterable[int | None]) -> bytes:
    """A translation table: plain characters as they are, all others 0x7F."""
    return bytes(_SUBSTITUTE if one is None or one not in _PLAIN else one for one in points)


def _must_decode(data: bytes, codec: str, where: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"byte 0x{data[error.start]:02X} on line {line} is not {codec}",
            where=where,
            remedy="name the right encoding, or use auto",
        ) from error


def _line_ends(view: bytes, data: bytes, codec: str) -> tuple[str, bytes]:
    """The line end in use (decoded; "" where there is none) and the view with `\\n` for it."""
    first = view.find(b"\n")
    if first > 0 and view[first - 1] == 0x0D:
        return "\r\n", view
    if first >= 0:
        return data[first : first + 1].decode(codec), view
    if b"\r" in view:
        return "\r", view.replace(b"\r", b"\n")
    return "", view


def _records(view: bytes, where: str) -> bytes:
    if len(view) % RECORD:
        raise SourceError(
            f"EBCDIC text without line ends, and its {len(view)} bytes are no multiple of {RECORD}",
            where=where,
            remedy=f"transfer it again as {RECORD}-byte records or with line ends",
        )
    cards = (view[at : at + RECORD] for at in range(0, len(view), RECORD))
    return b"".join(card + b"\n" for card in cards)


def _starts(view: bytes) -> tuple[int, ...]:
    return (0, *(match.end() for match in re.finditer(rb"\n", view)))


def _in_use(view: bytes, columns: slice) -> bool:
    """Whether most lines have something in these columns."""
    written = [bool(line[columns].strip()) for line in sample_lines(view)]
    return sum(written) * 2 > len(written)
