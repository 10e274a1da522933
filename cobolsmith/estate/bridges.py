"""The ways from one program to others: data sets, calls, SQL columns, screens."""

from __future__ import annotations

from collections.abc import Iterator

from cobolsmith.estate.held import Held, Row
from cobolsmith.estate.trace import LIKELY, POSSIBLE, SURE, Named, Spot, Touch, Trace

_DATASETS = """
SELECT d.*, s.name AS step_name, s.program AS runs, j.name AS job FROM datasets d
JOIN steps s ON s.file = d.file AND s.n = d.step
JOIN jobs j ON j.file = s.file AND j.n = s.job AND j.kind = 'job'
"""
COPIERS = ("IEBGENER", "ICEGENER", "IDCAMS")
WRITING = ("writes", "rewrites", "opens-output", "opens-extend", "opens-io", "sorts")
CHANGING = ("writes", "rewrites")
"""What a CICS command does to a file with its FROM."""
READING = ("reads", "opens-input", "opens-io", "sorts")
SUFFIXES = "LFAIOCPHVMTU"
"""What BMS adds to a field's name: length, flag, attribute, input, output, extended attributes."""
SORTS = ("SORT", "ICEMAN", "DFSORT", "SYNCSORT", "MERGE")


def follow_file(trace: Trace, spot: Spot) -> None:
    """From a record of a file to its data sets, their jobs and sort cards, and the other programs
    that have the data set: the field itself both ways, its value only where it is written."""
    held = trace.shelf.file(spot.file)
    item = held.items[spot.item]
    if not item["fd"]:
        return
    program = trace.programs[spot.file, item["program"]]
    files = "SELECT * FROM fds WHERE file = ? AND program = ? AND name = ?"
    for file in trace.index.rows(files, (spot.file, item["program"], item["fd"])):
        text = f"{program}: {file['name']}, DD {file['dd']}, {file['length']} bytes"
        why = spot.why or "its record"
        trace.note(Touch("files", spot.sure, "record of", text, trace.place(file), why))
        if spot.depth == 0 or _does(trace, file, WRITING):
            wanted = (program, file["dd"])
            query = f"{_DATASETS} WHERE s.program = ? AND d.dd = ?"
            for row in trace.index.rows(query, wanted):
                follow_dataset(trace, spot, row["dsn"], f"data set of {program}'s {file['name']}")


def follow_dataset(trace: Trace, spot: Spot, dsn: str, why: str) -> None:
    """From bytes of a data set to every step that names it, and to the copies that utilities
    make of it."""
    waiting = [(dsn, max(spot.sure, LIKELY), why)]
    known = {dsn}
    while waiting:
        name, certain, reason = waiting.pop(0)
        for row in trace.index.rows(f"{_DATASETS} WHERE d.dsn = ?", (name,)):
            form = f", {row['recfm']} {row['lrecl']}" if row["lrecl"] else ""
            text = f"{row['job']}.{row['step_name']} ({row['runs']}): {row['dd']} {name}{form}"
            how = "names" if row["disp"] == "(command)" else "allocates"
            trace.note(Touch("jobs", certain, how, text, trace.place(row), reason))
            if row["runs"] in SORTS:
                _sorted(trace, spot, row)
            if row["runs"] in (*SORTS, *COPIERS) and not _made(row):
                for copy, sure in _copied(trace, row):
                    if copy not in known:
                        known.add(copy)
                        made = f"made of {name} by {row['job']}.{row['step_name']}"
                        waiting.append((copy, max(certain, sure), made))
            else:
                _read(trace, spot._replace(sure=certain), row, name)
        for other, sure, how in _aliases(trace, name):
            if other not in known:
                known.add(other)
                waiting.append((other, max(certain, sure), f"{how}; {reason}" if reason else how))
        _online(trace, spot._replace(sure=certain), name)


def _aliases(trace: Trace, dsn: str) -> Iterator[tuple[str, int, str]]:
    """The names under which the records of a data set are got at too: a path over an alternate
    index of a cluster has the cluster's records."""
    query = "SELECT * FROM aliases WHERE name = ? OR target = ?"
    for row in trace.index.rows(query, (dsn, dsn)):
        other = row["target"] if row["name"] == dsn else row["name"]
        yield other, LIKELY, f"{row['kind']} {row['name']} of {row['target']}"


def _made(row: Row) -> bool:
    """Whether a DD writes its data set."""
    return str(row["disp"]).startswith(("NEW", "MOD"))


