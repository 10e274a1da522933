"""Findings: what the rules say of a source, less what a project has settled.

A rule's severity may be set, or the rule put off, in the configuration; a comment settles one
place; a baseline settles all that was there when it was written. A finding is told from others by
its rule, its file and the words of its line, so that lines may move.

           MOVE WS-NAME TO WS-NAME.   *> cobolsmith: ignore moved-to-itself kept for the trace
      * cobolsmith: ignore unused-item, unreached-paragraph kept for the auditors
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tree_sitter import Query, QueryCursor, QueryError

from cobolsmith.config import Config
from cobolsmith.errors import ConfigError
from cobolsmith.patch import relative
from cobolsmith.program import Program
from cobolsmith.rules import RULES, listings
from cobolsmith.source import Source, Span
from cobolsmith.syntax import language, parse
from cobolsmith.verify import Diagnostic

SEVERITIES = ("error", "warning", "note", "off")
IGNORED = "ignored-without-reason"
"""The finding for a comment that settles another without saying why, or names no rule."""

_IGNORE = re.compile(rb"cobolsmith:\s*ignore\s+([\w-]+(?:\s*,\s*[\w-]+)*)[ \t]*([^\r\n]*)", re.I)
_REMARK = re.compile(rb"^(?:.{6}[*/]|\s*\*>)")


@dataclass(frozen=True, slots=True)
class Settled:
    """What is left of the findings of a source, and how many a comment or the baseline settled."""

    left: tuple[Diagnostic, ...]
    ignored: int = 0
    known: int = 0


def severities(config: Config) -> dict[str, str]:
    """The severity of each rule, as the configuration has it. Raises ConfigError for a rule or a
    severity that there isn't."""
    found: dict[str, str] = {name: rule.severity for name, rule in RULES.items()}
    for name, severity in config.rules:
        if name not in RULES:
            close = difflib.get_close_matches(name, RULES, n=1)
            remedy = f"did you mean {close[0]}?" if close else f"known: {', '.join(RULES)}"
            raise ConfigError(f"unknown rule {name}", where=str(config.root), remedy=remedy)
        if severity not in SEVERITIES:
            remedy = f"use one of {', '.join(SEVERITIES)}"
            raise ConfigError(f"no severity {severity!r}", where=name, remedy=remedy)
        found[name] = severity
    return found


Seen = Mapping[Path, Sequence[Diagnostic]]
"""What the rules find in programs, by the file that each place is in; lines aren't counted yet."""


def seen(
    programs: tuple[Program, ...], config: Config, called: Callable[[str], Program | None]
) -> Seen:
    """What the rules find in the programs of a source, in its own text and in its copybooks'.

    `called` gives the program that a CALL means, if the estate has it. Of a copybook by itself only
    rules that look at a statement or an entry say anything.
    """
    wanted = severities(config)
    found: dict[Path, list[Diagnostic]] = {}
    for listing in listings(programs, called) if programs else ():
        for rule in RULES.values():
            if wanted[rule.name] == "off" or not (listing.program.name or rule.near):
                continue
            for origin, message in rule.examine(listing):
                told = Diagnostic(origin.path, 0, 0, message, wanted[rule.name], rule.name)
                told = replace(told, span=origin.span, remedy=rule.fix)
                found.setdefault(origin.path, []).append(told)
    return found


def copied(found: Sequence[tuple[str, Sequence[Diagnostic]]]) -> list[Diagnostic]:
    """What programs, each with its name, show in a copybook: each place once, with the programs if
    it isn't all of them."""
    names = {name for name, _ in found}
    places: dict[tuple[str, Span | None], dict[str, Diagnostic]] = {}
    for name, diagnostics in found:
        for one in diagnostics:
            places.setdefault((one.check, one.span), {}).setdefault(name, one)
    told = []
    for by_program in places.values():
        first = next(iter(by_program.values()))
        some = f" (in {', '.join(by_program)})" if len(by_program) < len(names) else ""
        told.append(replace(first, message=first.message + some))
    return told


def findings(source: Source, found: Iterable[Diagnostic], config: Config) -> tuple[Diagnostic, ...]:
    """What the rules found in a source, and what those of the shop find, in its order."""
    every = dict.fromkeys((*found, *shop_findings(source, config)))
    placed = [_placed(source, one) for one in every]
    return tuple(sorted(placed, key=lambda one: (one.line, one.column, one.check)))


