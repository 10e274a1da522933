"""COBOL to Python 3.11: a module a program, and a small runtime beside it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from cobolsmith.lowered import DATABASE, FileName, Handler, Lowered, Paragraph, RefusedError
from cobolsmith.targets.flow import in_order, spoken
from cobolsmith.targets.names import Names, names_of
from cobolsmith.targets.python.data import (
    counted_lines,
    file_lines,
    native_lines,
    record_class,
    record_lines,
)
from cobolsmith.targets.python.expressions import Speech, pascal, quoted, snake
from cobolsmith.targets.python.layout import laid_out
from cobolsmith.targets.python.project import project_files
from cobolsmith.targets.python.statements import Line, Writing

RUNTIME = Path(__file__).parent / "runtime"
PACKAGE = "cobol_runtime"


def translate(programs: tuple[Lowered, ...], header: str) -> dict[str, bytes]:
    """The files of a translation by their names: a module a program, and the runtime.

    `header` says what was proven; it stands at the top of each module.
    """
    files = {file_of(one.name): module(one, header).encode("utf-8") for one in programs}
    for path in sorted(RUNTIME.glob("*.py")):
        files[f"{PACKAGE}/{path.name}"] = path.read_bytes()
    return files


def file_of(name: str) -> str:
    """The file of a program's module."""
    return f"{snake(name)}.py"


def named(program: Lowered) -> Names:
    """What a program's things are called: attributes and methods in snake_case."""
    return names_of(program, snake, pascal, _words("program.py"), _words("fields.py", "records.py"))


def unwritten(name: str) -> dict[str, bytes]:
    """A module to be written: a program that is called and whose COBOL isn't there."""
    kind = pascal(name)
    text = f'''"""{name} is called, but its COBOL wasn't there: write here what it does."""

from __future__ import annotations

from {PACKAGE} import Unwritten


class {kind}(Unwritten):
    """PROGRAM-ID {name}."""

    name = "{name}"


PROGRAM = {kind}
'''
    return {file_of(name): text.encode()}


def building(folder: Path, name: str) -> tuple[tuple[str, ...], ...]:
    """Python needs no build."""
    return ()


def project(name: str, tested: bool) -> dict[str, bytes]:
    """The build file and the tests of a program."""
    return project_files(snake(name), name, tested)


def command(folder: Path, name: str) -> tuple[str, ...]:
    """The command that runs a program's translation."""
    return (sys.executable, str(folder / file_of(name)))


def module(program: Lowered, header: str) -> str:
    """One program as a Python module."""
    speeches: list[Speech] = []
    classes = list(_program(program, None, speeches))
    needed = sorted(set().union(*(one.needed for one in speeches)) | {"main"}, key=_sorting)
    standard = sorted(set().union(*(one.standard for one in speeches)))
    head: list[Line] = [(0, f'"""{program.name}, translated from {program.source}.')]
    head += [(0, ""), *((0, line) for line in header.splitlines()), (0, '"""'), (0, "")]
    head += [(0, "from __future__ import annotations"), (0, "")]
    head += [(0, f"from decimal import {name}") for name in standard]
    head += [(0, "")] if standard else []
    head.append((0, f"from {PACKAGE} import ({', '.join(needed)},)"))
    tail: list[Line] = [(0, ""), (0, ""), (0, f"PROGRAM = {pascal(program.name)}")]
    tail += [(0, ""), (0, 'if __name__ == "__main__":'), (1, "main(PROGRAM)")]
    _check(program, needed)
    lines = [text for depth, line in (*head, *classes, *tail) for text in laid_out(line, depth)]
    return "\n".join(lines) + "\n"


def _check(program: Lowered, needed: Sequence[str]) -> None:
    """Refuse what the runtime doesn't have."""
    known = _exported()
    for name in needed:
        if name not in known:
            raise RefusedError(f"can't translate {program.name} to Python: no {name} there yet")


@cache
def _exported() -> frozenset[str]:
    tree = ast.parse((RUNTIME / "__init__.py").read_text("utf-8"))
    found = (
        alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    )
    return frozenset(found)