def _copied(trace: Trace, step: Row) -> Iterator[tuple[str, int]]:
    """The data sets that a utility step makes of what it reads: as likely as that the records stay
    as they are."""
    cards = "SELECT 1 FROM sort_keys WHERE file = ? AND step = ? AND (card IN ('INREC', 'OUTREC')"
    cards += " OR card LIKE '% rearranged %')"
    changed = trace.index.rows(cards, (step["file"], step["step"]))
    sure = LIKELY if step["runs"] in SORTS and not changed else POSSIBLE
    query = "SELECT * FROM datasets WHERE file = ? AND step = ?"
    for row in trace.index.rows(query, (step["file"], step["step"])):
        if _made(row):
            yield row["dsn"], sure


def _read(trace: Trace, spot: Spot, step: Row, dsn: str) -> None:
    """The same bytes in the records of the file that a step's program has on the data set."""
    query = (
        "SELECT f.* FROM fds f JOIN programs p ON p.file = f.file AND p.n = f.program"
        " WHERE p.name = ? AND f.dd = ?"
    )
    for file in trace.index.rows(query, (step["runs"], step["dd"])):
        if spot.depth and not _does(trace, file, READING):
            continue
        held = trace.shelf.file(file["file"])
        for n, row in held.items.items():
            if row["fd"] != file["name"] or row["program"] != file["program"]:
                continue
            for leaf in held.leaves(n, spot.start, spot.end) if row["parent"] is None else ():
                one = held.items[leaf]
                start = max(spot.start, one["byte"])
                end = min(spot.end, one["byte"] + one["extent"])
                whole = spot.file == 0  # the data set itself was asked for
                same = whole or (one["byte"], one["byte"] + one["extent"]) == (spot.start, spot.end)
                sure = max(spot.sure, LIKELY if same else POSSIBLE)
                why = f"bytes {start + 1}-{end} of {dsn}"
                trace.add(Spot(file["file"], leaf, start, end, sure, spot.depth + 1, why))


def _does(trace: Trace, file: Row, hows: tuple[str, ...]) -> bool:
    query = "SELECT how FROM file_uses WHERE file = ? AND program = ? AND name = ?"
    rows = trace.index.rows(query, (file["file"], file["program"], file["name"]))
    return any(row["how"] in hows for row in rows)


def _sorted(trace: Trace, spot: Spot, step: Row) -> None:
    """The control cards of a sort step that name some of the bytes."""
    query = "SELECT * FROM sort_keys WHERE file = ? AND step = ?"
    for key in trace.index.rows(query, (step["file"], step["step"])):
        first, last = key["begin"] - 1, key["begin"] - 1 + key["length"]
        if key["dd"] not in ("", step["dd"]):
            continue  # the other file that JOINKEYS joins
        if first < spot.end and (spot.start < last or not key["length"]):
            bytes_ = ",".join(
                str(part) for part in (key["begin"], key["length"], key["format"]) if part
            )
            text = f"{step['job']}.{step['step_name']}: {key['card']} ({bytes_})"
            as_read = "rearranged" not in key["card"]
            certain = max(spot.sure, LIKELY if as_read else POSSIBLE)
            why = spot.why or "its bytes"
            touch = Touch("sort cards", certain, f"in {key['card']}", text, trace.place(key), why)
            trace.note(touch)


# --- CICS files ---


def follow_online(trace: Trace, spot: Spot, near: list[Named]) -> None:
    """From the area of an EXEC CICS READ or WRITE to the data set that the file is."""
    held = trace.shelf.file(spot.file)
    for one in near:
        for row in held.online.get(one.item, ()):
            program = trace.programs[spot.file, row["program"]]
            sure = max(spot.sure, one.sure)
            text = f"{program}: CICS file {row['name']} {row['how']} {held.spelled(one.item)}"
            why = "; ".join(part for part in (spot.why, one.why) if part)
            trace.note(Touch("files", sure, row["command"], text, trace.place(row), why))
            if spot.depth == 0 or row["how"] in CHANGING:
                begin = held.items[one.item]["byte"]
                moved = spot._replace(start=max(spot.start - begin, 0), end=spot.end - begin)
                for dsn, certain in _meant_by(trace, row["name"]):
                    said = f"data set of the CICS file {row['name']}"
                    said += "" if certain == LIKELY else ", by its name"
                    follow_dataset(trace, moved._replace(sure=max(sure, certain)), dsn, said)


