"""Statements that work on files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from cobolsmith.lowered import (
    Argument,
    Block,
    Branch,
    Figurative,
    FileName,
    Number,
    Run,
    Statement,
    Step,
    Word,
)
from cobolsmith.lowering.context import Context
from cobolsmith.lowering.moving import moved
from cobolsmith.lowering.operands import inner, operand, reference
from cobolsmith.lowering.statements import parts, phrase, phrase_block, verb
from cobolsmith.lowering.switches import mnemonics
from cobolsmith.program import FileEntry

if TYPE_CHECKING:
    from tree_sitter import Node

_MODES = {"INPUT": "INPUT", "OUTPUT": "OUTPUT", "I-O": "UPDATE", "EXTEND": "EXTEND"}


def named(context: Context, node: Node) -> FileName:
    """The file of a name, here or (GLOBAL) in a program around this one."""
    name = context.reading.word(node)
    found = context.file(name)
    if found is None:
        raise context.refused(node, f"the file {name}")
    return found


def file_of(context: Context, record: Node) -> FileName:
    """The file whose record a name means."""
    owner, item, outward = context.owner(record)
    name = owner.program.record(item.index).file
    if not name:
        raise context.refused(record, f"{context.text(record)}, which is no record of a file")
    return FileName(name, outward)


_HANDLED = (
    ("at_end_phrase", "AT_END"),
    ("invalid_key_phrase", "INVALID_KEY"),
    ("end_of_page_phrase", "END_OF_PAGE"),
    ("not_end_of_page_phrase", "END_OF_PAGE"),
)


def handled(node: Node) -> tuple[Argument, ...]:
    """The phrase for what goes wrong, where there is one."""
    words = tuple(Word(word) for kind, word in _HANDLED if phrase(node, kind) is not None)
    return words[:1]


def branched(context: Context, node: Node, run: Run, after: Block = ()) -> list[Statement]:
    """An operation with its AT END or INVALID KEY; `after` is done first where it succeeded."""
    kinds = ("at_end_phrase", "invalid_key_phrase", "end_of_page_phrase")
    failed = tuple(one for kind in kinds for one in phrase_block(context, node, kind))
    others = (one for kind in kinds for one in phrase_block(context, node, f"not_{kind}"))
    done = (*after, *others)
    return [Branch(run, failed, done)] if failed or done else [run]


@verb("open")
def open_(context: Context, node: Node) -> Sequence[Statement]:
    """OPEN."""
    done: list[Statement] = []
    for one in (child for child in node.children if child.type == "open_phrase"):
        mode = Word(_MODES[context.reading.field(one, "mode")])
        if any("REVERSED" in context.words(child) for child in one.children):
            raise context.refused(one, "OPEN REVERSED")
        for file in one.children_by_field_name("file"):
            done.append(Run(named(context, file), (Step("open", (mode,)),)))
    return done


@verb("close")
def close(context: Context, node: Node) -> Sequence[Statement]:
    """CLOSE."""
    done: list[Statement] = []
    for field, child in parts(node):
        if field == "file":
            done.append(Run(named(context, child), (Step("close"),)))
        elif child.type == "close_option" and done:
            words = context.words(child)
            way = "close_with_lock" if "LOCK" in words else ""
            way = "close_reel" if "REEL" in words or "UNIT" in words else way
            way = "close_without_rewind" if "REWIND" in words else way
            if way:
                file = done.pop()
                assert isinstance(file, Run)
                done.append(Run(file.subject, (Step(way),)))
    return done


@verb("read")
def read(context: Context, node: Node) -> Sequence[Statement]:
    """READ, by NEXT or by key, INTO an item."""
    name = node.child_by_field_name("file")
    assert name is not None
    file = named(context, name)
    entry = context.program.file(file.word)
    assert entry is not None
    words = context.words(node)
    key = phrase(node, "key_is_phrase")
    next_ = entry.access == "SEQUENTIAL" or "NEXT" in words or phrase(node, "at_end_phrase")
    given: tuple[Argument, ...] = ()
    dynamic = (entry.organization, entry.access) == ("INDEXED", "DYNAMIC")
    if "PREVIOUS" in words and not dynamic:
        # In relative files cobc 3.1.2 then reads backward at READ NEXT, too.
        raise context.refused(node, "READ PREVIOUS but in an indexed file with ACCESS DYNAMIC")
    if "PREVIOUS" in words:
        method = "read_previous"
    elif next_ and key is None:
        method = "read_next"
    else:
        method = "read_key"
        given = _key_given(context, key)
    run = Run(file, (Step(method, (*given, *handled(node))),))
    return branched(context, node, run, received(context, node, entry))


def _key_given(context: Context, phrase_: Node | None) -> tuple[Argument, ...]:
    key = phrase_.child_by_field_name("key") if phrase_ is not None else None
    return (reference(context, key),) if key is not None else (Word("NONE"),)


def received(context: Context, node: Node, entry: FileEntry) -> Block:
    """The MOVE of INTO, done where a record was read."""
    found = phrase(node, "into_phrase")
    into = found.child_by_field_name("into") if found is not None else None
    if into is None:
        return ()
    target = reference(context, into)
    file = context.file(entry.name)
    assert file is not None
    return (Run(file, (Step("move_record", (target,)),)),)


def sent(context: Context, node: Node, record: Node) -> list[Statement]:
    """The MOVE of FROM, done before a record is written."""
    found = phrase(node, "from_phrase")
    source = found.child_by_field_name("from") if found is not None else None
    if source is None:
        return []
    return [moved(context, node, operand(context, source), reference(context, record))]


_CHANNEL = re.compile(r"C(?:0[1-9]|1[0-2])|FORMFEED")
"""Channels of a printer's tape: to cobc each of them begins a page."""


