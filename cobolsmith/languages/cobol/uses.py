"""What statements do with names: references, uses of items and files, and names not understood."""

from __future__ import annotations

from dataclasses import dataclass, field

from cobolsmith.dataflow import FileUse, Unknown, Use, UseRole
from cobolsmith.languages.cobol import roles
from cobolsmith.languages.cobol.reading import Reading
from cobolsmith.languages.cobol.roles import BOTH, READS, WRITES, Roles
from cobolsmith.languages.cobol.statements import Operand, Statement
from cobolsmith.program import Ambiguous, DataItem, Program, Reference, Role, Undefined
from cobolsmith.reserved import INTRINSICS, KEYWORDS, SPECIAL_REGISTERS

_PRECOMPILED = ("DFH", "EIB", "SQL")
"""How names begin that the CICS and SQL precompilers define."""

_CONTEXT_NAMES = frozenset(("EXCEPTION-STATUS", "ENVIRONMENT-VALUE", "ARGUMENT-VALUE"))
_TRANSLATED = frozenset(("DFHRESP", "DFHVALUE"))
"""Names whose subscript the CICS translator takes for a word of its own."""

_REFERENCE_ROLES: dict[Roles, Role] = {BOTH: "both", WRITES: "define", ("accepts",): "define"}

Found = tuple[str, DataItem]


