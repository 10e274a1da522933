"""EXEC CICS commands as CALLs of a mock: what each gives, how it may end, what comes after it.

A command's mock is told which parameters come back and what it says when its table is used up
(`flags`), then gets EIBRESP, EIBRESP2 and the command's items in order. RESP items are moved from
there. Without RESP and NOHANDLE a condition goes where HANDLE CONDITION says, and else ends the
task, as RETURN, XCTL and ABEND do. Source: CICS Transaction Server 5.6, API commands.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cobolsmith.checks.arguments import Argument
from cobolsmith.eib import RESPONSES
from cobolsmith.executed import Block

ALL = "*"
"""All options but those behind it come back."""
COMMANDS: dict[str, tuple[str, str]] = {
    "READ": ("INTO", "NOTFND NOTOPEN DISABLED IOERR LENGERR INVREQ DUPKEY"),
    "WRITE": ("REPLY", "DUPREC NOSPACE NOTOPEN DISABLED IOERR LENGERR INVREQ"),
    "REWRITE": ("", "NOTFND DUPREC NOSPACE NOTOPEN IOERR LENGERR INVREQ"),
    "DELETE": ("NUMREC", "NOTFND DUPKEY NOTOPEN DISABLED IOERR INVREQ"),
    "UNLOCK": ("", "INVREQ IOERR"),
    "STARTBR": ("", "NOTFND NOTOPEN DISABLED IOERR INVREQ"),
    "RESETBR": ("", "NOTFND IOERR INVREQ"),
    "READNEXT": ("INTO RIDFLD", "ENDFILE DUPKEY NOTFND IOERR LENGERR INVREQ"),
    "READPREV": ("INTO RIDFLD", "ENDFILE DUPKEY NOTFND IOERR LENGERR INVREQ"),
    "ENDBR": ("", "INVREQ"),
    "SEND": ("", "INVREQ LENGERR INVMPSZ"),
    "RECEIVE": ("INTO LENGTH EIBAID", "MAPFAIL EOC LENGERR INVREQ"),
    "CONVERSE": ("INTO TOLENGTH EIBAID", "LENGERR INVREQ"),
    "LINK": ("COMMAREA", "PGMIDERR NOTAUTH LENGERR INVREQ"),
    "XCTL": ("", "PGMIDERR NOTAUTH LENGERR INVREQ"),
    "RETURN": ("", "INVREQ LENGERR"),
    "ABEND": ("", ""),
    "SYNCPOINT": ("", "ROLLEDBACK INVREQ"),
    "ASKTIME": ("ABSTIME", ""),
    "FORMATTIME": ("* ABSTIME DATESEP TIMESEP", "INVREQ"),
    "ASSIGN": ("*", "INVREQ"),
    "WRITEQ": ("ITEM NUMITEMS", "QIDERR ITEMERR NOSPACE IOERR LENGERR INVREQ"),
    "READQ": ("INTO NUMITEMS", "QIDERR ITEMERR QZERO IOERR LENGERR INVREQ"),
    "DELETEQ": ("", "QIDERR INVREQ"),
    "START": ("", "TRANSIDERR TERMIDERR INVREQ LENGERR"),
    "RETRIEVE": ("INTO LENGTH QUEUE RTRANSID RTERMID", "ENDDATA NOTFND LENGERR INVREQ"),
    "CANCEL": ("", "NOTFND INVREQ"),
    "DELAY": ("", "EXPIRED INVREQ"),
    "ENQ": ("", "ENQBUSY LENGERR"),
    "DEQ": ("", "LENGERR"),
    "PUT": ("", "CHANNELERR CONTAINERERR LENGERR INVREQ"),
    "GET": ("INTO", "CHANNELERR CONTAINERERR LENGERR INVREQ"),
    "BIF": ("FIELD", "LENGERR"),
    "ENTER": ("", "INVREQ"),
}
"""For each command the options whose items come back, and the conditions it may end with."""
_ENDS = {"READNEXT": "ENDFILE", "READPREV": "ENDFILE", "READQ": "ITEMERR", "RETRIEVE": "ENDDATA"}
"""What is said when the table of a command that stands in a loop is used up."""
_WITH_DATA = ("DUPKEY", "LENGERR", "EOC")
_LEAVING = ("RETURN", "XCTL", "ABEND")
_STATE = ("HANDLE", "IGNORE")
_BOTH = frozenset(("RIDFLD", "LENGTH", "TOLENGTH", "ITEM", "COMMAREA", "FIELD", "EIBAID"))
_LOCATES = re.compile(r"\bSET\s*\(|\bPUSH\b|\bPOP\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z0-9-]+")
_OPTION = re.compile(r"([A-Za-z0-9]+)(?:\s*\(\s*([A-Za-z0-9-]+)\s*\))?")
_MAP = re.compile(r"\bMAP\s*\(\s*'([A-Za-z0-9]+)\s*'\s*\)", re.IGNORECASE)
_ABENDS = 130
KEYS = {
    "ENTER": "7D",
    "CLEAR": "6D",
    "PA1": "6C",
    "PA2": "6E",
    "PA3": "6B",
    "LIGHTPEN": "7E",
    "OPERID": "E6",
    **{f"PF{nth}": f"F{nth}" for nth in range(1, 10)},
    **{f"PF{nth + 10}": f"7{'ABC'[nth]}" for nth in range(3)},
    **{f"PF{nth + 12}": f"C{nth}" for nth in range(1, 10)},
    **{f"PF{nth + 22}": f"4{'ABC'[nth]}" for nth in range(3)},
    "ANYKEY": "",
}
"""The keys of HANDLE AID, each with the byte that EIBAID has then."""
_NAMED = {
    "CONDITION": frozenset(RESPONSES),
    "AID": frozenset(KEYS),
    "ABEND": frozenset(("LABEL", "CANCEL")),
}
"""What each kind of HANDLE may name; HANDLE ABEND PROGRAM and RESET aren't answered for."""
MOCK = re.compile(r"CI-(?P<verb>[A-Z]+)-[0-9A-F]{6}")


