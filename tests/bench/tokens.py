"""COBOL cut into words by a tokenizer of its own, which shares no code with the scanner, and what
is counted in those words: the independent side of tree_counts.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

VERBS = ("IF", "PERFORM", "READ", "EVALUATE", "CALL")
ALONE = frozenset(
    "EXIT GOBACK CONTINUE COMMIT ROLLBACK SUPPRESS DECLARATIVES EJECT SKIP1 SKIP2 SKIP3 STOP "
    "TITLE RELEASE RAISE".split()
)
"""Words that may stand between two periods without being a paragraph."""

LISTING = frozenset("EJECT SKIP1 SKIP2 SKIP3".split())
"""Words to the listing, which no period ends."""

ENDS = frozenset(
    f"END-{verb}"
    for verb in "ADD ACCEPT CALL COMPUTE DELETE DISPLAY DIVIDE EVALUATE EXEC IF INVOKE JSON "
    "MULTIPLY PERFORM READ RECEIVE RETURN REWRITE SEARCH START STRING SUBTRACT UNSTRING WRITE "
    "XML".split()
)

_PIECE = re.compile(
    rb"""(?P<comment>\*>.*) | (?P<pseudo>==) | (?P<quote>[A-Za-z]{0,2}["'])
    | (?P<period>\.(?=\s|$)) | (?P<word>[A-Za-z0-9_:\x80-\xff](?:[\w:\x80-\xff-]*[\w:\x80-\xff])?
    (?:[.,](?=\d)\d+)?) | (?P<other>\S)""",
    re.VERBOSE,
)
_DEBUGGING = re.compile(rb"^.{6} [^\n]*\bWITH\s+DEBUGGING\s+MODE\b", re.I | re.M)
_SWITCH = re.compile(rb"SOURCE(?:FORMAT)?\W+(?:FORMAT\W+)?(?:IS\W+)?(FREE|FIXED|VARIABLE)", re.I)


@dataclass(frozen=True, slots=True)
class Token:
    """A word in upper case, "." for a separator period, '"' for a literal; its line from 1."""

    text: str
    line: int


@dataclass(slots=True)
class _State:
    format: str
    quote: bytes = b""
    pseudo: bool = False
    debugging: bool = False


def tokens(view: bytes, format: str) -> Iterator[Token]:
    """The words of a source outside comments, literals, pseudo-text and EXEC blocks."""
    state = _State(format, debugging=_DEBUGGING.search(view) is not None)
    skipping = False
    for token in _all_tokens(view, state):
        if token.text in ("EXEC", "EXECUTE"):
            skipping = True
        if not skipping:
            yield token
        if token.text == "END-EXEC":
            skipping = False
            yield token


def _all_tokens(view: bytes, state: _State) -> Iterator[Token]:
    held: Token | None = None
    for number, line in enumerate(view.split(b"\n"), 1):
        code = _code(line.rstrip(b"\r"), state)
        if code is None:
            continue
        body, continued = code
        found = list(_line_tokens(body, number, state, continued))
        if held is not None:
            if continued and found and not state.quote and held.text not in ('"', "."):
                first = found.pop(0)
                held = Token(held.text + first.text, held.line)
            if found:
                yield held
                held = None
        yield from found[:-1]
        held = found[-1] if found else held
    if held is not None:
        yield held


def _code(line: bytes, state: _State) -> tuple[bytes, bool] | None:
    """The program text of a line and whether it continues the line above; None for the rest."""
    marked = line.lstrip()
    behind = line[6:7] not in (b"*", b"/") and line[7:].lstrip().startswith(b">>")
    inside = line[6:7] == b"$" or behind
    if marked.startswith((b">>", b"$")) or (inside and state.format != "free"):
        switch = _SWITCH.search(line)
        if switch:
            state.format = switch[1].decode().lower()
        return None
    if state.format == "free":
        return None if line[:1] in (b"*", b"/") else (line, False)
    if b"\t" in line[:7]:
        line = line.expandtabs(8)
    indicator = line[6:7]
    if indicator in (b"*", b"/") or (indicator in (b"D", b"d") and not state.debugging):
        return None
    body = line[7:72] if state.format == "fixed" else line[7:]
    if state.quote and indicator == b"-":
        body = body.lstrip()[1:]
    elif state.format == "fixed" or indicator != b"-":
        state.quote = b""
    return body, indicator == b"-"


def _line_tokens(body: bytes, number: int, state: _State, continued: bool) -> Iterator[Token]:
    at = 0
    if state.quote:
        end = _literal_end(body, 0, state.quote)
        if end is None:
            return
        at, state.quote = end, b""
    while match := _PIECE.search(body, at):
        at = match.end()
        if match["comment"]:
            return
        if match["pseudo"]:
            state.pseudo = not state.pseudo
        elif match["quote"]:
            quote = match["quote"][-1:]
            end = _literal_end(body, at, quote)
            if not state.pseudo:
                yield Token('"', number)
            if end is None:
                state.quote = quote
                return
            at = end
        elif not state.pseudo and not match["other"]:
            word = "." if match["period"] else match["word"].decode("latin-1").upper()
            yield Token(word, number)


def _literal_end(body: bytes, at: int, quote: bytes) -> int | None:
    """Where a literal ends, doubled quotes passed over; None if it runs on."""
    while (end := body.find(quote, at)) >= 0:
        if body[end + 1 : end + 2] != quote:
            return end + 1
        at = end + 2
    return None


def counted(view: bytes, format: str) -> dict[str, list[int]]:
    """The lines of IF, PERFORM, READ, EVALUATE, CALL, of entries of level 01, and of paragraphs."""
    found: dict[str, list[int]] = {name: [] for name in (*VERBS, "01", "paragraph")}
    division, before, two = "", ".", ""
    words = [token for token in tokens(view, format) if token.text not in LISTING]
    for index, token in enumerate(words):
        following = words[index + 1].text if index + 1 < len(words) else ""
        if following == "DIVISION" and before in (".", "END-EXEC", "DIVISION"):
            division = token.text
        elif token.text == "PROGRAM-ID":
            division = "IDENTIFICATION"
        elif division == "DATA" and before in (".", "END-EXEC") and token.text in ("01", "1"):
            found["01"].append(token.line)
        elif division == "PROCEDURE":
            _procedure(token, before, two, following, found)
        before, two = token.text, before
    return found


def _procedure(
    token: Token, before: str, two: str, following: str, found: dict[str, list[int]]
) -> None:
    text = token.text
    if text in VERBS and not (text == "PERFORM" and before == "EXIT"):
        found[text].append(token.line)
    header = before in (".", "END-EXEC") and following == "."
    if header and text not in ALONE and text not in ENDS and text != '"':
        found["paragraph"].append(token.line)
