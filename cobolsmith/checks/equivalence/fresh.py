"""Runs made of nothing but layouts: files, lines, parameters of calls and answers of mocks."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cobolsmith.checks.equivalence import tasks
from cobolsmith.checks.equivalence.driver import TASK
from cobolsmith.checks.equivalence.inputs import Draw
from cobolsmith.checks.equivalence.runs import CLOCK, Run
from cobolsmith.checks.equivalence.shape import Field
from cobolsmith.checks.equivalence.shim import BLOCK
from cobolsmith.checks.equivalence.values import is_numeric
from cobolsmith.eib import RESPONSES

HALFWORD = 2
MOST_WORDS = 9
"""Words of a command line, at most."""
NO_ROW = 100
"""The SQLCODE of a query without a row."""


def fresh(draw: Draw, name: str) -> Run:
    """A run made of nothing but the layouts."""
    inputs, random = draw.inputs, draw.random
    task = any(tasks.MOCK.fullmatch(module) for module, _ in inputs.mocked)
    files = tuple(
        (shape.select, draw.records(shape)) for shape in inputs.files if random.random() > 0.02
    )
    return Run(
        name,
        files,
        stdin=console(draw),
        arguments=command(draw),
        environment=environment(draw),
        clock=CLOCK,
        tables=tuple((module, rows(draw, module, items)) for module, items in inputs.mocked),
        calls=tuple(call(draw) for _ in range(random.choice((1, 1, 2) if task else (1, 2, 4, 8)))),
    )


def console(draw: Draw) -> tuple[bytes, ...]:
    """The lines of a run: one for each ACCEPT in the order of the text, or any."""
    accepts, random = draw.inputs.accepts.console, draw.random
    if accepts and random.random() < 0.6:
        return tuple(accepted(draw, one) for one in accepts)
    return tuple(line(draw) for _ in range(random.choice((0, 1, 3, 8))))


def line(draw: Draw) -> bytes:
    """A line for one of the ACCEPTs."""
    accepts = draw.inputs.accepts.console
    return accepted(draw, draw.random.choice(accepts)) if accepts else b""


def accepted(draw: Draw, one: Field) -> bytes:
    """A line for an item; the fields of a group are filled."""
    group = one.item >= 0 and draw.inputs.program.items[one.item].children
    data = draw.filled(one.item, one.length) if group else draw.data(one)
    return data.replace(b"\n", b" ")


def command(draw: Draw) -> tuple[str, ...]:
    """The words of a command line: as many as the program asks for, or one more or less."""
    accepts, random = draw.inputs.accepts, draw.random
    if accepts.line and not accepts.words:
        return tuple(word(draw, random.choice(accepts.line)).split())
    if not accepts.of_command:
        return ()
    asked = [value for one in accepts.counts for value in draw.inputs.domains.asked(one.item)]
    counts = [int(one) for one in asked if isinstance(one, Decimal) and 0 <= one <= MOST_WORDS]
    count = random.choice(counts) if counts else max(1, len(accepts.words))
    kinds = accepts.words or accepts.of_command
    return tuple(word(draw, kinds[min(nth, len(kinds) - 1)]) for nth in range(count))


def environment(draw: Draw) -> tuple[tuple[str, str], ...]:
    """The variables that a program asks for, seldom without one; one that is the name of a file has
    that file's name."""
    accepts = draw.inputs.accepts
    return tuple(
        (name, name if name in accepts.files else word(draw, one))
        for name, one in dict(accepts.variables).items()
        if draw.random.random() < 0.75
    )


def word(draw: Draw, one: Field) -> str:
    """A text for an item that ACCEPT fills from the command line or the environment."""
    if is_numeric(one) and one.usage != "DISPLAY":
        return format(draw.number(one), "f")
    return accepted(draw, one).replace(b"\0", b" ").decode("ascii", "ignore").strip()


def rows(draw: Draw, module: str, items: tuple[int, ...]) -> tuple[str, ...]:
    """Rows of a table for a mocked module: one a call, some much like the row before."""
    rows: list[str] = []
    for _ in range(draw.random.choice((1, 2, 4, 8, 12))):
        like = bool(rows) and draw.random.random() < 0.5
        rows.append(variant(draw, rows[-1], items) if like else row(draw, module, items))
    return tuple(rows)


def row(draw: Draw, module: str, items: tuple[int, ...]) -> str:
    """A row of a table: what one call gives back."""
    command = tasks.MOCK.fullmatch(module)
    if command:
        return answer(draw, command["verb"], items)
    selected = BLOCK.fullmatch(module) is not None
    words = []
    for nth, item in enumerate(items):
        if item < 0 or draw.random.random() < 0.2:
            words.append("-")
        elif selected:
            words.append(given(draw, item, nth == 0).hex())
        else:
            words.append(draw.filled(item, draw.inputs.program.items[item].length).hex())
    return " ".join(words)