_KEY = re.compile(rb"EIBAID\s*=\s*X'([0-9A-F]{2})'|\bDFH([A-Z]+[0-9]*)\b", re.IGNORECASE)


def keys_of(text: bytes) -> set[str]:
    """The bytes (two hexadecimal digits) of the keys that a program's own text names."""
    found = set()
    for match in _KEY.finditer(text):
        name = (match[2] or b"").decode("ascii").upper()
        found.add(match[1].decode("ascii").upper() if match[1] else KEYS.get(name, ""))
    return found - {""}


def verb_of(block: Block) -> str:
    """The first word of a command."""
    found = _WORD.search(block.text)
    return found[0].upper() if found else ""


def unknown(blocks: Sequence[Block]) -> str:
    """The first command that can't be answered for, or an empty text."""
    for block in blocks:
        verb = verb_of(block)
        if _LOCATES.search(block.text):
            return f"EXEC CICS {' '.join(block.text.split())[:40]}"
        if verb not in COMMANDS and verb not in _STATE:
            return f"EXEC CICS {verb}"
        if verb in _STATE and not _handled(block):
            return f"EXEC CICS {' '.join(block.text.split())[:40]}"
    return ""


@dataclass(frozen=True, slots=True)
class Handlers:
    """The labels and keys that a program's HANDLE commands name, in order; empty without any."""

    labels: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    used: bool = False

    def storage(self) -> tuple[str, ...]:
        """The entries that say which label is active: one for each condition, ABEND and key."""
        if not self.used:
            return ()
        count = _ABENDS + max(len(self.keys), 1)
        return (
            "01  CS-HANDLED.",
            f"    05  CS-LABEL PIC S9(4) COMP OCCURS {count} TIMES VALUE ZERO.",
        )

    def go(self, place: str) -> str:
        """A jump to the label that is active at a place of the table, if any is."""
        if not self.labels:
            return "CONTINUE"
        return f"GO TO {' '.join(self.labels)} DEPENDING ON CS-LABEL ({place})"

    def key(self, name: str) -> int:
        """The place of a key."""
        return _ABENDS + 1 + self.keys.index(name)


def handlers(blocks: Sequence[Block]) -> Handlers:
    """What the HANDLE and IGNORE commands of a program name."""
    labels: dict[str, None] = {}
    keys: dict[str, None] = {}
    stated = [block for block in blocks if block.dialect == "CICS" and verb_of(block) in _STATE]
    for block in stated:
        kind = _kind(block)
        for name, label in _handled(block):
            if label:
                labels[label] = None
            if kind == "AID":
                keys[name] = None
    return Handlers(tuple(labels), tuple(keys), bool(stated))


def _kind(block: Block) -> str:
    words = _WORD.findall(block.text)
    return words[1].upper() if len(words) > 1 else ""


