"""COBOL to Java 17: a package a program; beside it copybooks' classes, and a small runtime."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from cobolsmith.lowered import DATABASE, DEBUGGING, FileName, Handler, Lowered, Paragraph, Shared
from cobolsmith.lowered.sharing import COPYBOOKS, shared_by
from cobolsmith.targets.flow import in_order, spoken
from cobolsmith.targets.java.data import (
    counted_lines,
    file_lines,
    record_class,
    record_lines,
)
from cobolsmith.targets.java.expressions import Speech
from cobolsmith.targets.java.layout import laid_out
from cobolsmith.targets.java.native_fields import condition_lines
from cobolsmith.targets.java.project import project_files
from cobolsmith.targets.java.statements import Line, Writing, goes_on
from cobolsmith.targets.java.words import KEYWORDS, camel, pascal, quoted
from cobolsmith.targets.names import Names, names_of

RUNTIME = Path(__file__).parent / "runtime"
PACKAGE = "cobol"
CLASSES = "classes"
FOLDERS = frozenset({PACKAGE, CLASSES, COPYBOOKS, "java", "jobs", "tests"})
_STATIC = ("Cobol", "Numbers", "Pictures")
"""Classes of the runtime whose members are imported by their own names."""
_SMALL = (
    *("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
    *("-XX:CompressedClassSpaceSize=32m", "-XX:ReservedCodeCacheSize=32m"),
)
"""A machine that starts fast and lives in the address space a run is given."""


def translate(programs: tuple[Lowered, ...], header: str) -> dict[str, bytes]:
    """The files of a translation by their names: a class a program, and what they share.

    `header` says what was proven; it stands at the top of each class.
    """
    files = {file_of(one.name): module(one, header).encode("utf-8") for one in programs}
    return files | common(shared_by(programs))


def common(classes: Mapping[str, Shared]) -> dict[str, bytes]:
    """What programs share: the build file, the runtime, and classes for records of copybooks."""
    files = project_files()
    files |= {f"{PACKAGE}/{one.name}": one.read_bytes() for one in sorted(RUNTIME.glob("*.java"))}
    for word, one in classes.items():
        files[f"{COPYBOOKS}/{_large(word)}.java"] = copybook(one).encode("utf-8")
    return files


def package_of(name: str) -> str:
    """The package of a program: no word of Java's, and no other folder of a translation."""
    found = "".join(one if one.isalnum() else "_" for one in name.lower())
    found = f"p_{found}" if found[:1].isdigit() else found
    return f"{found}_program" if found in KEYWORDS | FOLDERS else found


def file_of(name: str) -> str:
    """The file of a program's class."""
    return f"{package_of(name)}/{pascal(name)}.java"


def named(program: Lowered) -> Names:
    """What a program's things are called: fields and methods in camelCase."""
    return names_of(
        program,
        camel,
        _large,
        _reserved("Program.java"),
        _reserved("CobolRecord.java", "Field.java", "Group.java"),
    )


def unwritten(name: str) -> dict[str, bytes]:
    """A class to be written: a program that is called and whose COBOL isn't there."""
    kind = pascal(name)
    text = f"""\
// {name} is called, but its COBOL wasn't there: write here what it does.

package {package_of(name)};

import cobol.RunUnit;
import cobol.Unwritten;

/** PROGRAM-ID {name}. */
public final class {kind} extends Unwritten {{
  /** The program in a run. */
  public {kind}(RunUnit unit) {{
    super(unit, {quoted(name)});
  }}
}}
"""
    return {file_of(name): text.encode()}


def building(folder: Path, name: str) -> tuple[tuple[str, ...], ...]:
    """The compiler's command for a program; what it needs of the runtime is compiled with it."""
    path = file_of(name)
    places = f"{folder / CLASSES}{os.pathsep}{folder}"
    lint = ("-Xlint:all,-path", "-Werror")
    small = tuple(f"-J{one}" for one in _SMALL)
    return (("javac", *small, *lint, "-cp", places, "-d", str(folder / CLASSES), path),)


