"""Rules by name: what `check` looks for in programs that parse and compile."""

from __future__ import annotations

from cobolsmith.rules import (
    arguments,
    comparing,
    control,
    data,
    embedded,
    files,
    numbers,
    tables,
)
from cobolsmith.rules.rule import Found, Listing, Rule, Severity, listings

RULES: dict[str, Rule] = {
    rule.name: rule
    for family in (files, data, control, comparing, tables, numbers, embedded, arguments)
    for rule in family.RULES
}

__all__ = ["RULES", "Found", "Listing", "Rule", "Severity", "listings"]
