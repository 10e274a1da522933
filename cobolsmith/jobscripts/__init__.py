"""Jobs as scripts: a job's steps in Python, running translated programs and small utilities.

    def svjnite(job: Job) -> None:
        job.run("EDIT.RUN", "SVB020", cond=[(4, "LT")], TELLIN=Data("SVB.TELLER.CAPTURE", "0"), ...)

What JCL says of a step is said of its call: COND and IF around it, data sets with DISP, generations
and concatenations, PARM. Sorts, copies and IDCAMS run as small utilities as far as they are known;
a step that isn't says so by name and stops the job there, unless the user names what runs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cobolsmith import source as sources
from cobolsmith.jobscripts.conditions import UnknownError, nested, quoted, row, said_cond, said_if
from cobolsmith.languages.jcl import DataSet, Job, Step, read_jcl
from cobolsmith.languages.jcl.sortsteps import PROGRAMS as SORTS
from cobolsmith.languages.jcl.sortsteps import step_sorting
from cobolsmith.source import Source
from cobolsmith.targets.python.expressions import snake

SUFFIXES = (".jcl", ".job")
WIDTH = 100
KEYED = ("INDEXED", "RELATIVE")
SYSTEM = frozenset(
    "STEPLIB JOBLIB SYSPRINT SYSOUT SYSUDUMP SYSABEND SYSMDUMP CEEDUMP SORTLIB SORTMSG".split()
)
"""DDs that the system has a use for, and no translation."""
TOLD = frozenset(("SYSIN", "TOOLIN", "SORTCNTL", "DFSPARM"))
"""DDs with what a utility is told, which a script says itself."""
SORTED = frozenset(("CH", "BI", "FI", "ZD", "PD"))
"""Formats of keys that the runtime orders."""

_COPIED = re.compile(r"REPRO (?:INFILE|IFILE)\((\w+)\) (?:OUTFILE|OFILE)\((\w+)\)")
_DELETED = re.compile(r"DELETE \(?([A-Z0-9@#$.-]+)\)?(?: PURGE| CLUSTER| NONVSAM)*")
_DEFINED = re.compile(r"(?:DEFINE (?:CLUSTER|AIX|ALTERNATEINDEX|PATH|GDG)|BLDINDEX)\b.*")
"""What needs no command here: a program's OPEN makes its file, which holds its own indexes."""
_CODE = re.compile(r"SET (?:MAXCC|LASTCC) ?= ?(\d+)")


@dataclass(frozen=True, slots=True)
class Runnable:
    """A translated program: the command that runs it, with `{here}` for the folder of the scripts
    and `{python}` for Python, and how the files of its DD names are organised."""

    command: tuple[str, ...]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Script:
    """A job's script, and its steps that are not translated: their names, with the reason."""

    job: str
    text: str
    refused: tuple[tuple[str, str], ...]


def scripts(
    path: Path, members: Callable[[str], Source | None], programs: Mapping[str, Runnable]
) -> tuple[Script, ...]:
    """The scripts of the jobs of a JCL file. Raises SourceError where it can't be read."""
    source = sources.read(path)
    found = read_jcl(source, members)
    return tuple(_Writing(source, job, members, programs).script() for job in found.jobs)