def tests_of(name: str) -> dict[str, bytes]:
    """Java's replay is the same for all programs: among what is `common`."""
    return {}


def command(folder: Path, name: str) -> tuple[str, ...]:
    """The command that runs a program's translation."""
    return ("java", *_SMALL, "-cp", str(folder / CLASSES), _class_of(name))


def _class_of(name: str) -> str:
    return f"{package_of(name)}.{pascal(name)}"


def module(program: Lowered, header: str) -> str:
    """One program as a Java source."""
    head = [f"{program.name}, translated from {program.source}.", *header.splitlines()]
    return _source(head, package_of(program.name), list(_program(program, None)), (program,))


def copybook(shared: Shared) -> str:
    """A record of a copybook as a Java source."""
    record = replace(shared.record, shared=shared)
    assert record.copybook is not None
    natives = frozenset((record.whole.word, word) for word in shared.natives)
    alone = Lowered("", record.copybook.name, 0, (record,), (), (), None, natives=natives)
    lines = record_class(Speech(alone, named(alone), None), record, None)
    body = [(max(0, depth - 1), line) for depth, line in lines]
    return _source([f"A record of copybook {record.copybook.name}."], COPYBOOKS, body, ())


def _source(
    head: Sequence[str], package: str, body: Sequence[Line], programs: Sequence[Lowered]
) -> str:
    lines: list[Line] = [(0, f"// {line}") for line in head]
    lines += [(0, ""), (0, f"package {package};"), (0, "")]
    said = "\n".join(line for _, line in body)
    lines += [*((0, one) for one in _imports(said, programs)), (0, ""), *body]
    text = [line for depth, one in lines for line in laid_out(one, depth)]
    return "\n".join(text) + "\n"


def _imports(said: str, programs: Sequence[Lowered]) -> Iterator[str]:
    """The imports that a class needs, in the usual order."""
    statics = {f"cobol.{kind}": _members(f"{kind}.java") for kind in _STATIC}
    used = set(re.findall(r"(?<![.\w\"])([A-Za-z]\w*)", said))
    found = [
        f"import static {home}.{one};" for home, all_ in statics.items() for one in all_ & used
    ]
    yield from sorted(found)
    if found:
        yield ""
    kinds = {path.stem for path in RUNTIME.glob("*.java")}
    yield from (f"import cobol.{kind};" for kind in sorted(kinds & used))
    yield from (f"import {COPYBOOKS}.{_large(word)};" for word in shared_by(programs))
    for kind in ("java.math.BigDecimal", "java.math.RoundingMode", "java.util.List"):
        if kind.rpartition(".")[2] in used:
            yield f"import {kind};"


@cache
def _members(name: str) -> frozenset[str]:
    text = (RUNTIME / name).read_text("utf-8")
    return frozenset(
        re.findall(r"^  public static (?:final |<\w+> )?[\w<>?]+ (\w+)", text, re.MULTILINE)
    )


@cache
def _reserved(*modules: str) -> frozenset[str]:
    """The names that classes of the runtime use, and those of its static members."""
    found: set[str] = set()
    for name in modules:
        found |= set(re.findall(r"\b([a-z]\w*)\b", (RUNTIME / name).read_text("utf-8")))
    return frozenset(found.union(*(_members(f"{kind}.java") for kind in _STATIC)))


def _large(word: str) -> str:
    """A class that is neither of the runtime nor of java.lang."""
    name = pascal(word)
    taken = {path.stem for path in RUNTIME.glob("*.java")}
    return f"{name}Record" if name in taken | _LANGUAGE else name


_LANGUAGE = frozenset(
    "Object String Integer Long Double Float Byte Short Character Boolean Math System Thread "
    "Process Runtime Class Package Void Iterable Comparable Record Enum Error Exception List "
    "BigDecimal RoundingMode Override Deprecated Module Compiler Number".split()
)


