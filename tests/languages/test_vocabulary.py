"""The lists of COBOL's verbs and words, walked from end to end: each is read, or told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cobolsmith.languages.cobol import read_program
from cobolsmith.languages.cobol.reading import Reading
from cobolsmith.languages.cobol.statements import statements
from cobolsmith.languages.cobol.text import whole
from cobolsmith.reserved import KEYWORDS, SCOPE_TERMINATORS, VERBS
from cobolsmith.source import from_bytes
from cobolsmith.syntax import parse

GRAMMAR = Path(__file__).parents[2] / "grammars" / "cobol"
ROWS = re.findall(
    r'^(KEYWORD|SYNONYM)\((\w+), "([^"]+)", (\w+),',
    (GRAMMAR / "src/keywords.def").read_text(),
    re.M,
)
CORPUS = "\n".join(path.read_text() for path in (GRAMMAR / "test/corpus").glob("*.txt"))
SAID = frozenset(re.findall(r"[A-Z0-9][A-Z0-9-]*", CORPUS))

STATEMENTS = {
    # verb: a statement, and its names where they stand
    "ACCEPT": ("A FROM ENVIRONMENT B", "target=A variable=B"),
    "ADD": ("A TO B GIVING C", "operand=A to=B giving=C"),
    "ALLOCATE": ("A INITIALIZED RETURNING B", "item=A returning=B"),
    "ALTER": ("P TO PROCEED TO Q", "procedure=P target=Q"),
    "CALL": ("A USING BY CONTENT B RETURNING C", "program=A value=B returning=C"),
    "CANCEL": ("A B", "program=A program=B"),
    "CLOSE": ("F WITH LOCK", "file=F"),
    "COMMIT": ("", ""),
    "COMPUTE": ("A ROUNDED = B * (C + D)", "target=A value=B value=C value=D"),
    "CONTINUE": ("AFTER A SECONDS", "seconds=A =SECONDS"),
    "DELETE": ("F RECORD", "file=F"),
    "DISABLE": ("INPUT Q WITH KEY A", "queue=Q key=A"),
    "DISPLAY": ("A UPON B", "value=A upon=B"),
    "DIVIDE": ("A INTO B GIVING C REMAINDER D", "operand=A into=B giving=C remainder=D"),
    "ENABLE": ("OUTPUT Q KEY A", "queue=Q key=A"),
    "ENTER": ("COBOL", "language=COBOL"),
    "ENTRY": ('"E" USING A', "value=A"),
    "EVALUATE": ("A ALSO B WHEN C ALSO D CONTINUE", "subject=A subject=B selection=C selection=D"),
    "EXAMINE": ('A REPLACING ALL "X" BY "Y"', "subject=A"),
    "EXHIBIT": ("NAMED A B", "value=A value=B"),
    "EXIT": ("PROGRAM RETURNING A", "returning=A"),
    "FREE": ("A B", "target=A target=B"),
    "GENERATE": ("A", "group=A"),
    "GO": ("TO P Q DEPENDING ON A", "target=P target=Q depending=A"),
    "GOBACK": ("RETURNING A", "returning=A"),
    "IF": ("A = B CONTINUE", "condition=A condition=B"),
    "INITIALIZE": ("A REPLACING NUMERIC DATA BY B", "target=A value=B"),
    "INITIATE": ("R S", "report=R report=S"),
    "INSPECT": ("A TALLYING B FOR ALL C AFTER D", "subject=A tally=B pattern=C limit=D"),
    "INVOKE": ("A B USING C RETURNING D", "object=A method=B value=C returning=D"),
    "JSON": ("GENERATE A FROM B COUNT C NAME OF D IS 'd'", "into=A from=B count=C item=D"),
    "MERGE": ("F ON ASCENDING KEY K USING G H GIVING I", "file=F key=K file=G file=H file=I"),
    "MOVE": ("A TO B C", "from=A to=B to=C"),
    "MULTIPLY": ("A BY B GIVING C", "operand=A by=B giving=C"),
    "OPEN": ("INPUT F OUTPUT G", "file=F file=G"),
    "PERFORM": (
        "P THRU Q VARYING A FROM B BY C UNTIL D",
        "procedure=P through=Q index=A from=B by=C condition=D",
    ),
    "PURGE": ("Q", "queue=Q"),
    "RAISE": ("EXCEPTION A", "exception=A"),
    "READ": ("F NEXT INTO A", "file=F into=A"),
    "READY": ("TRACE", "what=TRACE"),
    "RECEIVE": ("Q MESSAGE INTO A NO DATA CONTINUE", "queue=Q unit=MESSAGE into=A"),
    "RELEASE": ("R FROM A", "record=R from=A"),
    "RESET": ("TRACE", "what=TRACE"),
    "RESUME": ("AT P", "target=P"),
    "RETURN": ("F INTO A AT END CONTINUE", "file=F into=A"),
    "REWRITE": ("R FROM A", "record=R from=A"),
    "ROLLBACK": ("", ""),
    "SEARCH": ("A VARYING B WHEN C CONTINUE", "table=A varying=B selection=C"),
    "SEND": ("Q FROM A WITH B", "queue=Q from=A with=B"),
    "SERVICE": ("RELOAD A", "what=RELOAD item=A"),
    "SET": ("A B TO C", "target=A target=B value=C"),
    "SORT": (
        "F ON ASCENDING KEY A INPUT PROCEDURE P THRU Q GIVING G",
        "file=F key=A procedure=P through=Q file=G",
    ),
    "START": ("F KEY > A", "file=F key=A"),
    "STOP": ("RUN RETURNING A", "returning=A"),
    "STRING": (
        "A DELIMITED BY B INTO C POINTER D",
        "from=A by=B into=C pointer=D",
    ),
    "SUBTRACT": ("A FROM B GIVING C", "operand=A from=B giving=C"),
    "SUPPRESS": ("", ""),
    "TERMINATE": ("R S", "report=R report=S"),
    "TRANSFORM": ("A FROM B TO C", "subject=A from=B to=C"),
    "UNLOCK": ("F RECORD", "file=F"),
    "UNSTRING": (
        "A DELIMITED BY B OR C INTO D DELIMITER E COUNT F POINTER G TALLYING H",
        "from=A by=B by=C into=D delimiter=E count=F pointer=G tally=H",
    ),
    "USE": ("GLOBAL AFTER STANDARD ERROR PROCEDURE ON F", "file=F"),
    "VALIDATE": ("A B", "item=A item=B"),
    "WRITE": ("R FROM A AFTER ADVANCING B LINES", "record=R from=A lines=B"),
    "XML": (
        "PARSE A ENCODING B PROCESSING PROCEDURE P THRU Q",
        "from=A encoding=B procedure=P through=Q",
    ),
}
KINDS = {"GO": "go_to_statement"}
"""Where a statement's kind isn't its verb's."""