class _Writing:
    """One job being written."""

    def __init__(
        self,
        source: Source,
        job: Job,
        members: Callable[[str], Source | None],
        programs: Mapping[str, Runnable],
    ) -> None:
        self.source = source
        self.job = job
        self.members = members
        self.programs = programs
        self.steps = tuple(job.executed())
        self.refused: list[tuple[str, str]] = []
        self.classes = {"Job", "main"}
        self.asked: dict[str, str] = {}
        self.keyed = frozenset(self._keyed())

    def script(self) -> Script:
        """The job as a module."""
        name = snake(self.job.name)
        body = list(self._body())
        used = {one.program for one in self.steps} & self.programs.keys()
        lines = [
            f'"""{self.job.name}, from {self.source.path.name}: {len(self.steps)} steps.',
            "",
            "Not proven: no run of the job was compared.",
            *(f"{step} isn't translated: {why}." for step, why in self.refused),
            "",
            f"    python {name}.py FOLDER-OF-DATA-SETS",
            '"""',
            "",
            "from __future__ import annotations",
            "",
            f"from job_runtime import {', '.join(sorted(self.classes))}",
            "",
            "PROGRAMS = {",
            *(f"    {quoted(one)}: {row(self.programs[one].command)}," for one in sorted(used)),
            "}",
            "",
            "",
            f"def {name}(job: Job) -> None:",
            f'    """The steps of {self.job.name}."""',
            *body,
            "",
            "",
            'if __name__ == "__main__":',
            f'    main("{self.job.name}", {name}, PROGRAMS)',
        ]
        return Script(self.job.name, "\n".join(lines) + "\n", tuple(self.refused))

    def _body(self) -> Iterator[str]:
        before = ""
        for step in self.steps:
            kept: list[str] = []
            condition, call = self._said(step, kept)
            yield from kept
            if condition and condition != before:
                yield f"    if {condition}:"
            before = condition
            yield from (f"{'        ' if condition else '    '}{line}" for line in call)

    def _said(self, step: Step, kept: list[str]) -> tuple[str, list[str]]:
        """What must hold for a step, and its call; `kept` takes what must be asked before it."""
        try:
            conditions = [self._asked(*one, kept) for one in nested(step.condition)]
            bypass = said_cond(step.cond)
        except UnknownError as error:
            return "", self._untranslated(step, str(error), [])
        condition = " and ".join(conditions)
        if "ABEND" in step.condition and "only=True" not in bypass:
            bypass = [*(one for one in bypass if one != "even=True"), "even=True"]
        try:
            return condition, self._call(step, bypass)
        except UnknownError as error:
            return condition, self._untranslated(step, str(error), bypass)

    def _asked(self, text: str, holds: bool, kept: list[str]) -> str:
        """One IF. What its own steps may change is asked once, where it stands."""
        said = self.asked.get(text) or said_if(text)
        if text not in self.asked and ("of=" not in said or "job.abended" in said):
            kept.append(f"    if_{len(self.asked) + 1} = {said}")
            self.asked[text] = said = f"if_{len(self.asked) + 1}"
        if not holds:
            return (
                f"not {said}" if said.isidentifier() or said.count("job.") == 1 else f"not ({said})"
            )
        return f"({said})" if " or " in said else said

    # --- Steps ----------------------------------------------------------------------------------

    def _call(self, step: Step, bypass: list[str]) -> list[str]:
        dds = dict(self._dds(step))
        if step.program in self.programs:
            parm = step.parm.strip("()").strip("'").replace("''", "'")
            told = [f"parm={quoted(parm)}"] if parm else []
            return _laid(
                "job.run", [quoted(step.name), quoted(step.program), *told, *bypass, *_given(dds)]
            )
        control = self._control(step)
        if control is None:
            what = (
                f"{step.program} is not among the translated programs"
                if step.program
                else (f"procedure {step.proc} isn't found")
            )
            raise UnknownError(what)
        program = "SORT" if step.program in SORTS else step.program
        dds = {name: one for name, one in dds.items() if name not in TOLD}
        told = [f"control={control}"] if control else []
        return _laid("job.run", [quoted(step.name), quoted(program), *told, *bypass, *_given(dds)])

    def _untranslated(self, step: Step, why: str, bypass: list[str]) -> list[str]:
        self.refused.append((step.name, why))
        try:
            dds = dict(self._dds(step))
        except UnknownError:
            dds = {}
        program = step.program or step.proc
        words = [quoted(step.name), quoted(program), quoted(why), *bypass, *_given(dds)]
        return _laid("job.untranslated", words)

    def _control(self, step: Step) -> str | None:
        """What a utility is told, "" for nothing; None for a program that is no known utility."""
        if step.program == "IEFBR14":
            return ""
        if step.program == "IEBGENER":
            told = step.dd("SYSIN")
            if told is not None and not told.dummy:
                raise UnknownError("IEBGENER with control statements")
            return ""
        if step.program == "IDCAMS":
            return self._commands(step)
        return self._sort(step) if step.program in SORTS else None

    def _commands(self, step: Step) -> str:
        found: list[tuple[str, ...]] = []
        told = step.dd("SYSIN")
        text = "\n".join(one.text for one in told.instream) if told else ""
        joined = re.sub(r"\s*-\s*\n\s*", " ", re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL))
        for line in (" ".join(one.split()).upper() for one in joined.split("\n")):
            copied, deleted = _COPIED.fullmatch(line), _DELETED.fullmatch(line)
            code = _CODE.fullmatch(line)
            if copied:
                self._sequential(step, copied.groups())
                found.append(("REPRO", *copied.groups()))
            elif deleted:
                found.append(("DELETE", deleted[1]))
            elif code:
                found.append(("MAXCC", code[1]))
            elif line and not _DEFINED.fullmatch(line):
                raise UnknownError(f"IDCAMS {' '.join(line.split()[:2])}")
        return row([row(one) for one in found], str)

    def _sequential(self, step: Step, names: Iterable[str]) -> None:
        """Refuse what copies a file with keys: its bytes are another system's here."""
        for name in names:
            dd = step.dd(name)
            for one in dd.datasets if dd else ():
                if one.dsn in self.keyed:
                    raise UnknownError(f"IDCAMS REPRO of {one.dsn}, which has keys")

    def _keyed(self) -> Iterator[str]:
        for step in self.steps:
            program = self.programs.get(step.program)
            for dd in step.dds if program else ():
                if program and program.files.get(dd.name) in KEYED:
                    yield from (one.dsn for one in dd.datasets)

    def _sort(self, step: Step) -> str:
        read = {self.source.path: self.source}

        def source_of(path: Path) -> Source:
            return read.get(path) or sources.read(path)

        sorting = step_sorting(step, source_of, self.members)
        controls = sorting.controls if sorting else ()
        if sorting is None or sorting.unknowns or not controls:
            raise UnknownError("SORT with control statements that aren't understood")
        copied = unique = False
        keys: list[tuple[int, int, str, str]] = []
        for one in controls:
            text = "".join(one.text.split()).upper()
            if one.operation == "SORT" and "FIELDS=COPY" not in text:
                keys += [(p.begin, p.length, p.format or "CH", p.order) for p in one.pieces]
            elif one.operation == "SORT" or text in ("OPTIONCOPY", "OPTIONCOPY,EQUALS"):
                copied = True
            elif text in ("SUMFIELDS=NONE", "SUMFIELDS=(NONE)"):
                unique = True
            elif text != "OPTIONEQUALS":
                raise UnknownError(f"{one.operation} of SORT")
        bad = [kind for _, _, kind, order in keys if kind not in SORTED or order not in ("A", "D")]
        if bad or not (keys or copied):
            raise UnknownError(f"SORT by {bad[0] if bad else 'no key'}")
        self.classes.add("Sort")
        size = self._size(step)
        said = row([row(one) for one in keys], str)
        return f"Sort({said}, {size}{', unique=True' if unique else ''})"

    def _size(self, step: Step) -> int:
        """The length of the records sorted: of SORTIN, SORTOUT, or where the job says it."""
        names = set[str]()
        for dd in (step.dd("SORTIN"), step.dd("SORTOUT")):
            for one in dd.datasets if dd else ():
                if one.recfm.startswith("V"):
                    raise UnknownError("SORT of records of varying length")
                if one.lrecl:
                    return one.lrecl
                names.add(one.dsn)
        for other in self.steps:
            for one in (each for dd in other.dds for each in dd.datasets):
                if one.dsn in names and one.lrecl:
                    return one.lrecl
        raise UnknownError("SORT of records whose length (LRECL) the job doesn't say")

    # --- Data sets ------------------------------------------------------------------------------

    def _dds(self, step: Step) -> Iterator[tuple[str, str]]:
        program = self.programs.get(step.program)
        files: Mapping[str, str] = program.files if program else {}
        for dd in step.dds:
            if dd.name not in files if program else dd.name in SYSTEM:
                continue  # nothing that the step runs asks for it
            lines = files.get(dd.name, "").startswith("LINE")
            keyed = files.get(dd.name) in KEYED
            if dd.dummy:
                self.classes.add("Dummy")
                told = ["Dummy()"]
            elif dd.sysout:
                self.classes.add("Printed")
                told = [f"Printed({quoted(dd.sysout.strip('()').split(',')[0])})"]
            else:
                named = [one for one in dd.datasets if one.dsn or one.referback]
                told = [self._data(step, one, keyed) for one in named]
                told += [self._cards(one.text, lines) for one in dd.instream]
            if dd.ddname:
                raise UnknownError(f"DDNAME= of {dd.name}")
            if told:
                yield dd.name, told[0] if len(told) == 1 else f"[{', '.join(told)}]"

    def _cards(self, text: str, lines: bool) -> str:
        self.classes.add("Cards")
        rows = text.rstrip("\n").split("\n")
        said = [quoted(f"{one}\n") for one in rows[:-1]] + [quoted(rows[-1])]
        more = ["lines=True"] if lines else []
        if len(said) == 1:
            return f"Cards({', '.join([*said, *more])})"
        said[-1] += ","
        inner = [*said, *(f"{one}," for one in more)]
        return "\n".join(["Cards(", *(f"    {one}" for one in inner), ")"])

    def _data(self, step: Step, one: DataSet, keyed: bool) -> str:
        if one.referback:
            one = self._referred(step, one)
        self.classes.add("Data")
        status = one.disp[0] if one.disp and one.disp[0] else "NEW"
        after = (
            one.disp[1]
            if len(one.disp) > 1 and one.disp[1]
            else ("DELETE" if status == "NEW" else "KEEP")
        )
        failed = one.disp[2] if len(one.disp) > 2 and one.disp[2] else after
        words = [quoted(f"&&{one.dsn.lstrip('&')}" if one.temporary else one.dsn)]
        generation = one.generation.strip("'")
        words += [quoted(generation)] if generation else []
        words += [f"member={quoted(one.member)}"] if one.member else []
        words += ["keyed=True"] if keyed else []
        kept = {"CATLG": "KEEP", "PASS": "KEEP", "UNCATLG": "KEEP"}
        status = "OLD" if status == "SHR" else status
        words += [f"disp={quoted(status)}"] if status != "OLD" else []
        for name, value in (("after", after), ("on_abend", failed)):
            words += [f'{name}="DELETE"'] if kept.get(value, value) == "DELETE" else []
        return f"Data({', '.join(words)})"

    def _referred(self, step: Step, one: DataSet) -> DataSet:
        name, _, dd = one.referback.removeprefix("*.").rpartition(".")
        maker = next((each for each in self.steps if each.name == (name or step.name)), None)
        made = maker.dd(dd) if maker else None
        if made is None or not made.datasets or made.datasets[0].referback:
            raise UnknownError(f"the reference {one.referback}")
        first = made.datasets[0]
        return DataSet(first.dsn, one.origin, first.member, first.generation, first.temporary,
                       disp=one.disp)  # fmt: skip


def _given(dds: Mapping[str, str]) -> list[str]:
    plain = [f"{name}={value}" for name, value in dds.items() if name.isidentifier()]
    odd = {name: value for name, value in dds.items() if not name.isidentifier()}
    if odd:  # national characters
        plain.append(
            "**{" + ", ".join(f"{quoted(name)}: {value}" for name, value in odd.items()) + "}"
        )
    return plain


def _laid(function: str, words: list[str]) -> list[str]:
    """A call on one line, or a word a line."""
    line = f"{function}({', '.join(words)})"
    if len(line) < WIDTH - 12 and "\n" not in line:
        return [line]
    inner = "".join(f"{word},\n" for word in words).splitlines()
    return [f"{function}(", *(f"    {one}" for one in inner), ")"]
