"""Does every changed source parse without an error node?"""

from __future__ import annotations

from pathlib import Path

from cobolsmith import syntax
from cobolsmith.cards import SUFFIXES as CARDS
from cobolsmith.errors import SourceError
from cobolsmith.estate import COPYBOOK_SUFFIXES, PROGRAM_SUFFIXES
from cobolsmith.source import Source, Span, from_bytes
from cobolsmith.verify import Diagnostic, Status, Subject, Verdict

NAME = "parses"


def parses(subject: Subject) -> Verdict:
    """FAILED with each syntax problem; PASSED where there is none.

    Control cards (of SORT, of IDCAMS) have no grammar here: they are named, and not looked at.
    """
    before = {file.path: file.before for file in subject.patch.files}
    read = [one for one in subject.sources if not _is_other(one.path, before.get(one.path))]
    found = tuple(problem for source in read for problem in problems(source))
    evidence = tuple(
        f"{source.path.name}: {source.format} format"
        if source in read
        else f"{source.path.name}: no language that is parsed"
        for source in subject.sources
    )
    if found:
        return Verdict(NAME, Status.FAILED, str(found[0]), found, evidence)
    return Verdict(NAME, Status.PASSED, "", (), evidence)


def _is_other(path: Path, before: bytes | None) -> bool:
    """Whether a file was of no language with a grammar here: by its name, and as it was."""
    if before is None or path.suffix.lower() in (*PROGRAM_SUFFIXES, *COPYBOOK_SUFFIXES, *CARDS):
        return False
    try:
        return bool(problems(from_bytes(before, path)))
    except SourceError:
        return False


def problems(source: Source, tree: syntax.Tree | None = None) -> tuple[Diagnostic, ...]:
    """The ERROR and MISSING nodes of a source's tree, as diagnostics."""
    tree = tree or syntax.parse(source.view, source.format)
    return tuple(
        Diagnostic(
            source.path,
            problem.line,
            problem.column,
            problem.message,
            check=NAME,
            span=Span(problem.start, problem.end),
        )
        for problem in tree.errors()
    )