def _handled(block: Block) -> list[tuple[str, str]]:
    """What a HANDLE or IGNORE names, each with its label; nothing where it isn't known."""
    kind, found = _kind(block), []
    for option in list(_OPTION.finditer(block.text))[2:]:
        name, label = option[1].upper(), (option[2] or "").upper()
        if name in ("RESP", "RESP2", "NOHANDLE"):
            continue
        if name not in _NAMED.get(kind, ()):
            return []
        found.append((name, label))
    return found


# --- What stands for a block ----------------------------------------------------------------------


def task_lines(
    block: Block, named: Sequence[Argument], there: Handlers
) -> Iterator[tuple[str, int]]:
    """The statements that stand for a command, each with the offset it is made of."""
    start, end = block.origin.span
    verb = verb_of(block)
    if verb in _STATE:
        yield from ((text, start) for text in _settings(block, there))
        return
    given = [one for one in named if not one.label and one.option not in ("RESP", "RESP2")]
    given += _implied(block, verb, start)
    back = COMMANDS[verb][0].split()
    ways = "".join(_way(one.option, back) for one in given)
    ending = RESPONSES[_ENDS.get(verb, "NORMAL")]
    yield f'CALL "{mock(block, verb, given)}" USING', start
    yield f'BY CONTENT "RR{ways}/{ending}" BY REFERENCE EIBRESP EIBRESP2', start
    for one, way in zip(given, ways, strict=True):
        yield f"BY {'CONTENT' if way == 'I' else 'REFERENCE'} {one.text}", one.offset
    yield "END-CALL", start
    for one in named:
        if one.option in ("RESP", "RESP2"):
            yield f"MOVE EIB{one.option} TO {one.text}", one.offset
    for text in _after(block, verb, there):
        yield text, end - 1


def _implied(block: Block, verb: str, start: int) -> list[Argument]:
    """What a command uses without naming it: the map's own area, the key pressed."""
    found = []
    if map_ := _MAP.search(block.text):
        words = {one.upper() for one in _WORD.findall(block.text)}
        name = map_[1].upper()
        if verb == "RECEIVE" and "INTO" not in words:
            found.append(Argument(f"{name}I", start, option="INTO"))
        if verb == "SEND" and not words & {"FROM", "MAPONLY"}:
            found.append(Argument(f"{name}O", start, option="FROM"))
    if verb in ("RECEIVE", "CONVERSE"):
        found.append(Argument("EIBAID", start, option="EIBAID"))
    return found


def _way(option: str, back: Sequence[str]) -> str:
    """I for what goes in, O for what comes back, B for both."""
    comes = option not in back if back[:1] == [ALL] else option in back
    if not comes:
        return "I"
    return "B" if option in _BOTH else "O"


def mock(block: Block, verb: str, given: Sequence[Argument]) -> str:
    """The name of a command's mock: the same for commands that differ in their items' names."""
    places = {place: at for at, place in enumerate(block.places[:-1])}
    text = list(block.text)
    for one in given:
        at = places.get(one.offset)
        if at is not None:
            for nth in range(at, min(at + len(one.text), len(text))):
                text[nth] = " "
    told = re.sub(r"\bRESP2?\s*\([^)]*\)", " ", "".join(text), flags=re.IGNORECASE)
    return f"CI-{verb}-{_code(told)}"


def _code(told: str) -> str:
    return hashlib.sha256(" ".join(told.upper().split()).encode()).hexdigest()[:6].upper()


_COMMAND = re.compile(r"EXEC\s+CICS\s+(.*?)\s*END-EXEC", re.IGNORECASE | re.DOTALL)


def standing(text: str) -> str:
    """The first line of what stands for a command that names no items; another text as it is."""
    command = _COMMAND.fullmatch(text.strip())
    if command is None:
        return text
    told = command[1].upper()
    return f'CALL "CI-{told.split()[0]}-{_code(told)}" USING'


def _settings(block: Block, there: Handlers) -> Iterator[str]:
    """What HANDLE CONDITION, AID or ABEND and IGNORE CONDITION set."""
    kind, ignored = _kind(block), verb_of(block) == "IGNORE"
    for name, label in _handled(block):
        number = there.labels.index(label) + 1 if label else -1 if ignored else 0
        place = there.key(name) if kind == "AID" else _ABENDS
        if kind == "CONDITION":
            place = RESPONSES[name] + 1
        yield f"MOVE {number} TO CS-LABEL ({place})"


