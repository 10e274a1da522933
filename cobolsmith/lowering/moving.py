"""MOVE, INITIALIZE and SET."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from cobolsmith.lowered import (
    AllOf,
    Compute,
    Expression,
    Figurative,
    Function,
    Move,
    Number,
    Operation,
    Place,
    Ref,
    Register,
    Run,
    Size,
    Statement,
    Step,
    Store,
    Text,
)
from cobolsmith.lowering.conditions import condition_ref
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.corresponding import pairs
from cobolsmith.lowering.data import form_of
from cobolsmith.lowering.literals import digits
from cobolsmith.lowering.operands import NUMERIC, expression, operand, reference, target
from cobolsmith.lowering.statements import parts, verb
from cobolsmith.lowering.switches import mnemonics
from cobolsmith.program import DataItem

if TYPE_CHECKING:
    from tree_sitter import Node

_CHARACTERS = ("string", "group", "edited_text")


@verb("move")
def move(context: Context, node: Node) -> Sequence[Statement]:
    """MOVE a TO b c; MOVE CORRESPONDING."""
    source = node.child_by_field_name("from")
    assert source is not None
    targets = node.children_by_field_name("to")
    if "CORR" in context.words(node):
        both = [pair for one in targets for pair in pairs(context, source, one)]
        return [moved(context, node, out, into) for out, into in both]
    sent = operand(context, source)
    return [moved(context, node, sent, target(context, one)) for one in targets]


def moved(context: Context, node: Node, source: Expression, to: Place) -> Move:
    """A MOVE to one receiver; constants become what the receiver's form makes of them."""
    form = to.form if isinstance(to, Ref) and to.start is None else "string"
    form = "binary" if isinstance(to, Register) else form
    if isinstance(source, Ref) and isinstance(to, Ref) and source.start is None:
        _scaled_right(context, node, source, to, form)
    if isinstance(source, Number) and isinstance(to, Ref) and form == "binary":
        _wide(context, node, source, to)
    if isinstance(source, Figurative | AllOf) and form in NUMERIC:
        return Move(_number_of(context, node, source), to)
    if isinstance(source, Text) and form in NUMERIC and not source.text.isdigit():
        # What cobc makes of it depends on whether the lengths are the same.
        raise context.refused(node, f'MOVE of "{source.text}" to a number')
    if isinstance(source, Number) and form in _CHARACTERS:
        if form == "group" and source.number < 0:
            raise context.refused(node, "MOVE of a negative literal to a group")
        return Move(Text(digits(source)), to)
    numeric = isinstance(source, Function) and source.numeric
    if (numeric or isinstance(source, Size)) and form not in (*NUMERIC, "edited"):
        raise context.refused(node, "MOVE of a numeric function to characters")
    if isinstance(source, Register) and form in _CHARACTERS:
        raise context.refused(node, f"MOVE of {source.name} to characters")
    return Move(source, to)


def _scaled_right(context: Context, node: Node, source: Ref, to: Ref, form: str) -> None:
    """Refuse what cobc 3.1.2 moves to the wrong digits, or without end: DISPLAY items with P in
    their PICTURE to packed items, and to binary ones of fewer decimals."""
    if source.form != "zoned" or form not in ("packed", "binary"):
        return
    sent = context.item_at(source)
    if sent.picture is None or "P" not in sent.picture.text.upper():
        return
    into = context.item_at(to).picture
    if form == "packed" or (into.scale if into else 0) < sent.picture.scale:
        raise context.refused(node, f"MOVE of {sent.name}, PIC {sent.picture.text}, to {form}")


def _wide(context: Context, node: Node, source: Number, to: Ref) -> None:
    """Refuse a literal that cobc 3.1.2 cuts to 64 bits before it cuts it to the digits of a binary
    item: with the item's decimals it has more."""
    into = context.item_at(to).picture
    scale = into.scale if into is not None else 0
    if int(abs(source.number).scaleb(max(scale, 0))) >= 2**64:
        raise context.refused(
            node, f"MOVE of {source.number} to {context.item_at(to).name}, in 64 bits"
        )


def _number_of(context: Context, node: Node, source: Figurative | AllOf) -> Expression:
    if isinstance(source, Figurative) and source.name == "ZEROS":
        return Number(Decimal(0))
    if isinstance(source, AllOf) and source.text.isdigit() and len(source.text) == 1:
        return source
    name = source.name if isinstance(source, Figurative) else "ALL of a literal"
    raise context.refused(node, f"MOVE of {name} to a number")