def given(draw: Draw, item: int, is_code: bool) -> bytes:
    """What a block of SQL gives: a SQLCODE that is mostly 0, a VARCHAR as long as it may be."""
    program = draw.inputs.program
    whole = program.items[item]
    chance = draw.random.random()
    marks = whole.usage == "BINARY" and whole.length == HALFWORD  # of NULL, as indicators are
    if (is_code or marks) and chance < 0.7:
        return bytes(whole.length)
    if is_code and chance < 0.85:
        return NO_ROW.to_bytes(whole.length, "big")
    data = draw.filled(item, whole.length)
    parts = program.children(whole)
    if len(parts) == 2 and all(one.level == 49 for one in parts):
        size = draw.random.choice((1, parts[1].length, draw.random.randint(1, parts[1].length)))
        data = size.to_bytes(parts[0].length, "big") + data[parts[0].length :]
    return data


def variant(draw: Draw, row: str, items: tuple[int, ...]) -> str:
    """A row with a field of one of its items changed, rather one that the program looks at."""
    words = row.split(" ")
    full = [nth for nth, item in enumerate(items) if item >= 0 and words[nth] != "-"]
    if not full or draw.random.random() < 0.3:
        return row
    nth = draw.random.choice(full)
    layout = draw.layout(items[nth])
    if layout and draw.inputs.program.items[items[nth]].name not in ("EIBRESP", "EIBRESP2"):
        looked = [one for one in layout if one.item in draw.inputs.linked]
        one = draw.random.choice(looked if looked and draw.random.random() < 0.7 else layout)
        data = bytearray.fromhex(words[nth])
        data[one.offset : one.end] = draw.data(one)
        words[nth] = data.hex()
    return " ".join(words)


def answer(draw: Draw, verb: str, items: tuple[int, ...]) -> str:
    """A row for a CICS command: mostly NORMAL, else one of the conditions that it may end with;
    what comes back is there mostly."""
    random = draw.random
    conditions = tasks.COMMANDS[verb][1].split()
    failed = bool(conditions) and random.random() < 0.3
    name = random.choice(conditions) if failed else "NORMAL"
    first = random.random() < 0.5  # the likeliest of them stands first
    name = conditions[0] if failed and first else name
    words = ["-", RESPONSES[name].to_bytes(4, "big").hex(), f"{random.choice((0, 0, 1, 80)):08x}"]
    for item in items[len(words) :]:
        if item < 0 or random.random() < 0.1:
            words.append("-")
        elif draw.inputs.program.items[item].name == "EIBAID":
            words.append(key_pressed(draw).hex())
        else:
            words.append(draw.filled(item, draw.inputs.program.items[item].length).hex())
    return " ".join(words)


def key_pressed(draw: Draw) -> bytes:
    """The byte of a key: one that the program looks for rather than another, often ENTER."""
    chance, named = draw.random.random(), draw.inputs.keys
    if chance < 0.25:
        return bytes.fromhex(tasks.KEYS["ENTER"])
    others = [one for one in tasks.KEYS.values() if one]
    return bytes.fromhex(draw.random.choice(named if named and chance < 0.85 else others))


def call(draw: Draw) -> tuple[bytes, ...]:
    """The parameters of one call of a subprogram."""
    found = []
    for layout in draw.inputs.parameters:
        record = draw.inputs.program.record(layout[0].item)
        found.append(draw.filled(record.index, record.length))
    return callable_row(draw, tuple(found))


def callable_row(draw: Draw, row: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """A row as a job or CICS would hand it over."""
    return as_task(draw, as_parm(draw, row))


def as_task(draw: Draw, row: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """A row of an EIB and a COMMAREA: its length is that of the area, seldom less, or nothing is
    handed over; no command has been given, and a key was pressed."""
    program = draw.inputs.program
    layouts = draw.inputs.parameters
    if not layouts or program.record(layouts[0][0].item).name != TASK:
        return row
    size = len(row[1]) if len(row) > 1 else 0
    length = draw.random.choice((0, size, size, size, size, size, draw.random.randint(0, size)))
    block = bytearray(row[0])
    for one in layouts[0]:
        if one.name in ("EIBRESP", "EIBRESP2"):
            block[one.offset : one.end] = bytes(one.length)
        elif one.name == "EIBCALEN":
            block[one.offset : one.end] = length.to_bytes(one.length, "big")
        elif one.name == "EIBAID" and draw.random.random() < 0.7:
            block[one.offset : one.end] = key_pressed(draw)
    return (bytes(block), *row[1:])


def as_parm(draw: Draw, row: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """A row whose only parameter is a job's PARM, a halfword and a text, with a halfword that says
    how long the text is (but seldom: programs are to stand a wrong one)."""
    parameters = draw.inputs.parameters
    if len(parameters) != 1 or not is_parm(parameters[0]) or draw.random.random() < 0.1:
        return row
    text = row[0][HALFWORD:]
    size = int.from_bytes(row[0][:HALFWORD], "big")
    size = size if size <= len(text) else len(text.rstrip())
    return (size.to_bytes(HALFWORD, "big") + text,)


def is_parm(layout: Sequence[Field]) -> bool:
    """Whether a record is a big-endian halfword with texts behind it."""
    first, rest = layout[0], layout[1:]
    binary = first.usage == "BINARY" and (first.offset, first.length) == (0, HALFWORD)
    return binary and bool(rest) and not any(is_numeric(one) for one in rest)
