"""What the parsed tree of a query or change of rows says: tables, columns, outputs and ties.

The tree is sqlglot's; its names are `n12` and `:h12` for the tokens 12 (see `query`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlglot import exp

from cobolsmith.executed import Block
from cobolsmith.languages.sql import nodes
from cobolsmith.languages.sql.hosts import Hosts
from cobolsmith.languages.sql.statement import ColumnUse, Declared, Output, TableUse, Tie
from cobolsmith.languages.sql.tokens import Token
from cobolsmith.program import Origin

Columns = Mapping[str, tuple[Declared, ...]]
"""The columns of the tables that the program declares, by the table's name."""

_COMPARED = (
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.Is, exp.Between, exp.In,
    exp.NullSafeEQ, exp.NullSafeNEQ,
)  # fmt: skip


@dataclass(slots=True)
class Facts:
    """The facts of one statement, as they are found."""

    block: Block
    found: Sequence[Token]
    hosts: Hosts
    declared: Columns
    tables: list[TableUse] = field(default_factory=list)
    columns: list[ColumnUse] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    outputs: list[Output] | None = None
    _given: dict[tuple[str, str], exp.Expression] = field(default_factory=dict)
    _written: set[int] = field(default_factory=set)
    _common: set[str] = field(default_factory=set)

    # --- Names ---

    def origin(self, first: int, last: int) -> Origin:
        """Where the tokens first..last were written."""
        return self.block.at(self.found[first].start, self.found[last].end)

    def table_name(self, table: exp.Table) -> str:
        """The name of a table with its qualifiers."""
        return ".".join(self.found[at].text for at in nodes.parts(table))

    def known(self, table: str) -> tuple[Declared, ...]:
        """The declared columns of a table; a name without qualifier may mean a declared one."""
        if table in self.declared:
            return self.declared[table]
        last = table.rpartition(".")[2]
        alike = [name for name in self.declared if name.rpartition(".")[2] == last]
        return self.declared[alike[0]] if len(alike) == 1 else ()

    # --- The statement ---

    def take(self, tree: exp.Expression) -> None:
        """Gather everything from a statement's tree."""
        every = list(tree.walk())
        self._common = self._names({cte.alias for cte in every if isinstance(cte, exp.CTE)})
        targets = {id(table) for table in nodes.targets(every)}
        for node in every:
            if isinstance(node, exp.Table):
                self._table(node, writes=id(node) in targets)
            elif isinstance(node, exp.Merge):
                self._values_of(node)
            elif isinstance(node, exp.Insert):
                self._insert(node)
            elif isinstance(node, exp.Update):
                self._update(node)
        self.outputs = self._outputs(tree)
        for node in every:
            if isinstance(node, exp.Column):
                self._column(node)
            elif isinstance(node, exp.Select):
                self._stars(node)
            elif isinstance(node, _COMPARED):
                self._compare(node)

    def _table(self, table: exp.Table, *, writes: bool) -> None:
        """A table used, unless it is a common table expression of the statement itself."""
        numbers = nodes.parts(table)
        if not numbers or self.table_name(table) in self._common:
            return
        place = self.origin(numbers[0], numbers[-1])
        how: Literal["reads", "writes"] = "writes" if writes else "reads"
        self.tables.append(TableUse(self.table_name(table), how, place))

    def _names(self, numbered: set[str]) -> set[str]:
        return {self.found[int(name[1:])].text for name in numbered if name[1:].isdigit()}

    def _column(self, column: exp.Column) -> None:
        use = self.use(column)
        if use is not None and not self._is_alias(column):
            self.columns.append(use)

    def use(self, column: exp.Column) -> ColumnUse | None:
        """The column that a node names (None for T.* and what is no name)."""
        at = nodes.number(column.this)
        if at is None:
            return None
        how: Literal["reads", "writes"] = "writes" if id(column) in self._written else "reads"
        first = nodes.number(column.args.get("table"))
        place = self.origin(at if first is None else first, at)
        return ColumnUse(self._table_of(column), self.found[at].text, how, place)

    def _is_alias(self, column: exp.Column) -> bool:
        """Whether a name in ORDER BY is one that the select list gives."""
        order = column.find_ancestor(exp.Order)
        select = column.parent_select
        if order is None or select is None or column.table:
            return False
        name = self.found[nodes.number(column.this) or 0].text
        given = (one.args["alias"] for one in select.expressions if isinstance(one, exp.Alias))
        return any(self.found[nodes.number(alias) or 0].text == name for alias in given)

    # --- Which table a column is of ---

    def _table_of(self, column: exp.Column) -> str | None:
        qualifier = nodes.number(column.args.get("table"))
        name = self.found[nodes.number(column.this) or 0].text
        if qualifier is None and id(column) in self._written:
            changed = column.find_ancestor(exp.Merge, exp.Update)
            if isinstance(changed, exp.Update) and not isinstance(changed.this, exp.Table):
                changed = changed.find_ancestor(exp.Merge)
            if changed is not None and isinstance(changed.this, exp.Table):
                return self.table_name(changed.this)
        for sources in nodes.scopes(column):
            if qualifier is not None:
                wanted = self.found[qualifier].text
                chosen = [one for one in sources if self._answers(one, wanted)]
            else:
                chosen = self._holding(sources, name)
            if chosen:
                return self._source_name(chosen[0]) if len(chosen) == 1 else None
            if qualifier is None and sources:
                return None
        return None

    def _answers(self, source: exp.Expression, wanted: str) -> bool:
        alias = nodes.number(source.args.get("alias"))
        if alias is not None:
            return self.found[alias].text == wanted
        parts = nodes.parts(source) if isinstance(source, exp.Table) else []
        return bool(parts) and self.found[parts[-1]].text == wanted

    def _holding(self, sources: list[exp.Expression], name: str) -> list[exp.Expression]:
        """The sources that have a column of this name: the only one, or those declared with it."""
        if len(sources) == 1:
            return sources
        return [
            one
            for one in sources
            if isinstance(one, exp.Table)
            and any(column.name == name for column in self.known(self.table_name(one)))
        ]

    def _source_name(self, source: exp.Expression) -> str | None:
        name = self.table_name(source) if isinstance(source, exp.Table) else ""
        return name if name and name not in self._common else None

    # --- What is given to columns ---

    def _insert(self, insert: exp.Insert) -> None:
        target = insert.this
        if isinstance(target, exp.Tuple):  # of a MERGE, whose target it is
            self._insert_merged(target.expressions, insert)
            return
        table = target.this if isinstance(target, exp.Schema) else target
        if not isinstance(table, exp.Table) or not nodes.parts(table):
            return
        name, first = self.table_name(table), nodes.parts(table)
        whole = self.origin(first[0], first[-1])
        named = target.expressions if isinstance(target, exp.Schema) else []
        listed = [self._written_column(name, one) for one in named] or [
            ColumnUse(name, one.name, "writes", whole) for one in self.known(name)
        ]
        columns = [one for one in listed if one is not None]
        self.columns.extend(columns or [ColumnUse(name, "*", "writes", whole)])
        for row in nodes.rows(insert.expression):
            self._store(columns, row)

    def _insert_merged(self, targets: Sequence[exp.Expr], insert: exp.Insert) -> None:
        self._written.update(id(one) for one in targets)
        uses = [self.use(one) for one in targets if isinstance(one, exp.Column)]
        for row in nodes.rows(insert.expression):
            self._store([use for use in uses if use is not None], row)

    def _written_column(self, table: str, node: exp.Expression) -> ColumnUse | None:
        at = nodes.number(node.this if isinstance(node, exp.Column) else node)
        if at is None:
            return None
        return ColumnUse(table, self.found[at].text, "writes", self.origin(at, at))

    def _store(self, columns: Sequence[ColumnUse], row: Sequence[exp.Expression]) -> None:
        at = 0
        for value in row:
            bare = nodes.bare(value)
            if isinstance(bare, exp.Placeholder) and (token := nodes.host(bare)) is not None:
                for host, item in self.hosts.slots([token]):
                    if at < len(columns):
                        use = columns[at]
                        self.ties.append(
                            Tie(use.table, use.column, host.name, item, "stored", host.origin)
                        )
                    at += 1
                continue
            if at < len(columns):
                self._through(columns[at], value, "stored")
            at += 1

    def _update(self, update: exp.Update) -> None:
        """SET column = value; in a MERGE the target is the MERGE's."""
        for pair in update.expressions:
            if not isinstance(pair, exp.EQ):
                continue
            targets = nodes.flat(pair.this)
            values = nodes.flat(pair.expression)
            for column in targets:
                if isinstance(column, exp.Column):
                    self._written.add(id(column))
            uses = [self.use(one) for one in targets if isinstance(one, exp.Column)]
            columns = [use for use in uses if use is not None]
            if len(columns) == 1 and len(values) == 1:
                self._through(columns[0], values[0], "stored")
            elif len(columns) == len(uses):
                self._store(columns, values)

    def _through(
        self,
        use: ColumnUse,
        value: exp.Expression,
        how: Literal["stored", "compared"],
        whole: bool = True,
    ) -> None:
        """A tie of a column with each host variable of an expression."""
        bare = self._replaced(nodes.bare(value))
        exact = whole and isinstance(bare, exp.Placeholder)
        for node in bare.find_all(exp.Placeholder):
            token = nodes.host(node)
            for host, item in self.hosts.slots([token]) if token is not None else ():
                tie = Tie(use.table, use.column, host.name, item, how, host.origin, exact)
                self.ties.append(tie)

    def _values_of(self, merge: exp.Merge) -> None:
        """USING (VALUES (:A, :B)) AS S (X, Y): S.X stands for :A."""
        source = merge.args.get("using")
        alias = source.args.get("alias") if source is not None else None
        row = next(nodes.rows(source), []) if source is not None else []
        if not isinstance(alias, exp.TableAlias) or not isinstance(alias.this, exp.Identifier):
            return
        name = self.found[nodes.number(alias.this) or 0].text
        for column, value in zip(alias.columns, row, strict=False):
            at = nodes.number(column)
            if at is not None:
                self._given[name, self.found[at].text] = nodes.bare(value)

    def _replaced(self, node: exp.Expression) -> exp.Expression:
        if not isinstance(node, exp.Column):
            return node
        table, name = nodes.number(node.args.get("table")), nodes.number(node.this)
        if table is None or name is None:
            return node
        return self._given.get((self.found[table].text, self.found[name].text), node)

    # --- What a query gives, and what is compared ---

    def _outputs(self, tree: exp.Expression) -> list[Output] | None:
        """The values of the first SELECT in order; None where `*` hides how many there are."""
        select = tree
        while isinstance(select, (exp.SetOperation, exp.Subquery)):
            select = select.this
        if not isinstance(select, exp.Select):
            return None
        found: list[Output] = []
        for value in select.expressions:
            if nodes.is_star(value):
                columns = self._star(select, value)
                if any(use.column == "*" for use in columns):
                    return None
                found.extend(Output((use,), True) for use in columns)
                continue
            bare = nodes.bare(value.this if isinstance(value, exp.Alias) else value)
            uses = tuple(use for one in bare.find_all(exp.Column) if (use := self.use(one)))
            found.append(Output(uses, isinstance(bare, exp.Column)))
        return found

    def _stars(self, select: exp.Select) -> None:
        for value in select.expressions:
            if nodes.is_star(value):
                self.columns.extend(self._star(select, value))

    def _star(self, select: exp.Select, value: exp.Expression) -> list[ColumnUse]:
        """The columns that `*` or `T.*` means, or one of the name `*`."""
        wanted = nodes.number(value.args.get("table")) if isinstance(value, exp.Column) else None
        uses: list[ColumnUse] = []
        for source in nodes.sources(select):
            if wanted is not None and not self._answers(source, self.found[wanted].text):
                continue
            if not isinstance(source, exp.Table) or not nodes.parts(source):
                uses.append(ColumnUse(None, "*", "reads", self.block.origin))
                continue
            name, parts = self.table_name(source), nodes.parts(source)
            place = self.origin(parts[0], parts[-1])
            columns = [one.name for one in self.known(name)] or ["*"]
            uses.extend(ColumnUse(name, one, "reads", place) for one in columns)
        return uses

    def _compare(self, test: exp.Expr) -> None:
        if isinstance(test.parent, exp.Update) and test.arg_key == "expressions":
            return
        if isinstance(test, exp.Between):
            sides = [(test.this, test.args["low"]), (test.this, test.args["high"])]
        elif isinstance(test, exp.In):
            sides = [(test.this, one) for one in test.expressions]
        else:
            left, right = nodes.flat(test.this), nodes.flat(test.expression)
            sides = list(zip(left, right, strict=False))
        for left_side, right_side in sides:
            self._pair(left_side, right_side)
            self._pair(right_side, left_side)

    def _pair(self, side: exp.Expression, other: exp.Expression) -> None:
        bare = nodes.bare(side)
        if isinstance(other, exp.Query) or isinstance(bare, exp.Query):
            return
        for column in bare.find_all(exp.Column):
            use = self.use(column)
            if use is not None and not isinstance(self._replaced(column), exp.Placeholder):
                self._through(use, other, "compared", whole=column is bare)
