"""What the control statements of SORT (DFSORT, ICEMAN, SYNCSORT) say about the bytes of a record.

Positions count from 1, lengths are in bytes, as the z/OS DFSORT Application Programming Guide has
them; a record of variable length begins with its four bytes of record descriptor word.
"""

from __future__ import annotations

from dataclasses import dataclass

from cobolsmith.items import Origin, Problem


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes of a record: `length` of them from `begin` (from 1), in a format (CH, ZD, PD, BI, ...).

    `statement` is where they are named: SORT, MERGE, SUM, INCLUDE, OMIT, INREC, OUTREC or OUTFIL.
    `order` is A or D for a key of SORT, MERGE or JOINKEYS. A `length` of 0 reaches to the record's
    end. `file` is F1 or F2 where JOINKEYS joins two. `input` is where these bytes begin in the
    record as it is read: it differs from `begin` behind INREC and OUTREC, and is None where they
    are not one run of the record read.
    """

    statement: str
    begin: int
    length: int
    origin: Origin
    format: str = ""
    order: str = ""
    file: str = ""
    input: int | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """One control statement: its operation, its pieces in order, and its text on one line.

    `outputs` are the DD names of OUTFIL FNAMES=; `literals` the constants compared with or put in.
    """

    operation: str
    origin: Origin
    text: str
    pieces: tuple[Piece, ...] = ()
    literals: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sorting:
    """All control statements of one SYSIN, and what was not understood of them."""

    controls: tuple[Control, ...] = ()
    unknowns: tuple[Problem, ...] = ()

    @property
    def keys(self) -> tuple[Piece, ...]:
        """The keys of SORT and MERGE, major first."""
        return tuple(piece for one in self.controls for piece in one.pieces if piece.order)
