"""Programs: how control goes through paragraphs, how programs call each other, how a run ends."""

from __future__ import annotations

import importlib
import keyword
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    NamedTuple,
    NoReturn,
    Self,
    TypeAlias,
    cast,
)

from .computational import Binary
from .debugging import Debugging
from .editing import use_signs
from .fields import Field, Number, use_collation
from .numbers import ZeroPowerError
from .storage import OutsideError, Storage
from .units import ExitProgram, RunError, RunUnit, StopRun

if TYPE_CHECKING:
    from .sql import Sql

Going: TypeAlias = "Step | End | None"
"""Where a paragraph leads: to another one, behind one, or on to the next."""
Step: TypeAlias = Callable[[], Any]
"""A paragraph."""


class End:
    """The place behind a paragraph: where EXIT SECTION goes."""

    def __init__(self, step: Step) -> None:
        self.step = step


class Use(NamedTuple):
    """A USE procedure: its paragraphs, and about which files or modes."""

    first: Step
    last: Step
    about: tuple[object, ...]
    within: bool


class Program:
    """A COBOL program. `flow` is its paragraphs in order, `first` where it begins."""

    name: ClassVar[str] = ""
    contained: ClassVar[dict[str, type[Program]]] = {}
    initial: ClassVar[bool] = False

    def __init__(self, unit: RunUnit, outer: Program | None = None) -> None:
        self.unit = unit
        self.outer = outer
        self.called = False
        self.linkage: tuple[Storage, ...] = ()
        self.flow: tuple[Step, ...] = ()
        self.first: Step | None = None
        self.altered: dict[str, Step] = {}
        self.kept: dict[str, Step | None] = {}
        self.inside: dict[str, Program] = {}
        self.uses: list[Use] = []
        self.debugging = Debugging()

    @property
    def return_code(self) -> Binary:
        """The special register RETURN-CODE."""
        return self.unit.return_code

    @property
    def tally(self) -> Binary:
        """The special register TALLY."""
        return self.unit.tally

    @property
    def sort_return(self) -> Binary:
        """The special register SORT-RETURN."""
        return self.unit.sort_return

    # --- Control ---

    def enter(self, arguments: tuple[tuple[bytearray, int] | None, ...] = ()) -> None:
        """Run the program with the bytes its caller gives."""
        for storage, given in zip(self.linkage, arguments, strict=False):
            if given is not None:
                storage.bind(*given)
        self.begin()
        self.customs()
        self.debugging.says("START PROGRAM")
        try:
            if self.first is not None:
                self._through(self.first, None)
        except ExitProgram:
            pass

    @property
    def missing(self) -> bool:
        """Whether a CALL finds no program here; see `Unwritten`."""
        return False

    def called_by(self, call: Call) -> None:
        """Run the program for a CALL."""
        self.enter(tuple(call.arguments))

    def customs(self) -> None:
        """Let hold what SPECIAL-NAMES says: programs that have other signs or orders say so. From
        now on this is the program that runs."""
        _RUNNING[:] = [self]
        use_signs(".", ",", "$")
        use_collation()

    def use(self, first: Step, last: Step, *about: object, within: bool = False) -> None:
        """USE AFTER ERROR: paragraphs for what goes wrong with files, or files in open modes; with
        `within` in the programs contained in this one, too."""
        self.uses.append(Use(first, last, about, within))

    def begin(self) -> None:
        """Make LOCAL-STORAGE anew; programs that have some do."""

    def perform(self, first: Step, last: Step | None = None) -> None:
        """PERFORM first THRU last."""
        self._through(first, last or first)

    def _through(self, first: Step, last: Step | None) -> None:
        """Run paragraphs from `first` until `last` comes to its end, wherever GO TO leads."""
        places = self._places
        at = places[first.__name__]
        end = places[last.__name__] if last is not None else len(self.flow) - 1
        while True:
            going = self.flow[at]()
            if isinstance(going, End):
                at = places[going.step.__name__]
                going = None
            if going is not None:
                at = places[going.__name__]
            elif at == end:
                return
            else:
                at += 1
                if at == len(self.flow):
                    raise ExitProgram
                self.debugging.falls()

    def keep_altered(self, *paragraphs: str) -> None:
        """Keep what ALTER made of paragraphs' GO TOs."""
        self.kept |= {one: self.altered.get(one) for one in paragraphs}

    def put_back_altered(self, *paragraphs: str) -> None:
        """Let the GO TOs of paragraphs lead again where they led when they were kept."""
        for one in paragraphs:
            step = self.kept.get(one)
            if step is None:
                self.altered.pop(one, None)
            else:
                self.altered[one] = step

    def forget_altered(self, *paragraphs: str) -> None:
        """Let the GO TOs of paragraphs lead where they are written to."""
        for one in paragraphs:
            self.altered.pop(one, None)

    @property
    def _places(self) -> dict[str, int]:
        found: dict[str, int] | None = self.__dict__.get("_steps")
        if found is None:
            found = {step.__name__: at for at, step in enumerate(self.flow)}
            self.__dict__["_steps"] = found
        return found

    def goback(self) -> NoReturn:
        """GOBACK."""
        raise ExitProgram

    def exit_program(self) -> None:
        """EXIT PROGRAM: back to the caller; in a main program nothing."""
        if self.called:
            raise ExitProgram

    def stop_run(self, status: Decimal | int | None = None) -> NoReturn:
        """STOP RUN."""
        if status is not None:
            self.return_code.value = status
        raise StopRun

    def use_debugging(self, *register: Field) -> Debugging:
        """The program's debugging sections, with the items of DEBUG-ITEM."""
        return Debugging(*register)

    def use_sql(
        self, code: Number, state: Field | None, rows: Number | None, length: Number | None,
        message: Field | None,
    ) -> Sql:  # fmt: skip
        """The program's EXEC SQL, with the items of its SQLCA."""
        from .sql import Sql

        return Sql(lambda: self.unit.failed, code, state, rows, length, message)

    # --- Other programs ---

    def call(self, name: Field | str) -> Call:
        """CALL a program by its name."""
        return Call(self, name.text if isinstance(name, Field) else name)

    def cancel(self, *names: Field | str) -> None:
        """CANCEL: the next CALL of these programs begins anew."""
        for one in names:
            name = (one.text if isinstance(one, Field) else one).strip().upper()
            if self.unit.programs.pop(name, None) is None:
                self.inside.pop(name, None)

    def find(self, name: str) -> Program | None:
        """The program of a name: contained in this one or one around it, or a module of its own."""
        holder: Program | None = self
        while holder is not None:
            kind = holder.contained.get(name)
            if kind is not None:
                if name not in holder.inside or kind.initial:
                    holder.inside[name] = kind(self.unit, holder)
                return holder.inside[name]
            holder = holder.outer
        return _module(self.unit, name)

    def start(self) -> int:
        """Run as the main program; gives the exit status."""
        try:
            self.enter()
        except StopRun:
            pass
        except (RunError, OutsideError, ZeroPowerError) as error:
            self.unit.failed = True
            sys.stdout.flush()
            print(f"{self.name}: {error}", file=sys.stderr)
            return 1
        finally:
            for program in (self, *self.unit.programs.values(), *self.inside.values()):
                program.close_files()
            sys.stdout.flush()
        return int(self.return_code) & 0xFF

    def close_files(self) -> None:
        """Close what was left open."""
        for thing in vars(self).values():
            close = getattr(thing, "leave", None)
            if callable(close):
                close()