@dataclass(slots=True)
class Uses:
    """What the statements of one program use, gathered statement by statement."""

    reading: Reading
    program: Program
    executes: bool = False
    executed: set[str] = field(default_factory=set)
    references: list[Reference] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    files: list[FileUse] = field(default_factory=list)
    unknowns: list[Unknown] = field(default_factory=list)
    known: dict[tuple[str, tuple[str, ...]], Found | Ambiguous | Undefined] = field(
        default_factory=dict
    )
    spoken: set[str] = field(default_factory=set)
    """Names that mean no item but something else: registers, mnemonics, files, functions, and
    those that ASSIGN defines."""

    def item(self, operand: Operand) -> Found | None:
        """The item an operand names with its owner ("" for this program)."""
        found = self.look_up(operand.name, operand.qualifiers)
        return found if isinstance(found, tuple) else None

    def look_up(self, name: str, qualifiers: tuple[str, ...]) -> Found | Ambiguous | Undefined:
        """What a name means, kept."""
        key = (name, qualifiers)
        found = self.known.get(key)
        if found is None:
            owner, one = self.program.find(name, qualifiers)
            if isinstance(one, DataItem):
                found = ("" if owner is self.program else owner.name, one)
            else:
                found = one
            self.known[key] = found
        return found

    def take(self, statement: Statement, procedure: int | None) -> None:
        """Note what a statement uses."""
        given = statement.has("giving")
        verb = statement.verb
        operands = statement.operands
        skip = -1
        for index, operand in enumerate(operands):
            if operand.kind != "name" or operand.node.start_byte < skip:
                continue
            place = (operand.where, operand.field)
            if operand.name in _TRANSLATED:
                skip = operand.node.end_byte
            if place in roles.PROCEDURES:
                self.refer(operand, "procedure", procedure)
            elif operand.field == "file" and self.is_file(operand):
                self.refer(operand, "file", procedure)
                self.file(statement, operand, procedure)
            elif place not in roles.NO_ITEMS:
                following = operands[index + 1] if index + 1 < len(operands) else None
                self.use(statement, operand, following, given, verb, procedure)
        if statement.kind in roles.RECORDED:
            self.recorded(statement, procedure)
        elif statement.kind in roles.REPORTED:
            self.reported(statement, procedure)

    def refer(self, operand: Operand, role: Role, procedure: int | None) -> Reference:
        """Note a name as it is written."""
        origin = self.reading.origin(operand.node)
        reference = Reference(operand.name, operand.qualifiers, origin, role, procedure)
        self.references.append(reference)
        return reference

    def use(
        self,
        statement: Statement,
        operand: Operand,
        following: Operand | None,
        given: bool,
        verb: str,
        procedure: int | None,
    ) -> None:
        """Note the use of a data-name."""
        found = self.look_up(operand.name, operand.qualifiers)
        wanted = self.roles(statement, operand, given)
        if not isinstance(found, tuple) and not wanted:
            return
        role = self.reference_role(statement, operand, wanted)
        reference = self.refer(operand, role, procedure)
        if not isinstance(found, tuple):
            self.miss(reference, operand, found, verb)
            return
        owner, item = found
        if wanted == ("compares",) and (item.level == 88 or _is_tested(operand, following)):
            wanted = ("tests",)
        for one in wanted:
            self.uses.append(Use(item.index, one, reference.origin, verb, procedure, True, owner))

    def add(
        self, operand: Operand, found: Found, role: UseRole, verb: str, procedure: int | None
    ) -> None:
        """Note one use of an item that is found."""
        origin = self.reading.origin(operand.node)
        self.uses.append(Use(found[1].index, role, origin, verb, procedure, True, found[0]))

    def roles(self, statement: Statement, operand: Operand, given: bool) -> Roles:
        """What happens to the item in an operand's place."""
        if operand.inside:
            return _inside(operand)
        place = (operand.where, operand.field)
        found = roles.PLACES.get(place)
        if found is not None:
            return found
        if place in roles.GIVEN:
            return READS if given else BOTH
        if place == ("set_statement", "target"):
            return BOTH if _is_counted(statement, operand) else WRITES
        if place == ("inspect_statement", "subject"):
            changed = {"replacing_phrase", "converting_phrase"}
            return BOTH if any(one.type in changed for one in statement.node.children) else READS
        if operand.where == "tallying_phrase":
            after = operand.node.next_sibling
            return BOTH if after is not None and after.type == "FOR" else READS
        if place == ("allocate_statement", "item"):
            return READS if "CHARACTERS" in statement.words else WRITES
        if place == ("examine_statement", "subject"):
            return BOTH if "REPLACING" in statement.words else READS
        return READS

    def reference_role(self, statement: Statement, operand: Operand, wanted: Roles) -> Role:
        """The part of a name; the last BY before an argument holds for it."""
        if wanted == ("passes",):
            start = operand.node.start_byte
            modes = [
                one.name
                for one in statement.operands
                if one.field == "mode" and one.node.start_byte < start
            ]
            return "use" if modes and modes[-1] != "REFERENCE" else "both"
        return _REFERENCE_ROLES.get(wanted, "use")

    def miss(
        self, reference: Reference, operand: Operand, found: Ambiguous | Undefined, verb: str
    ) -> None:
        """Note a name that isn't understood, unless it is one that needs no definition here."""
        name = reference.name
        if not name or self.is_spoken(name):
            return
        candidates = found.candidates if isinstance(found, Ambiguous) else ()
        self.unknowns.append(
            Unknown(
                name, reference.qualifiers, reference.origin, verb, reference.procedure, candidates
            )
        )
        if isinstance(found, Ambiguous):
            self.reading.problem(
                "ambiguous name",
                f"{name} is the name of {len(candidates)} items",
                operand.node,
                "qualify it with OF",
            )
        elif self.reading.whole:
            self.reading.problem(
                "undefined name",
                f"{name} is not defined",
                operand.node,
                "define it or correct it",
            )

    def is_spoken(self, name: str) -> bool:
        """Whether a name is a register, mnemonic, file, function or a word of its context."""
        if not self.spoken:
            program: Program | None = self.program
            while program is not None:
                self.spoken.update(program.mnemonics, (file.name for file in program.files))
                # cobc defines the name of ASSIGN where the program doesn't.
                self.spoken.update(file.assign.upper() for file in program.files)
                program = program.outer
            self.spoken.update(SPECIAL_REGISTERS, _CONTEXT_NAMES, KEYWORDS, INTRINSICS)
        return name in self.spoken or (self.executes and name.startswith(_PRECOMPILED))

    # --- Files ---

    def is_file(self, operand: Operand) -> bool:
        """Whether a name in a file's place is one (SORT takes a table there, too)."""
        if operand.where not in ("sort_statement", "merge_statement"):
            return True
        return self.item(operand) is None

    def file(self, statement: Statement, operand: Operand, procedure: int | None) -> None:
        """Note the use of a file by its name."""
        how = roles.FILE_PHRASES.get(operand.where) or roles.FILES.get(statement.kind)
        if operand.where == "open_phrase":
            mode = [
                one.name
                for one in statement.operands
                if one.field == "mode" and one.phrase == operand.phrase
            ]
            how = roles.OPENED.get(mode[0]) if mode else None
        if how is not None:
            origin = self.reading.origin(operand.node)
            self.files.append(FileUse(operand.name, how, origin, statement.verb, procedure))

    def recorded(self, statement: Statement, procedure: int | None) -> None:
        """Note the file whose record is written; with FROM the record is written, too."""
        for operand in statement.at("record"):
            found = self.item(operand)
            if found is None:
                continue
            owner, item = found
            program = self.owner(owner)
            name = program.record(item.index).file
            origin = self.reading.origin(operand.node)
            if name:
                how = roles.FILES[statement.kind]
                self.files.append(FileUse(name, how, origin, statement.verb, procedure))
            if statement.has("from"):
                self.uses.append(
                    Use(item.index, "writes", origin, statement.verb, procedure, True, owner)
                )

    def reported(self, statement: Statement, procedure: int | None) -> None:
        """Note the file of the report that is begun, generated or ended."""
        for operand in statement.operands:
            found = self.item(operand) if operand.kind == "name" else None
            report = found[1].file if found else operand.name
            for file in self.program.files:
                if report and report in file.reports:
                    origin = self.reading.origin(operand.node)
                    self.files.append(
                        FileUse(file.name, "reports", origin, statement.verb, procedure)
                    )

    def owner(self, name: str) -> Program:
        """The program around this one that has a name, or this one for ""."""
        program: Program | None = self.program
        while program is not None and name and program.name != name:
            program = program.outer
        return program or self.program


def _inside(operand: Operand) -> Roles:
    if operand.inside == "subscript":
        return ("subscripts",)
    if operand.inside == "length":
        return ("lengths",)
    if operand.inside == "address" and operand.field == "target":
        return WRITES
    return READS


def _is_counted(statement: Statement, operand: Operand) -> bool:
    """Whether SET ... UP BY or DOWN BY changes a target: what follows the targets says it."""
    at = operand.node.start_byte
    values = ("value", "up_by", "down_by")
    after = (
        one.field for one in statement.operands if one.node.start_byte > at and one.field in values
    )
    return next(after, "value") != "value"


def _is_tested(operand: Operand, following: Operand | None) -> bool:
    """Whether a class word (NUMERIC) stands behind a name of the same condition."""
    return (
        following is not None
        and following.kind == "class"
        and (following.where, following.field) == (operand.where, operand.field)
    )
