"""Does every changed source parse without an error node?"""

from __future__ import annotations

from cobolsmith import syntax
from cobolsmith.source import Source, Span
from cobolsmith.verify import Diagnostic, Status, Subject, Verdict

NAME = "parses"


def parses(subject: Subject) -> Verdict:
    """FAILED with each syntax problem; PASSED where there is none."""
    found = tuple(problem for source in subject.sources for problem in problems(source))
    evidence = tuple(f"{source.path.name}: {source.format} format" for source in subject.sources)
    if found:
        return Verdict(NAME, Status.FAILED, str(found[0]), found, evidence)
    return Verdict(NAME, Status.PASSED, "", (), evidence)


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
