"""Questions to the nodes of a parsed query, whose names are `n12` and `:h12` for the tokens 12."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp


def number(node: object) -> int | None:
    """The token that a name's node stands for."""
    if isinstance(node, exp.TableAlias):
        node = node.this
    if isinstance(node, exp.Identifier) and node.name[:1] == "n" and node.name[1:].isdigit():
        return int(node.name[1:])
    return None


def host(node: exp.Placeholder) -> int | None:
    """The token that a placeholder stands for."""
    name = str(node.this or "")
    return int(name[1:]) if name[:1] == "h" and name[1:].isdigit() else None


def parts(table: exp.Table) -> list[int]:
    """The tokens of a table's name with its qualifiers; none where one isn't a token."""
    numbers = [number(part) for part in table.parts]
    return [one for one in numbers if one is not None] if None not in numbers else []


def targets(every: Iterable[exp.Expr]) -> list[exp.Table]:
    """The tables whose rows some of these nodes insert, change or delete."""
    found = []
    for change in every:
        if not isinstance(change, (exp.Insert, exp.Update, exp.Delete, exp.Merge)):
            continue
        target = change.this.this if isinstance(change.this, exp.Schema) else change.this
        if isinstance(target, exp.Table):
            found.append(target)
    return found


def bare(node: exp.Expression) -> exp.Expression:
    """A node without parentheses around it."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def flat(node: exp.Expression) -> list[exp.Expression]:
    """The members of (A, B), or the one value."""
    inner = bare(node)
    return list(inner.expressions) if isinstance(inner, exp.Tuple) else [inner]


def rows(node: exp.Expression | None) -> Iterator[list[exp.Expression]]:
    """The rows of VALUES, or the select list of INSERT ... SELECT."""
    if isinstance(node, exp.Subquery):
        node = node.this
    if isinstance(node, exp.Values):
        for row in node.expressions:
            yield flat(row)
    elif isinstance(node, exp.Select):
        yield [one.this if isinstance(one, exp.Alias) else one for one in node.expressions]
    elif isinstance(node, exp.Tuple):
        yield flat(node)


def is_star(value: exp.Expression) -> bool:
    """Whether a value of a select list is `*` or `T.*`."""
    return isinstance(value, exp.Star) or (
        isinstance(value, exp.Column) and isinstance(value.this, exp.Star)
    )


def scopes(column: exp.Column) -> Iterator[list[exp.Expression]]:
    """The tables and subqueries that a column may be of, innermost first."""
    node = column.parent
    while node is not None:
        if isinstance(node, (exp.Select, exp.Update, exp.Delete, exp.Merge)):
            yield sources(node)
        node = node.parent


def sources(node: exp.Expression) -> list[exp.Expression]:
    """What stands in FROM and JOIN of a SELECT; what a change changes and takes from."""
    found: list[exp.Expression] = []
    if not isinstance(node, exp.Select):
        given = (node.this, node.args.get("using"))
        found.extend(one for one in given if isinstance(one, exp.Expression))
    for clause in node.iter_expressions():
        if isinstance(clause, (exp.From, exp.Join)):
            found.append(clause.this)
    joins = (join for one in found for join in one.args.get("joins") or ())
    joined = [join.this for join in joins if isinstance(join, exp.Join)]
    return [one for one in (*found, *joined) if isinstance(one, (exp.Table, exp.Subquery))]