def _sorting(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions, as import sorters have them."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def _program(program: Lowered, outer: Speech | None, speeches: list[Speech]) -> Iterator[Line]:
    speech = Speech(program, named(program), outer)
    speeches.append(speech)
    for record in program.records:
        if record.is_group:
            yield 0, ""
            yield 0, ""
            yield from record_class(speech, record)
    for inside in program.contained:
        yield from _program(inside, speech, speeches)
    yield 0, ""
    yield 0, ""
    yield from _class(speech)


@cache
def _words(*modules: str) -> frozenset[str]:
    """The names that classes of the runtime use: methods, and attributes of their objects."""
    found: set[str] = set()
    for name in modules:
        for node in ast.walk(ast.parse((RUNTIME / name).read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                found.add(node.name)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
    return frozenset(found)


def _class(speech: Speech) -> Iterator[Line]:
    program = speech.program
    yield 0, f"class {pascal(program.name)}({speech.need('Program')}):"
    yield 1, f'"""PROGRAM-ID {program.name}."""'
    yield 0, ""
    yield 1, f'name = "{program.name}"'
    if program.initial:
        yield 1, "initial = True"
    alone = [one for one in program.records if (one.whole.word, "") in program.natives]
    yield from [(0, "")] if alone else []
    for record in alone:
        yield from native_lines(speech, record, record.whole)
    if program.contained:
        inside = ", ".join(f'"{one.name}": {pascal(one.name)}' for one in program.contained)
        yield 1, f"contained = {{{inside}}}"
    yield 0, ""
    unit, kind = speech.need("RunUnit"), "Program"
    outer = pascal(speech.outer.program.name) if speech.outer is not None else ""
    around = f"{kind} | None = None"
    yield 1, f"def __init__(self, unit: {unit}, outer: {around}) -> None:"
    yield 2, "super().__init__(unit, outer)"
    if outer:
        yield 2, f"assert isinstance(outer, {outer})"
        yield 2, "self.around = outer"
    local = [one for one in program.records if one.kind == "local"]
    for record in program.records:
        if record.kind != "local" and record not in alone:
            yield from record_lines(speech, record)
    for record in program.records:
        if record.kind != "local":
            yield from counted_lines(speech, record)
    for file in program.files:
        yield from file_lines(speech, file)
    if program.database is not None:
        yield 2, f"self.{speech.names.files[DATABASE]} = {speech.run(program.database)}"
    for report in program.reports:
        yield 2, f"self.{speech.names.files[report.word]} = ({speech.run(report.made)})"
    for record in program.records:
        if record.kind == "external":
            given = f"{quoted(record.whole.name)}, {record.whole.size}"
            place = f"self.{speech.names.records[record.whole.word]}"
            yield 2, f"{place}.storage.bind(unit.external({given}), 0)"
    methods = {one.index: list(_paragraph(speech, one)) for one in program.paragraphs}
    said = [line for lines in methods.values() for _, line in lines]
    order = in_order(program, said)
    yield from _wiring(speech, order)
    yield from _customs(speech)
    if local:
        yield 0, ""
        yield 1, "def begin(self) -> None:"
        for record in local:
            yield from record_lines(speech, record)
    calls = [line for line in said if not line.startswith("def ")]
    for paragraph in spoken(program, order, calls, lambda one: f".{speech.names.paragraphs[one]}"):
        yield from methods[paragraph.index]
    for report in program.reports:
        for routine in report.routines:
            yield from _paragraph(speech, routine)


def _customs(speech: Speech) -> Iterator[Line]:
    """What SPECIAL-NAMES changes, and what EXTERNAL files must know of the program that works."""
    program = speech.program
    signs = (program.point, "." if program.point == "," else ",", program.currency)
    customs: dict[str, tuple[str, ...]] = {"use_signs": signs if signs != (".", ",", "$") else ()}
    customs["use_collation"] = program.collation
    lines = [
        (2, f"{speech.need(name)}({', '.join(map(quoted, given))})")
        for name, given in customs.items()
        if given
    ]
    for file in (one for one in program.files if one.external):
        status = speech.path(file.status) if file.status is not None else "None"
        lines.append((2, f"self.{speech.names.files[file.word]}.status = {status}"))
    if lines:
        yield 0, ""
        yield 1, "def customs(self) -> None:"
        yield 2, "super().customs()"
        yield from lines


def _wiring(speech: Speech, order: Sequence[Paragraph]) -> Iterator[Line]:
    """What the runtime must know: parameters, paragraphs in their order, USE procedures."""
    program, names = speech.program, speech.names
    if program.using:
        places = ", ".join(f"self.{names.records[word]}.storage" for word in program.using)
        yield 2, f"self.linkage = ({places},)"
    if order:
        steps = ", ".join(f"self.{names.paragraphs[one.index]}" for one in order)
        yield 2, f"self.flow = ({steps},)"
    if program.start is not None:
        first = program.start if order == program.paragraphs else order[0].index
        yield 2, f"self.first = self.{names.paragraphs[first]}"
    for handler in program.handlers:
        yield 2, _use(speech, handler)


def _use(speech: Speech, handler: Handler) -> str:
    """The noting of a USE procedure."""
    first, last = (speech.names.paragraphs[one] for one in (handler.first, handler.last))
    about = ", ".join(
        speech.file(one) if isinstance(one, FileName) else quoted(one) for one in handler.about
    )
    within = ", within=True" if handler.within else ""
    return f"self.use(self.{first}, self.{last}, {about}{within})"


def _paragraph(speech: Speech, paragraph: Paragraph) -> Iterator[Line]:
    yield 0, ""
    for line in paragraph.comment:
        yield 1, f"# {line}"
    gives = speech.need("Going") if paragraph.jumps else "None"
    yield 1, f"def {speech.names.paragraphs[paragraph.index]}(self) -> {gives}:"
    if paragraph.name:
        yield 2, f'"""{paragraph.name}."""'
    if not paragraph.body:
        if not paragraph.name:
            yield 2, "pass"
        return
    writing = Writing(speech, paragraph.index, paragraph.jumps)
    last = ""
    for depth, line in writing.block(paragraph.body, 2):
        last = line if depth == 2 else ""
        yield depth, line
    if paragraph.jumps and not last.startswith("return"):
        yield 2, "return None"
