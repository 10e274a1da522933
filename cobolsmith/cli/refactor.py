"""refactor: one command a recipe, its options the recipe's own."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from cobolsmith import refactoring
from cobolsmith.cli.shared import (
    Encoding,
    Format,
    FormatOption,
    Paths,
    Reference,
    app,
    finish,
    talk,
)
from cobolsmith.job import Options
from cobolsmith.recipe import Option, Recipe
from cobolsmith.recipes import RECIPES
from cobolsmith.reports import terminal

refactor_app = typer.Typer(help="Change programs and keep what they do: a verified patch, or none.")
app.add_typer(refactor_app, name="refactor")


@refactor_app.callback(invoke_without_command=True)
def recipes(
    context: typer.Context,
    listed: Annotated[bool, typer.Option("--list", help="Show all recipes.")] = False,
) -> None:
    """Change programs and keep what they do: a verified patch, or none."""
    if context.invoked_subcommand is None:
        for recipe in RECIPES.values():
            print(f"{recipe.name:18} {recipe.summary}")
        raise typer.Exit(0 if listed else 2)


def run_recipe(
    paths: Paths = None,
    form: FormatOption = Format.TERMINAL,
    write: Annotated[bool, typer.Option("--write", help="Replace the files, if verified.")] = False,
    model: Annotated[str, typer.Option(help="The model that words what is a matter of taste.")] = (
        ""
    ),
    golden: Annotated[Path | None, typer.Option(help="A folder of recorded runs.")] = None,
    runs: Annotated[int | None, typer.Option(min=0, help="Runs to generate.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same.")] = 0,
    evidence: Annotated[Path | None, typer.Option(help="Write the evidence, as JSON.")] = None,
    encoding: Encoding = "auto",
    reference: Reference = "auto",
    *,
    recipe: Recipe,
    values: dict[str, str | int | bool],
) -> None:
    """What all recipes' commands do."""
    options = Options(
        encoding=encoding,
        reference=reference,
        write=write,
        seed=seed,
        model=model,
        runs=runs,
        golden=golden,
    )
    report = terminal.progress(
        talk, refactoring.refactor, recipe.name, paths or [], options, values
    )
    if evidence is not None:
        refactoring.keep_evidence(report, evidence)
    finish(report, form)


def command(recipe: Recipe) -> Callable[..., None]:
    """The command of a recipe: its own options, then those that all of them have."""
    own = {spelt(one.name): one for one in recipe.options}

    def run(**given: Any) -> None:
        told = {one.name: given.pop(name) for name, one in own.items()}
        values = {name: value for name, value in told.items() if value not in (None, False)}
        run_recipe(**given, recipe=recipe, values=values)

    shared = inspect.signature(run_recipe, eval_str=True).parameters.values()
    common = [one for one in shared if one.name not in ("recipe", "values")]
    mine = [parameter(name, one) for name, one in own.items()]
    kind = inspect.Parameter.KEYWORD_ONLY
    every = [one.replace(kind=kind) for one in (*mine, *common)]
    run.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in every}
    run.__doc__ = recipe.summary
    return run


def spelt(name: str) -> str:
    """An option's name as Python takes it."""
    plain = name.replace("-", "_")
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def parameter(name: str, option: Option) -> inspect.Parameter:
    """An option as typer takes it."""
    kinds: dict[str, type] = {"argument": str, "text": str, "number": int, "flag": bool}
    kind: Any = kinds[option.kind]
    default: Any = inspect.Parameter.empty
    declared: Any = typer.Option(f"--{option.name}", help=option.help)
    if option.kind == "argument":
        declared = typer.Argument(help=option.help)
    elif option.kind == "flag":
        default = False
    elif not option.required:
        kind, default = kind | None, None
    note = Annotated[kind, declared]
    only = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, only, default=default, annotation=note)


for _recipe in RECIPES.values():
    refactor_app.command(_recipe.name)(command(_recipe))