def _after(block: Block, verb: str, there: Handlers) -> Iterator[str]:
    """Where a command goes on."""
    words = {one.upper() for one in _WORD.findall(block.text)}
    alone = not words & {"RESP", "RESP2", "NOHANDLE"}
    if alone and verb in ("RECEIVE", "CONVERSE"):
        for name in there.keys:
            test = f"= X'{KEYS[name]}'" if KEYS[name] else "NOT = X'7D'"
            yield f"IF EIBAID {test}"
            yield there.go(str(there.key(name)))
            yield "END-IF"
    if verb == "ABEND" and there.used:
        yield there.go(str(_ABENDS))
    if verb == "ABEND" or (verb == "RETURN" and alone):
        yield "GOBACK"
        return
    if alone:
        yield "IF EIBRESP NOT = 0"
        yield from _condition(there)
        yield "END-IF"
    if verb in _LEAVING:
        yield "IF EIBRESP = 0"
        yield "GOBACK"
        yield "END-IF"


def _condition(there: Handlers) -> Iterator[str]:
    """What a condition does that a command says nothing about: HANDLE CONDITION's label, that of
    ERROR, or the task abends."""
    if there.used:
        error = RESPONSES["ERROR"] + 1
        yield there.go("EIBRESP + 1")
        yield "IF CS-LABEL (EIBRESP + 1) NOT = -1"
        yield there.go(str(error))
        yield f"IF CS-LABEL ({error}) NOT = -1"
        yield there.go(str(_ABENDS))
        yield "MOVE EIBRESP TO RETURN-CODE"
        yield "GOBACK"
        yield "END-IF"
        yield "END-IF"
        return
    yield "MOVE EIBRESP TO RETURN-CODE"
    yield "GOBACK"


STUB = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <libcob.h>

/* A CICS command. The first parameter says of each other what it is (R: EIBRESP and EIBRESP2, I:
   goes in, O: comes back, B: both) and which response there is when the table is used up. A row has
   a word for each parameter: hexadecimal digits, - for as it is. What goes in is logged here, and
   in CALLS the order of all commands. With most conditions nothing comes back. */
static FILE *table, *logged;
static int times;

static void put (unsigned char *data, int size, const char *word)
{
    unsigned byte;
    int at;
    for (at = 0; at < size && sscanf (word + 2 * at, "%2x", &byte) == 1; at++) data[at] = byte;
}

int @ENTRY@ (void)
{
    int parameters = cob_get_num_params (), index, at, size, response = 0;
    const char *ways = cob_get_param_data (1);
    const char *ending = memchr (ways, '/', cob_get_param_size (1));
    static char row[1 << 20];
    char *word = NULL, *rest = NULL;
    FILE *order = fopen ("CALLS", "a");
    if (order) { fprintf (order, "@SAID@\n"); fclose (order); }
    if (!logged) {
        const char *path = getenv ("CS_TABLE_@NAME@");
        table = path ? fopen (path, "r") : NULL;
        logged = fopen ("CALLS.@SAID@", "w");
    }
    if (table && fgets (row, sizeof row, table)) word = strtok_r (row, " \n", &rest);
    else {
        char number[16] = "";
        size = (int) (cob_get_param_size (1) - (ending + 1 - ways));
        memcpy (number, ending + 1, size < 15 ? size : 15);
        response = atoi (number);
        if (++times > 500) cob_stop_run (98);
    }
    for (index = 2; index <= parameters; index++) {
        unsigned char *data = cob_get_param_data (index);
        char way = ways[index - 2];
        size = cob_get_param_size (index);
        if (word) word = strtok_r (NULL, " \n", &rest);
        if (way == 'R') {
            memset (data, 0, size);
            if (index == 2) data[size - 1] = response;
            if (word && word[0] != '-') put (data, size, word);
            if (index == 2) response = data[size - 1];
            continue;
        }
        if (way != 'O' && logged) {
            for (at = 0; at < size; at++) fprintf (logged, "%02x", data[at]);
            fprintf (logged, " ");
        }
        if (way != 'I' && word && word[0] != '-'
            && (!response || response == @DUPKEY@ || response == @LENGERR@ || response == @EOC@))
            put (data, size, word);
    }
    if (logged) { fprintf (logged, "\n"); fflush (logged); }
    return 0;
}
"""


def stub(name: str) -> str:
    """The C of a command's mock by its name, @NAME@ and @ENTRY@ to be put."""
    text = STUB.replace("@SAID@", name)
    for condition in _WITH_DATA:
        text = text.replace(f"@{condition}@", str(RESPONSES[condition]))
    return text
