"""DD statements: from parameters to data sets, and one laid over another.

Overriding follows the z/OS MVS JCL Reference (modifying procedures): parameter by parameter, DCB
subparameter by subparameter, a concatenation in order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cobolsmith.items import Origin
from cobolsmith.languages.jcl.jobs import DD, DataSet, Instream
from cobolsmith.languages.jcl.operands import Operands, operands, parts, unquoted

RECORDS = ("LRECL", "RECFM", "BLKSIZE", "DSORG", "KEYLEN", "KEYOFF", "RECORG")
"""What describes records and may stand on the DD itself as well as in its DCB."""

_GENERATION = re.compile(r"[+-]?\d+")
_NAME = re.compile(r"(?P<name>[^()]*)(?:\((?P<member>[^()]*)\))?")
_KINDS = ("*", "DATA", "DUMMY")
"""Positional parameters of DD that say what it is."""


@dataclass(slots=True)
class Allocation:
    """One statement of a DD: its parameters, where it is written, and the data behind it."""

    operands: Operands
    origin: Origin
    instream: Instream | None = None


@dataclass(slots=True)
class Allocations:
    """A DD with those concatenated to it, before it is known what overrides it."""

    name: str
    statements: list[Allocation] = field(default_factory=list)

    def finished(self) -> DD:
        """The DD that these statements make."""
        first = self.statements[0]
        sysout = first.operands.keywords.get("SYSOUT", "")
        return DD(
            self.name,
            first.origin,
            datasets=tuple(_dataset(one) for one in self.statements if _has_dataset(one)),
            instream=tuple(one.instream for one in self.statements if one.instream),
            dummy=_is_dummy(first),
            sysout=parts(sysout)[0] if sysout else "",
            ddname=first.operands.keywords.get("DDNAME", ""),
        )

    def overridden(self, over: Allocations) -> None:
        """Lay another DD over this one, statement by statement; more of them are added."""
        for index, statement in enumerate(over.statements):
            if index < len(self.statements):
                self.statements[index] = _merged(self.statements[index], statement)
            else:
                self.statements.append(statement)


def _is_dummy(one: Allocation) -> bool:
    return one.operands.first() == "DUMMY" or _dsn(one) == "NULLFILE"


def _has_dataset(one: Allocation) -> bool:
    keywords = one.operands.keywords
    elsewhere = any(key in keywords for key in ("SYSOUT", "DDNAME", "PATH", "DYNAM"))
    return not (elsewhere or one.operands.first() in _KINDS or _is_dummy(one)) and bool(keywords)


def _dsn(one: Allocation) -> str:
    keywords = one.operands.keywords
    return unquoted(keywords.get("DSN") or keywords.get("DSNAME") or "")


def _dataset(one: Allocation) -> DataSet:
    keywords = one.operands.keywords
    written = _dsn(one)
    match = _NAME.fullmatch(written)
    name, member = (match["name"], match["member"] or "") if match else (written, "")
    generation = member if _GENERATION.fullmatch(member) else ""
    disp = parts(keywords.get("DISP", ""))
    return DataSet(
        "" if name.startswith("*.") else name,
        one.origin,
        member="" if generation else member,
        generation=generation,
        temporary=name.startswith("&&") or not name,
        referback=name if name.startswith("*.") else "",
        disp=(disp[0] or "NEW", *disp[1:]) if disp else (),
        dcb=_dcb(one.operands),
        parameters=keywords,
    )


def _dcb(stated: Operands) -> dict[str, str]:
    """The subparameters of DCB, and under MODEL the data set or DD it is taken from."""
    inner = operands(",".join(parts(stated.keywords.get("DCB", ""))))
    model = {"MODEL": inner.first()} if inner.first() else {}
    own = {key: stated.keywords[key] for key in RECORDS if key in stated.keywords}
    return {**model, **inner.keywords, **own}


_EXCLUSIVE = {
    "SYSOUT": ("DSN", "DSNAME", "DISP", "PATH", "DDNAME"),
    "DSN": ("SYSOUT", "PATH", "DDNAME", "DSNAME"),
    "DSNAME": ("SYSOUT", "PATH", "DDNAME", "DSN"),
    "PATH": ("SYSOUT", "DSN", "DSNAME", "DDNAME"),
    "DDNAME": ("SYSOUT", "DSN", "DSNAME", "PATH"),
}
"""Parameters that take others of the overridden statement away."""


def _merged(below: Allocation, over: Allocation) -> Allocation:
    keywords = dict(below.operands.keywords)
    for key, value in over.operands.keywords.items():
        for gone in _EXCLUSIVE.get(key, ()):
            keywords.pop(gone, None)
        keywords[key] = (
            _merged_dcb(keywords[key], value) if key == "DCB" and key in keywords else value
        )
    kind = over.operands.first() in _KINDS
    replaced = kind or any(key in over.operands.keywords for key in _EXCLUSIVE)
    positional = over.operands.positional if replaced else below.operands.positional
    if over.operands.first() in ("*", "DATA"):
        keywords = dict(over.operands.keywords)
    instream = over.instream if replaced else below.instream
    return Allocation(Operands(positional, keywords), over.origin, instream)


def _merged_dcb(below: str, over: str) -> str:
    old, new = (operands(",".join(parts(value))) for value in (below, over))
    both = {**old.keywords, **new.keywords}
    model = new.positional or old.positional
    return f"({','.join((*model, *(f'{key}={value}' for key, value in both.items())))})"