def _placed(source: Source, one: Diagnostic) -> Diagnostic:
    assert one.span is not None
    line, column = source.line_column(one.span.start)
    return replace(one, line=line, column=column)


def shop_findings(source: Source, config: Config) -> Iterator[Diagnostic]:
    """What the shop's own queries capture as @found. Raises ConfigError for a bad query."""
    tree = parse(source.view, source.format) if config.shop_rules else None
    for rule in config.shop_rules if tree is not None else ():
        try:
            query = Query(language(source.format), rule.query)
        except QueryError as error:
            if source.format in ("jcl", "bms"):
                continue  # a query over COBOL's nodes says nothing of cards
            remedy = "`cobolsmith parse FILE --format tree` shows the nodes that there are"
            raise ConfigError(f"bad query: {error}", where=rule.name, remedy=remedy) from error
        assert tree is not None
        for node in QueryCursor(query).captures(tree.root).get("found", ()):
            span = Span(node.start_byte, node.end_byte)
            yield Diagnostic(source.path, 0, 0, rule.message, rule.severity, rule.name, span)


# --- What is settled ------------------------------------------------------------------------------


def settle(
    source: Source, found: Sequence[Diagnostic], root: Path, baseline: frozenset[str]
) -> Settled:
    """Leave out what comments and the baseline settle; add comments that settle without a word."""
    comments = list(_comments(source))
    left: list[Diagnostic] = []
    ignored = known = 0
    for one, mark in zip(found, fingerprints(source, found, root), strict=True):
        if any(one.line == line and one.check in names and why for line, names, why, _ in comments):
            ignored += 1
        elif mark in baseline:
            known += 1
        else:
            left.append(one)
    for _, names, why, at in comments:
        strange = [name for name in names if name not in RULES]
        what = f"no rule {', '.join(strange)}" if strange else "say why behind the rule's name"
        if strange or not why:
            left.append(Diagnostic(source.path, at, 0, f"ignored, but {what}", "warning", IGNORED))
    return Settled(tuple(left), ignored, known)


def _comments(source: Source) -> Iterator[tuple[int, frozenset[str], str, int]]:
    """Each comment that settles: the line it is about, the rules, the reason, its own line."""
    lines = source.view.split(b"\n")
    for number, line in enumerate(lines, 1):
        said = _IGNORE.search(line) if b"cobolsmith" in line.lower() else None
        if said is None:
            continue
        names = frozenset(said[1].decode("ascii", "replace").lower().replace(",", " ").split())
        about = number
        if (_REMARK.match(line) and source.format != "free") or line.lstrip()[:2] == b"*>":
            while about < len(lines) and (_REMARK.match(lines[about]) or not lines[about].strip()):
                about += 1
            about += 1
        yield about, names, said[2].decode("ascii", "replace").strip(), number


def fingerprints(source: Source, found: Iterable[Diagnostic], root: Path) -> list[str]:
    """A mark for each finding that stays when lines move: of its rule, its file, the words of its
    line, and how many like it stand above it."""
    seen: Counter[str] = Counter()
    marks = []
    for one in found:
        row = b""
        if one.line:
            start, end = source.line_span(one.line)
            row = source.view[start:end][6 * (source.format != "free") :][:66]
        words = " ".join(row.decode("ascii", "replace").upper().split())
        text = "\0".join((one.check, relative(one.path, root), words))
        seen[text] += 1
        whole = f"{text}\0{seen[text]}".encode()
        marks.append(hashlib.blake2b(whole, digest_size=10).hexdigest())
    return marks


def read_baseline(path: Path) -> frozenset[str]:
    """The marks of a baseline file. Raises ConfigError where it is none."""
    try:
        body = json.loads(path.read_text("utf-8"))
        return frozenset(body["findings"])
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, KeyError, TypeError) as error:
        remedy = "write it anew with `check --write-baseline`"
        raise ConfigError(f"no baseline: {error}", where=str(path), remedy=remedy) from error


def baseline_text(found: Iterable[tuple[str, Diagnostic]], root: Path) -> str:
    """A baseline of findings with their marks, one a line, so that it can be read and merged."""
    rows = {mark: f"{relative(one.path, root)}: {one.check}: {one.message}" for mark, one in found}
    ordered = dict(sorted(rows.items(), key=lambda row: (row[1], row[0])))
    return json.dumps({"version": 1, "findings": ordered}, indent=1, ensure_ascii=False) + "\n"
