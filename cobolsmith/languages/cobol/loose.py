"""Statements that the grammar keeps as their words: what the names in them are for.

A name's part is told by the word before it: XML GENERATE receiver FROM sender COUNT IN counter.
"""

from __future__ import annotations

from cobolsmith.languages.cobol.reading import Reading
from cobolsmith.languages.cobol.roles import BOTH, NOTHING, READS, WRITES, Roles
from cobolsmith.languages.cobol.statements import Operand, Statement

_AFTER: dict[str, dict[str, Roles]] = {
    # statement: word before the name: roles; "" for every other word
    "xml_statement": {
        "GENERATE": WRITES,
        "COUNT": WRITES,
        "IN": WRITES,
        "INTO": WRITES,
        "PROCEDURE": NOTHING,
        "THRU": NOTHING,
        "": READS,
    },
    "allocate_statement": {"": WRITES},
    "free_statement": {"": WRITES},
    "examine_statement": {"EXAMINE": BOTH, "": READS},
    "transform_statement": {"TRANSFORM": BOTH, "": READS},
    "exhibit_statement": {"": ("shows",)},
    "generate_statement": {"": NOTHING},
    "initiate_statement": {"": NOTHING},
    "terminate_statement": {"": NOTHING},
    "suppress_statement": {"": NOTHING},
    "unlock_statement": {"": NOTHING},
    "use_statement": {"": NOTHING},
    "send_statement": {"FROM": READS, "": NOTHING},
    "receive_statement": {"INTO": WRITES, "": NOTHING},
    "enable_statement": {"": NOTHING},
    "disable_statement": {"": NOTHING},
    "purge_statement": {"": NOTHING},
    "enter_statement": {"": NOTHING},
    "raise_statement": {"": NOTHING},
    "ready_statement": {"": NOTHING},
    "reset_statement": {"": NOTHING},
    "validate_statement": {"": READS},
}
_AFTER["json_statement"] = _AFTER["xml_statement"]

KINDS = frozenset(_AFTER)


def roles(reading: Reading, statement: Statement, operand: Operand) -> Roles:
    """What happens to a name of a statement of these kinds; nothing to words that are no item."""
    table = _AFTER[statement.kind]
    before = operand.node.prev_named_sibling
    word = operand.node.prev_sibling
    if word is not None and (spoken := reading.word(word)) in table:
        return table[spoken]
    if before is not None and reading.word(before) in table:
        return table[reading.word(before)]
    return table[""]


def regrouped(statement: Statement) -> None:
    """Join `A OF B`, which stands as three words, into one operand with its qualifier."""
    joined: list[Operand] = []
    for operand in statement.operands:
        linked = operand.node.prev_sibling
        if joined and linked is not None and linked.type in ("OF", "IN"):
            holder = linked.prev_sibling
            named = joined[-1].name not in _AFTER.get(statement.kind, {})
            if named and holder is not None and holder.end_byte == joined[-1].node.end_byte:
                joined[-1].qualifiers += (operand.name,)
                continue
        joined.append(operand)
    statement.operands = joined
