"""parse: the syntax tree of a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from cobolsmith import source as sources
from cobolsmith import syntax
from cobolsmith.cli.shared import Encoding, Reference, TreeFormat, app, talk


@app.command()
def parse(
    path: Path,
    form: Annotated[TreeFormat, typer.Option("--format", help="The form of the tree.")] = (
        TreeFormat.TREE
    ),
    encoding: Encoding = "auto",
    reference: Reference = "auto",
) -> None:
    """Show the syntax tree of one file; exit 1 where it has errors."""
    source = sources.read(path, encoding=encoding, format=reference)
    tree = syntax.parse(source.view, source.format)
    if form is TreeFormat.JSON:
        print(json.dumps(tree.to_json()))
    else:
        print(tree.sexp() if form is TreeFormat.SEXP else tree.outline())
    for problem in tree.errors():
        talk.print(f"{path}:{problem.line}:{problem.column}: {problem.message}", markup=False)
    raise typer.Exit(1 if tree.errors() else 0)