def _meant_by(trace: Trace, file: str) -> list[tuple[str, int]]:
    """The data sets that a CICS file is: as defined to CICS, else those that end with its name."""
    query = "SELECT DISTINCT target FROM resources WHERE kind = 'FILE' AND name = ?"
    defined = [(row[0], LIKELY) for row in trace.index.rows(query, (file,))]
    query = "SELECT DISTINCT dsn FROM datasets WHERE dsn LIKE '%.' || ?"
    return defined or [(row[0], POSSIBLE) for row in trace.index.rows(query, (file,))]


def _online(trace: Trace, spot: Spot, dsn: str) -> None:
    """The same bytes in the areas of the CICS commands that read a data set."""
    query = "SELECT DISTINCT name FROM resources WHERE kind = 'FILE' AND target = ?"
    files = {row[0]: LIKELY for row in trace.index.rows(query, (dsn,))}
    last = dsn.rpartition(".")[2]
    if (dsn, POSSIBLE) in _meant_by(trace, last):
        files.setdefault(last, POSSIBLE)
    for file, sure in files.items():
        query = "SELECT * FROM commands WHERE kind = 'FILE' AND name = ? AND item IS NOT NULL"
        for row in trace.index.rows(query, (file,)):
            if spot.depth and row["how"] in CHANGING:
                continue
            area = trace.shelf.file(row["file"]).items[row["item"]]
            bound = spot._replace(end=min(spot.end, area["extent"]))
            why = f"bytes {bound.start + 1}-{bound.end} of {dsn}, CICS file {file}"
            _carried(trace, bound, row["file"], row["item"], 0, max(spot.sure, sure), why)


# --- Calls ---


def follow_calls(trace: Trace, spot: Spot, near: list[Named]) -> None:
    """From an argument to the parameter in the program called; from a parameter back to what
    callers pass: the field itself always, a value where control comes back with it."""
    held = trace.shelf.file(spot.file)
    for one in near:
        for passed in held.passed.get(one.item, ()):
            query = "SELECT * FROM calls WHERE file = ? AND n = ?"
            for call in trace.index.rows(query, (spot.file, passed["call"])):
                _called(trace, spot, one, passed, call)
    _callers(trace, spot, held)


def _called(trace: Trace, spot: Spot, one: Named, passed: Row, call: Row) -> None:
    sure = max(spot.sure, one.sure, SURE if call["sure"] == "sure" else LIKELY)
    text = f"{trace.inside(call)}: {call['kind']} {call['target'] or call['through']}"
    why = "; ".join(part for part in (spot.why, one.why) if part)
    trace.note(Touch("calls", sure, f"passes by {passed['how']}", text, trace.place(passed), why))
    sender = trace.shelf.file(spot.file).items[one.item]
    shift = -sender["byte"]
    place = trace.place(passed)
    for file, n in _parameters(trace, call["target"], passed["position"], call["kind"]):
        _carried(trace, spot, file, n, shift, sure, f"passed at {place}")


def _carried(trace: Trace, spot: Spot, file: int, n: int, shift: int, sure: int, why: str) -> None:
    """Put the bytes of a spot into the item that overlays them elsewhere."""
    held = trace.shelf.file(file)
    base = held.items[n]["byte"]
    start, end = base + max(spot.start + shift, 0), base + spot.end + shift
    for leaf in held.leaves(n, start, end):
        row = held.items[leaf]
        cut = (max(start, row["byte"]), min(end, row["byte"] + row["extent"]))
        if cut[0] < cut[1]:
            trace.add(Spot(file, leaf, *cut, sure, spot.depth + 1, why))


def _parameters(trace: Trace, target: str, position: int, kind: str) -> Iterator[tuple[int, int]]:
    """The item that a program called has in a position of its USING (for CICS: DFHCOMMAREA)."""
    query = "SELECT file, n, parameters FROM programs WHERE name = ? AND kind = 'program'"
    for program in trace.index.rows(query, (target,)):
        names = program["parameters"].split()
        if kind not in ("CALL", "FUNCTION"):
            names = ["DFHCOMMAREA"] if "DFHCOMMAREA" not in names[:1] else names
        if position < len(names):
            held = trace.shelf.file(program["file"])
            for n, row in held.items.items():
                here = row["program"] == program["n"] and row["section"] == "LINKAGE"
                if here and row["name"] == names[position] and row["parent"] is None:
                    yield program["file"], n