# --- INITIALIZE -----------------------------------------------------------------------------------


@verb("initialize")
def initialize(context: Context, node: Node) -> Sequence[Statement]:
    """INITIALIZE: each elementary item to zeros or spaces, or to what REPLACING gives."""
    words = context.words(node)
    if {"VALUE", "DEFAULT"} & set(words):
        raise context.refused(node, "INITIALIZE TO VALUE or TO DEFAULT")
    replacing = _replacing(context, node)
    done: list[Statement] = []
    for one in node.children_by_field_name("target"):
        owner, item, outward = context.owner(one)
        base = reference(context, one)
        if base.start is not None:
            done.append(Move(Figurative("SPACES"), base))
            continue
        for inside in _elementary(owner, item, "FILLER" in words):
            ref = base if inside is item else replace(owner.ref(inside, outward), at=base.at)
            done += _initialized(context, node, ref, inside, replacing)
    return done


def _replacing(context: Context, node: Node) -> dict[str, Expression]:
    found: dict[str, Expression] = {}
    for phrase in (one for one in node.children if one.type == "initialize_replacing"):
        category = ""
        for field, child in parts(phrase):
            if field == "category":
                category = context.reading.word(child)
            elif field == "value":
                found[category] = operand(context, child)
    return found


def _elementary(context: Context, item: DataItem, fillers: bool) -> Iterator[DataItem]:
    if not item.is_group:
        yield item
        return
    for child in context.program.children(item):
        if child.redefines is not None or child.level == 66:
            continue
        if child.is_group:
            yield from _elementary(context, child, fillers)
        elif (child.name or fillers) and form_of(child) != "index":
            yield child


def _initialized(
    context: Context, node: Node, ref: Ref, item: DataItem, replacing: dict[str, Expression]
) -> list[Statement]:
    """One item; all occurrences of it where it is in a table that isn't subscripted."""
    value: Expression
    if replacing:
        category = item.picture.category if item.picture else "numeric"
        if category.upper() not in replacing:
            return []
        value = replacing[category.upper()]
    elif ref.form in (*NUMERIC, "edited"):
        value = Number(Decimal(0))
    else:
        value = Figurative("SPACES")
    if len(ref.at) < len(context.program.subscripts(item)):
        return [Run("", (Step("fill", (ref, moved(context, node, value, ref).source)),))]
    return [moved(context, node, value, ref)]


# --- SET ------------------------------------------------------------------------------------------


@verb("set")
def set_(context: Context, node: Node) -> Sequence[Statement]:
    """SET: condition-names, indexes, switches."""
    done: list[Statement] = []
    waiting: list[Node] = []
    for field, child in parts(node):
        if field == "target":
            waiting.append(child)
        elif field in ("value", "up_by", "down_by"):
            done += [_setting(context, node, one, field, child) for one in waiting]
            waiting = []
        elif child.type in ("TRUE", "FALSE", "ON", "OFF"):
            done += [_setting(context, node, one, child.type, child) for one in waiting]
            waiting = []
    return done


def _setting(context: Context, node: Node, one: Node, how: str, value: Node) -> Statement:
    word = context.reading.word(value)
    how = word if word in ("TRUE", "FALSE", "ON", "OFF") else how
    if how in ("TRUE", "FALSE"):
        return Run(condition_ref(context, one), (Step("set" if how == "TRUE" else "reset"),))
    if how in ("ON", "OFF"):
        system = mnemonics(context.reading).get(context.reading.word(one), "")
        number = "".join(letter for letter in system if letter.isdigit())
        if not number:
            raise context.refused(node, f"SET {context.text(one)} TO {how}")
        return Run("", (Step("set_switch", (int(number), how == "ON")),))
    place = target(context, one)
    if isinstance(place, Ref) and place.form not in NUMERIC:
        raise context.refused(node, f"SET {context.text(one)}, which is no number")
    amount = expression(context, [value])
    if how == "value":
        return Move(amount, place) if isinstance(amount, Ref) else _stored(place, amount)
    sign = "+" if how == "up_by" else "-"
    return _stored(place, Operation(sign, place, amount))  # type: ignore[arg-type]


def _stored(place: Place, value: Expression) -> Statement:
    return Compute((Store(place, value),))