@verb("write", "rewrite")
def write(context: Context, node: Node) -> Sequence[Statement]:
    """WRITE and REWRITE, FROM an item, with ADVANCING."""
    record = node.child_by_field_name("record")
    if record is None:
        raise context.refused(node, "WRITE FILE")
    file = file_of(context, record)
    method = node.type.removesuffix("_statement")
    given: tuple[Argument, ...] = (reference(context, record),)
    advancing = phrase(node, "advancing_phrase")
    if advancing is not None:
        words = context.words(advancing)
        method = "write_after" if "AFTER" in words else "write_before"
        lines = advancing.child_by_field_name("lines")
        given = (*given, _lines(context, lines))
    run = Run(file, (Step(method, (*given, *handled(node))),))
    return [*sent(context, node, record), *branched(context, node, run)]


def _lines(context: Context, node: Node | None) -> Argument:
    if node is None:
        return Word("PAGE")
    if node.type == "qualified_name" and context.item(node) is None:
        system = mnemonics(context.reading).get(context.text(node).upper(), "")
        if _CHANNEL.fullmatch(system):
            return Word("PAGE")
        raise context.refused(node, f"ADVANCING {context.text(node)}")
    found = operand(context, node)
    return Number(Decimal(0)) if found == Figurative("ZEROS") else found


@verb("delete")
def delete(context: Context, node: Node) -> Sequence[Statement]:
    """DELETE a record."""
    if "FILE" in context.words(node):
        raise context.refused(node, "DELETE FILE")
    (name,) = node.children_by_field_name("file")
    run = Run(named(context, name), (Step("delete", handled(node)),))
    return branched(context, node, run)


@verb("start")
def start(context: Context, node: Node) -> Sequence[Statement]:
    """START at a key."""
    name = node.child_by_field_name("file")
    assert name is not None
    found = phrase(node, "start_key_phrase")
    relation, key = "=", Word("NONE")
    given: Argument = key
    if found is not None:
        if found.child_by_field_name("length") is not None or found.child_count == 1:
            raise context.refused(node, "START with that key")
        relation = _relation(context, found)
        place = found.child_by_field_name("key")
        assert place is not None
        given = reference(context, place)
    arguments = (relation, given, *handled(node))
    return branched(context, node, Run(named(context, name), (Step("start", arguments),)))


def _relation(context: Context, node: Node) -> str:
    words = [one.type for one in inner(node) if not one.is_named]
    negated = "NOT" in words
    sign = ""
    if ">" in words or "GREATER" in words:
        sign = ">"
    elif "<" in words or "LESS" in words:
        sign = "<"
    if ">=" in words or "<=" in words:
        sign = ">=" if ">=" in words else "<="
    elif sign and ("EQUAL" in words or "=" in words):
        sign += "="
    sign = sign or "="
    if not negated:
        return sign
    opposite = {"<": ">=", ">": "<=", "<=": ">", ">=": "<"}
    if sign not in opposite:
        raise context.refused(node, "START with NOT EQUAL")
    return opposite[sign]