def _callers(trace: Trace, spot: Spot, held: Held) -> None:
    top = held.top(spot.item)
    item = held.items[top]
    if item["section"] != "LINKAGE":
        return
    program = trace.programs[spot.file, item["program"]]
    query = (
        "SELECT p.*, c.kind, c.target, c.sure, c.through, c.procedure FROM passed p"
        " JOIN calls c ON c.file = p.file AND c.n = p.call WHERE c.target = ?"
    )
    for row in trace.index.rows(query, (program,)):
        here = list(_parameters(trace, program, row["position"], row["kind"]))
        back = row["how"] == "reference" or row["kind"] == "LINK"
        if (spot.file, top) not in here or (spot.depth and not back):
            continue
        sure = SURE if row["sure"] == "sure" else LIKELY
        name = trace.shelf.file(row["file"]).spelled(row["item"])
        text = f"{trace.inside(row)}: {row['kind']} {program} with {name}"
        why = f"parameter of {program}"
        trace.note(Touch("calls", sure, "passed by callers", text, trace.place(row), why))
        sender = trace.shelf.file(row["file"]).items[row["item"]]
        shift = sender["byte"] - item["byte"]
        moved = spot._replace(start=spot.start + shift, end=spot.end + shift)
        _carried(trace, moved, row["file"], row["item"], -sender["byte"], sure, why)


# --- SQL and CICS ---


def follow_tables(trace: Trace, spot: Spot, near: list[Named]) -> None:
    """From a host variable to its columns, and from a column that is written to those who fetch."""
    held = trace.shelf.file(spot.file)
    for one in near:
        sure = max(spot.sure, one.sure)
        for tie in held.ties.get(one.item, ()):
            column = f"{tie['table_name']}.{tie['name']}"
            program = trace.programs[spot.file, tie["program"]]
            text = f"{program}: {column} and {held.spelled(one.item)}"
            why = "; ".join(part for part in (spot.why, one.why) if part)
            trace.note(Touch("tables", sure, tie["how"], text, trace.place(tie), why))
            if spot.depth == 0 or tie["how"] == "stored":
                follow_column(trace, tie["table_name"], tie["name"], spot, sure)


def follow_column(trace: Trace, table: str, column: str, spot: Spot | None, sure: int) -> None:
    """From a column to every statement that names it and every host variable tied to it."""
    uses = "SELECT * FROM table_uses WHERE table_name = ? AND name = ?"
    for use in trace.index.rows(uses, (table, column)):
        text = (
            f"{trace.programs[use['file'], use['program']]}: {table}.{column} in {use['statement']}"
        )
        why = spot.why if spot else ""
        trace.note(Touch("tables", sure, use["how"], text, trace.place(use), why))
    depth = spot.depth + 1 if spot else 0
    ties = "SELECT * FROM ties WHERE table_name = ? AND name = ?"
    for tie in trace.index.rows(ties, (table, column)):
        if depth <= 1 or tie["how"] == "fetched":
            certain = max(sure, LIKELY if spot else SURE)
            why = f"column {table}.{column}"
            trace.add(trace.whole(tie["file"], tie["item"], certain, depth, why))


def follow_screens(trace: Trace, spot: Spot) -> None:
    """The map field that an item of a symbolic map stands for."""
    held = trace.shelf.file(spot.file)
    name = held.spelled(spot.item)
    if len(name) > 1:
        query = "SELECT * FROM map_fields WHERE name = ?"
        for row in trace.index.rows(query, (name[:-1],)) if name[-1] in SUFFIXES else ():
            text = f"{row['mapset']}.{row['map']} {row['name']} ({row['row']},{row['column']})"
            certain = max(spot.sure, LIKELY)
            if _symbolic(held, spot.item, row):
                trace.note(Touch("maps", certain, f"as {name}", text, trace.place(row), spot.why))


def _symbolic(held: Held, item: int, row: Row) -> bool:
    """Whether an item's record is the symbolic map of a map: the map's name and I or O."""
    return bool(held.spelled(held.top(item))[:-1] == row["map"])


def symbolic(trace: Trace, field: Row) -> Iterator[tuple[int, int]]:
    """The items that the symbolic map has for a field: its name with L, F, A, I, O or an extended
    attribute's letter."""
    for letter in SUFFIXES:
        query = "SELECT file, n FROM items WHERE name = ?"
        for row in trace.index.rows(query, (field["name"] + letter,)):
            if _symbolic(trace.shelf.file(row["file"]), row["n"], field):
                yield row["file"], row["n"]