def _program(program: Lowered, outer: Speech | None) -> Iterator[Line]:
    names = named(program)
    speech = Speech(program, names, outer)
    own = pascal(program.name)
    around = pascal(outer.program.name) if outer is not None else ""
    yield 0, f"/** PROGRAM-ID {program.name}. */"
    public = "public " if outer is None else ""
    yield 0, f"{public}final class {own} extends Program {{"
    methods = {one.index: list(_paragraph(speech, one)) for one in program.paragraphs}
    said = [line for lines in methods.values() for _, line in lines]
    order = in_order(program, said)
    for number, paragraph in enumerate(order):
        yield 1, f"private static final int {speech.label(paragraph.index)} = {number};"
    yield 0, ""
    if around:
        yield 1, f"private final {around} around;"
    for record in program.records:
        yield from record_lines(speech, record)
    for file in program.files:
        yield from file_lines(speech, file)
    made = {("Sql", DATABASE): program.database, ("Debugging", DEBUGGING): program.debugging}
    for (kind, name), run in made.items():
        if run is not None:
            yield 1, f"private final {kind} {names.files[name]} = {speech.run(run)};"
    for report in program.reports:
        yield 1, f"private final Report {names.files[report.word]} = {speech.run(report.made)};"
    yield 0, ""
    yield from _constructor(speech, own, around)
    yield from _wiring(speech, order)
    code = "\n".join(said)
    for record in program.records:
        if (record.whole.word, "") in program.natives:
            yield from condition_lines(speech, record, record.whole, code, 1)
    calls = [line for line in said if not line.startswith("private ")]
    for paragraph in spoken(program, order, calls, lambda one: names.paragraphs[one]):
        yield from methods[paragraph.index]
    for report in program.reports:
        for routine in report.routines:
            yield from _paragraph(speech, routine)
    for record in program.records:
        if record.is_group and record.shared is None:
            yield 0, ""
            yield from record_class(speech, record, code)
    for inside in program.contained:
        yield 0, ""
        yield from ((depth + 1, line) for depth, line in _nested(inside, speech))
    yield 0, "}"


def _nested(program: Lowered, outer: Speech) -> Iterator[Line]:
    for depth, line in _program(program, outer):
        yield depth, f"private static {line}" if line.startswith("final class") else line


def _constructor(speech: Speech, own: str, around: str) -> Iterator[Line]:
    program = speech.program
    if around:
        yield 1, f"{own}(RunUnit unit, {around} around) {{"
        yield 2, "super(unit, around);"
        yield 2, "this.around = around;"
    else:
        yield 1, "/** The program in a run. */"
        yield 1, f"public {own}(RunUnit unit) {{"
        yield 2, "super(unit, null);"
    for record in program.records:
        yield from counted_lines(speech, record)
    for handler in program.handlers:
        yield 2, _use(speech, handler)
    external = [one for one in program.files if one.external]
    shared = [
        (one.whole.word, one.whole.name, one.whole.size)
        for one in program.records
        if one.kind == "external"
    ]
    shared += [(one.records[0], f"{one.word} RECORD", one.longest) for one in external]
    for word, name, size in shared:
        area = f"unit.external({quoted(name)}, {size})"
        yield 2, f"{_storage(speech, word)}.bind({area}, 0);"
    yield 1, "}"
    yield from _customs(speech)
    if not around:
        yield 0, ""
        yield 1, "/** Runs the program. */"
        yield 1, "public static void main(String[] arguments) {"
        yield 2, f"new {own}(new RunUnit()).run(arguments);"
        yield 1, "}"


def _customs(speech: Speech) -> Iterator[Line]:
    """What SPECIAL-NAMES changes, and what EXTERNAL files must know of the program that works."""
    program = speech.program
    signs = (program.point, "." if program.point == "," else ",", program.currency)
    customs: dict[str, tuple[str, ...]] = {"useSigns": signs if signs != (".", ",", "$") else ()}
    customs["useCollation"] = program.collation
    lines = [
        (2, f"{name}({', '.join(map(quoted, given))});") for name, given in customs.items() if given
    ]
    for file in (one for one in program.files if one.external):
        status = speech.path(file.status) if file.status is not None else "null"
        lines.append((2, f"{speech.names.files[file.word]}.status({status});"))
    if lines:
        yield from ((0, ""), (1, "@Override"), (1, "protected void customs() {"))
        yield 2, "super.customs();"
        yield from lines
        yield 1, "}"