def _module(unit: RunUnit, name: str) -> Program | None:
    if name in unit.programs and not unit.programs[name].initial:
        return unit.programs[name]
    found = _found(name)
    if found is not None:
        unit.programs[name] = found(unit)
    return unit.programs.get(name)


def _found(name: str) -> type[Program] | None:
    """The program of the package with its name."""
    folder = __package__.rpartition(".")[0] if __package__ else ""
    word = name.lower().replace("-", "_")
    word = f"p_{word}" if word[:1].isdigit() else word
    for package in (f"{word}_" if keyword.iskeyword(word) else word, f"{word}_program"):
        try:
            module = importlib.import_module(f"{folder}.{package}" if folder else package)
        except ImportError:
            continue
        kind = getattr(module, "PROGRAM", None)
        if kind is not None:
            return cast("type[Program]", kind)
    return None


def handled_by_use(file: object, mode: str) -> bool:
    """Perform the USE procedure for what went wrong with a file: of the program that runs, or a
    GLOBAL one of a program around it. Whether there is one."""
    running = _RUNNING[0]
    holder: Program | None = running
    while holder is not None:
        for subject in (file, mode):
            for use in holder.uses:
                if subject in use.about and (use.within or holder is running):
                    holder.customs()
                    holder.debugging.says("USE PROCEDURE")
                    holder.perform(use.first, use.last)
                    running.customs()
                    return True
        holder = holder.outer
    return False


_RUNNING: list[Program] = []
"""The program whose statements run."""


class Call:
    """A CALL being put together: arguments in order, then `run`."""

    def __init__(self, caller: Program, name: str) -> None:
        self.caller = caller
        self.name = name.strip().upper()
        self.arguments: list[tuple[bytearray, int] | None] = []
        self.sizes: list[int] = []

    def by_reference(self, field: Field) -> Self:
        """An argument whose bytes the called program sees and may change."""
        self.arguments.append((field.storage.data, field.storage.base + field.offset))
        self.sizes.append(field.size)
        return self

    def by_content(self, value: Field | str | int | Decimal) -> Self:
        """An argument of which the called program gets a copy."""
        data = value.raw if isinstance(value, Field) else str(value).encode("latin-1")
        self.arguments.append((bytearray(data), 0))
        self.sizes.append(len(data))
        return self

    def omitted(self) -> Self:
        """An argument left out."""
        self.arguments.append(None)
        self.sizes.append(0)
        return self

    def found(self) -> bool:
        """Whether there is such a program; for ON EXCEPTION."""
        program = self.caller.find(self.name)
        return program is not None and not program.missing

    def run(self, returning: Field | None = None) -> bool:
        """Call the program."""
        program = self.caller.find(self.name)
        if program is None or program.missing:
            raise RunError(f"module '{self.name}' not found")
        program.called = True
        program.called_by(self)
        self.caller.customs()
        if returning is not None:
            returning.move(self.caller.return_code.value)
        return True


def main(program: type[Program]) -> NoReturn:
    """Run a program and exit with its RETURN-CODE."""
    status = program(RunUnit()).start()
    sys.exit(status)
