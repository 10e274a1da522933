"""The checks that decide over a change, by name: one file, one line here."""

from cobolsmith.checks.compiles import compiles
from cobolsmith.checks.equivalence import equivalence
from cobolsmith.checks.parses import parses
from cobolsmith.checks.settles import settles
from cobolsmith.checks.suite import suite
from cobolsmith.verify import Check

CHECKS: dict[str, Check] = {
    "parses": parses,
    "compiles": compiles,
    "suite": suite,
    "settles": settles,
    "equivalence": equivalence,
}