ELSEWHERE = frozenset(("NEXT", "EXEC", "EXECUTE", "INITIALISE"))
"""Beginnings of statements that are no verbs, and another spelling of one."""


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_has_its_operands_in_places(verb: str) -> None:
    text, places = STATEMENTS[verb]
    view = f"{verb} {text}.\n".encode()
    tree = parse(view, "free")
    assert tree.errors() == ()
    reading = Reading(tree, whole(from_bytes(view, Path("w.cob"), format="free")), whole=True)
    found = statements(reading, tree.root)
    assert found[0].kind == KINDS.get(verb, f"{verb.lower()}_statement")
    names = [one for one in found[0].operands if one.kind == "name"]
    assert " ".join(f"{one.field}={one.name}" for one in names) == places


def test_verbs_are_those_of_the_grammar() -> None:
    grammar = {word for _, _, word, kind in ROWS if kind in ("VERB", "SOFT_VERB")}
    assert grammar - ELSEWHERE == VERBS
    assert {word for _, _, word, kind in ROWS if kind == "TERMINATOR"} == SCOPE_TERMINATORS


def test_every_keyword_of_the_grammar_is_in_its_corpus() -> None:
    said = {token for _, token, word, _ in ROWS if word in SAID}
    assert {token for _, token, _, _ in ROWS} - said == set()


UNKNOWN = sorted(KEYWORDS - {word for _, _, word, _ in ROWS})
"""Words of the reserved-word lists that no rule of the grammar has."""

READ_BY_ITS_WORDS = frozenset(("CONSTANT",))
"""Clauses that the grammar keeps as words and the reader knows."""


def test_clauses_that_are_not_known_are_told_by_name(tmp_path: Path) -> None:
    entries = "".join(f"01 PIC X {word} 5.\n" for word in UNKNOWN)
    text = "IDENTIFICATION DIVISION.\nPROGRAM-ID. P.\nDATA DIVISION.\nWORKING-STORAGE SECTION.\n"
    one = read_program(from_bytes((text + entries).encode(), tmp_path / "w.cob", format="free"))
    told = {word for unknown in one.unknowns for word in unknown.what.split()}
    assert set(UNKNOWN) - told == READ_BY_ITS_WORDS


def test_words_that_are_no_verbs_begin_no_statement() -> None:
    silent = [word for word in UNKNOWN if not parse(f"P.\n {word} A.\n".encode(), "free").errors()]
    assert silent == []
