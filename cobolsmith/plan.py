"""A plan: what to change and why, as ranges of the view whose new text may have holes.

Plan("close the literal", (Edit(path, Span(120, 120), ("'",)),), ("cobc: line 12 ...",))
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from cobolsmith.source import Span


@dataclass(frozen=True, slots=True)
class Hole:
    """A gap that the model fills, and what may stand there.

    `kind` is the node kind the text must parse as (`move_statement`, `picture_string`, `name`,
    ...; `text` for any run of words). `lengths` are the numbers of words to try from masks,
    `drafts` the texts to start from. `names` restricts user-defined names to these kinds of name
    (none: any kind). `spec` is a sentence, `diagnostics` are what a check said here, `refused` the
    texts that a check has turned down. `kept`: the share of the first draft's words, in order, that
    a fill must keep; so a wide hole can't lose what stands around a fault.
    """

    kind: str
    lengths: tuple[int, ...] = ()
    drafts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    spec: str = ""
    diagnostics: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    kept: float = 0.0


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the view range `span` of the file `path` by `new`: text and holes in order."""

    path: Path
    span: Span
    new: tuple[str | Hole, ...]

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The gaps of this edit, in order."""
        return tuple(part for part in self.new if isinstance(part, Hole))


@dataclass(frozen=True, slots=True)
class Creation:
    """A file that a plan makes: its path and its whole text, lines ended by \\n."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A change with a title, its edits and the reasons a reviewer should read.

    `doubt` orders alternatives: 0 is certain, each whole step more is a class less likely.
    `creates` are new files. `differs` names what may differ once the change is made: fields, files
    (SELECT or DD), `stdout`, `exit`, `FILE:first-last` (columns); all else must stay. A run may
    differ as it likes if it executes one of `branches` (new statements, by the words of their first
    line), or, with `ways`, if the changed conditions lead it another way. With `dead`, no run may
    execute what is taken out. `leaves` are statements that the old side's changed statements lead
    to: a run may differ that executes one there, or ("SUBSCRIPT") that went beyond a table there.
    """

    title: str
    edits: tuple[Edit, ...]
    reasons: tuple[str, ...] = ()
    doubt: float = 0.0
    creates: tuple[Creation, ...] = ()
    differs: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    ways: bool = False
    dead: bool = False
    leaves: tuple[str, ...] = ()

    @property
    def holes(self) -> tuple[Hole, ...]:
        """All gaps, in order of the edits."""
        return tuple(hole for edit in self.edits for hole in edit.holes)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files touched, each once; those made come last."""
        made = (one.path for one in self.creates)
        return tuple(dict.fromkeys((*(edit.path for edit in self.edits), *made)))

    @property
    def drafted(self) -> Plan | None:
        """The plan with the first draft of each hole in its place; None where a hole has none."""
        if any(not hole.drafts for hole in self.holes):
            return None
        edits = tuple(
            replace(edit, new=tuple(p if isinstance(p, str) else p.drafts[0] for p in edit.new))
            for edit in self.edits
        )
        return replace(self, edits=edits)