def _use(speech: Speech, handler: Handler) -> str:
    """The noting of a USE procedure."""
    given = [speech.label(handler.first), speech.label(handler.last), str(handler.within).lower()]
    given += [
        speech.file(one) if isinstance(one, FileName) else quoted(one) for one in handler.about
    ]
    return f"use({', '.join(given)});"


def _wiring(speech: Speech, order: Sequence[Paragraph]) -> Iterator[Line]:
    """What the runtime must know: paragraphs, parameters, contained programs."""
    program = speech.program
    yield 0, ""
    yield 1, "@Override"
    yield 1, "protected int step(int paragraph) {"
    yield from _steps(speech, order)
    yield 1, "}"
    yield from _overridden("int paragraphs()", str(len(order)))
    whole = order == program.paragraphs
    if program.start is not None and whole and program.start != order[0].index:
        yield from _overridden("int first()", speech.label(program.start))
    if program.using:
        places = ", ".join(_storage(speech, word) for word in program.using)
        yield from _overridden("List<Storage> linkage()", f"List.of({places})")
    if program.contained:
        yield 0, ""
        yield 1, "@Override"
        yield 1, "protected Program contained(String name) {"
        for inside in program.contained:
            yield 2, f"if (name.equals({quoted(inside.name)})) {{"
            yield 3, f"return new {pascal(inside.name)}(unit(), this);"
            yield 2, "}"
        yield 2, "return null;"
        yield 1, "}"
    local = [one for one in program.records if one.kind == "local"]
    if local:
        yield 0, ""
        yield 1, "@Override"
        yield 1, "protected void begin() {"
        for record in local:
            for _, line in record_lines(speech, record):
                yield 2, re.sub(r"^private \S+ ", "", line)
        yield 1, "}"


def _steps(speech: Speech, order: Sequence[Paragraph]) -> Iterator[Line]:
    """The paragraphs by their numbers."""
    if len(order) == 1 and not order[0].jumps:
        yield 2, f"{speech.names.paragraphs[order[0].index]}();"
        yield 2, "return NEXT;"
        return
    if order:
        yield 2, "switch (paragraph) {"
        for one in order:
            label, name = speech.label(one.index), speech.names.paragraphs[one.index]
            if one.jumps:
                yield from ((3, f"case {label} -> {{"), (4, f"return {name}();"), (3, "}"))
            else:
                yield 3, f"case {label} -> {name}();"
        yield from ((3, "default -> {"), (3, "}"), (2, "}"))
    yield 2, "return NEXT;"


def _storage(speech: Speech, word: str) -> str:
    return f"{speech.names.records[word]}.storage()"


def _overridden(method: str, result: str) -> Iterator[Line]:
    yield 0, ""
    yield 1, "@Override"
    yield 1, f"protected {method} {{"
    yield 2, f"return {result};"
    yield 1, "}"


def _paragraph(speech: Speech, paragraph: Paragraph) -> Iterator[Line]:
    yield 0, ""
    said = " ".join(paragraph.comment)
    if paragraph.name:
        yield 1, f"/** {paragraph.name}.{f' {said}' if said else ''} */"
    kind = "int" if paragraph.jumps else "void"
    yield 1, f"private {kind} {speech.names.paragraphs[paragraph.index]}() {{"
    writing = Writing(speech, paragraph.index, paragraph.jumps)
    yield from writing.block(paragraph.body, 2)
    if paragraph.jumps and all(goes_on(one, writing) for one in paragraph.body):
        yield 2, "return NEXT;"
    yield 1, "}"
