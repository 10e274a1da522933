"""COBOL to Python 3.11: a package a program; beside it copybooks' classes, and a small runtime."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from cobolsmith.lowered import (
    DATABASE,
    DEBUGGING,
    FileName,
    Handler,
    Lowered,
    Paragraph,
    RefusedError,
    Shared,
)
from cobolsmith.lowered.sharing import COPYBOOKS, shared_by
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
from cobolsmith.targets.python.layout import WIDTH, laid_out
from cobolsmith.targets.python.project import project_files, replaying
from cobolsmith.targets.python.statements import Line, Writing

RUNTIME = Path(__file__).parent / "runtime"
PACKAGE = "cobol_runtime"
FOLDERS = frozenset({PACKAGE, COPYBOOKS, "jobs", "tests"})
_PACKAGE = """\
{about}
from .{package} import PROGRAM

__all__ = ["PROGRAM"]
"""
_MAIN = """\
\"\"\"Runs {name}: `python PATH/{package}`, from any folder.\"\"\"

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

    {imports}

    main(PROGRAM)
"""


def translate(programs: tuple[Lowered, ...], header: str) -> dict[str, bytes]:
    """The files of a translation by their names: a package a program, and what they share.

    `header` says what was proven; it stands at the top of each module.
    """
    files: dict[str, bytes] = {}
    for one in programs:
        text = f'"""{one.name}, translated from {one.source}."""\n'
        files |= _package(one.name, text, module(one, header))
    return files | common(shared_by(programs))


def common(classes: Mapping[str, Shared]) -> dict[str, bytes]:
    """What programs share: the build file, the runtime, and modules of copybooks' records."""
    files = project_files()
    files |= {f"{PACKAGE}/{one.name}": one.read_bytes() for one in sorted(RUNTIME.glob("*.py"))}
    homes = _by_copybook(classes)
    if homes:
        files[f"{COPYBOOKS}/__init__.py"] = b'"""Records that several places have."""\n'
    for home, inside in homes.items():
        files[f"{COPYBOOKS}/{snake(home)}.py"] = copybook(home, inside).encode("utf-8")
    return files


def _by_copybook(classes: Mapping[str, Shared]) -> dict[str, list[Shared]]:
    homes: dict[str, list[Shared]] = defaultdict(list)
    for one in classes.values():
        assert one.record.copybook is not None
        homes[one.record.copybook.name].append(one)
    return dict(sorted(homes.items()))


def package_of(name: str) -> str:
    """The package of a program: no module of Python's, and no other folder of a translation."""
    found = snake(name)
    return f"{found}_program" if found in sys.stdlib_module_names | FOLDERS else found


def file_of(name: str) -> str:
    """The file of a program's module."""
    return f"{package_of(name)}/{package_of(name)}.py"


def _package(name: str, about: str, text: str) -> dict[str, bytes]:
    """The files of a program's package, which can be imported and run."""
    home = package_of(name)
    imports = sorted((f"from {PACKAGE} import main", f"from {home} import PROGRAM"))
    main = _MAIN.format(name=name, package=home, imports="\n    ".join(imports))
    return {
        f"{home}/__init__.py": _PACKAGE.format(about=about, package=home).encode("utf-8"),
        f"{home}/__main__.py": main.encode("utf-8"),
        file_of(name): text.encode("utf-8"),
    }


def named(program: Lowered) -> Names:
    """What a program's things are called: attributes and methods in snake_case."""
    return names_of(
        program, snake, pascal, _words("program.py", "units.py"), _words("fields.py", "records.py")
    )


def unwritten(name: str) -> dict[str, bytes]:
    """A package to be written: a program that is called and whose COBOL isn't there."""
    kind = pascal(name)
    about = f'"""{name} is called, but its COBOL wasn\'t there: write here what it does."""\n'
    text = f'''{about}
from __future__ import annotations

from {PACKAGE} import Unwritten


class {kind}(Unwritten):
    """PROGRAM-ID {name}."""

    name = "{name}"


PROGRAM = {kind}
'''
    return _package(name, about, text)


def building(folder: Path, name: str) -> tuple[tuple[str, ...], ...]:
    """Python needs no build."""
    return ()


def tests_of(name: str) -> dict[str, bytes]:
    """What replays the runs of a program's proof."""
    return replaying(package_of(name), name)


def command(folder: Path, name: str) -> tuple[str, ...]:
    """The command that runs a program's translation."""
    return (sys.executable, str(folder / package_of(name)))


def module(program: Lowered, header: str) -> str:
    """One program as a Python module."""
    speeches: list[Speech] = []
    classes = list(_program(program, None, speeches))
    head: list[Line] = [(0, f'"""{program.name}, translated from {program.source}.')]
    head += [(0, ""), *((0, line) for line in header.splitlines()), (0, '"""'), (0, "")]
    head += _imports(program.name, speeches)
    for home, inside in _by_copybook(shared_by((program,))).items():
        kinds = sorted(pascal(one.record.whole.word) for one in inside)
        head.append((0, _import(f"{COPYBOOKS}.{snake(home)}", kinds)))
    tail: list[Line] = [(0, ""), (0, ""), (0, f"PROGRAM = {pascal(program.name)}")]
    return _text((*head, *classes, *tail))


def copybook(name: str, classes: Sequence[Shared]) -> str:
    """The records of a copybook as a Python module."""
    speeches: list[Speech] = []
    body: list[Line] = []
    for shared in classes:
        record = replace(shared.record, shared=shared)
        natives = frozenset((record.whole.word, word) for word in shared.natives)
        alone = Lowered("", name, 0, (record,), (), (), None, natives=natives)
        speeches.append(Speech(alone, named(alone)))
        body += [(0, ""), (0, ""), *record_class(speeches[-1], record)]
    head: list[Line] = [(0, f'"""The records of copybook {name}."""'), (0, "")]
    return _text((*head, *_imports(name, speeches), *body))


def _imports(name: str, speeches: Sequence[Speech]) -> Iterator[Line]:
    needed = sorted(set().union(*(one.needed for one in speeches)), key=_sorting)
    standard = sorted(set().union(*(one.standard for one in speeches)))
    _check(name, needed)
    yield from [(0, "from __future__ import annotations"), (0, "")]
    yield from ((0, f"from decimal import {name}") for name in standard)
    yield from [(0, "")] if standard else []
    yield 0, _import(PACKAGE, needed)


def _import(module: str, names: Sequence[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    return line if len(line) <= WIDTH else f"from {module} import ({', '.join(names)},)"


def _text(lines: Iterable[Line]) -> str:
    return "\n".join(text for depth, line in lines for text in laid_out(line, depth)) + "\n"


def _check(program: str, needed: Sequence[str]) -> None:
    """Refuse what the runtime doesn't have."""
    known = _exported()
    for name in needed:
        if name not in known:
            raise RefusedError(f"can't translate {program} to Python: no {name} there yet")


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
        if record.is_group and record.shared is None:
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
    if program.debugging is not None:
        yield 2, f"self.{speech.names.files[DEBUGGING]} = {speech.run(program.debugging)}"
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
