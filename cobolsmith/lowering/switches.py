"""SPECIAL-NAMES: switches and mnemonic-names."""

from __future__ import annotations

import re

from cobolsmith.languages.cobol.reading import Reading, every
from cobolsmith.lowering.collating import spelt
from cobolsmith.program import Program

_SWITCH = re.compile(r"(?:SWITCH-?|UPSI-?)(\d+)")


def switches(program: Program, reading: Reading) -> dict[str, tuple[int, bool]]:
    """The condition-names of switches: the number of the switch, and whether it must be on."""
    found: dict[str, tuple[int, bool]] = {}
    for clause in every(reading.tree.root, "mnemonic_clause"):
        number = _SWITCH.fullmatch(reading.field(clause, "system"))
        if number is None:
            continue
        for status in every(clause, "switch_status"):
            on = reading.word(status).split()[0] == "ON"
            found[reading.field(status, "condition")] = (int(number[1]), on)
    return found


def classes(reading: Reading) -> dict[str, str]:
    """The classes of SPECIAL-NAMES, each with its characters; none where one isn't known."""
    found: dict[str, str] = {}
    for clause in every(reading.tree.root, "class_clause"):
        within = ""
        through = False
        for child in clause.children:
            if child.type == "THRU":
                through = True
            elif child.type in ("string_literal", "number_literal", "figurative_constant"):
                given = spelt(reading.tree.text(child))
                if through and len(given) == 1:
                    first = ord(within[-1])
                    step = 1 if ord(given) >= first else -1
                    given = "".join(map(chr, range(first + step, ord(given) + step, step)))
                within += given
                through = False
        found[reading.field(clause, "name")] = within
    return found


def mnemonics(reading: Reading) -> dict[str, str]:
    """Each mnemonic-name with the device or switch it stands for."""
    return {
        reading.field(clause, "mnemonic"): reading.field(clause, "system")
        for clause in every(reading.tree.root, "mnemonic_clause")
    }
