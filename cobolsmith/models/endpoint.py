"""A model behind an OpenAI-compatible address as an infiller: `--model https://host/v1#model`.

Used only where it is named: sources leave the machine. The canvas goes out as text in COBOL's own
layout, `prompt` before the hole and `suffix` behind it (`/completions`); a server that doesn't
offer that is asked in a chat. What comes back is cut into words as any fill is, and what would
change the words around the hole is dropped. The first fill is asked for at temperature 0, the
others with a seed; whether the same seed gives the same text is the server's affair, and `steps`
means nothing to it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cobolsmith.errors import ModelError
from cobolsmith.infill import Canvas, Fill, Watch
from cobolsmith.models.endpoint_http import NotOfferedError, Server, server_of
from cobolsmith.models.public_text import Around, continued, header, permitted

MARGIN = " " * 7
"""What stands left of Area A: models know COBOL with its margin."""
TEMPERATURE = 0.7
TOKENS_PER_WORD = 6
LEAST_TOKENS = 32
UNKNOWN = -1.0
"""The score of a fill whose probability the server doesn't tell."""
OVERLAP = 8
"""Letters of the suffix that show, if they come again, that a fill has run on into it."""
LISTED = 200
"""Allowed words that a chat is told."""
HOLE = "<HOLE/>"
ORDER = (
    f"You complete COBOL programs. Answer with nothing but the code that stands for {HOLE}: "
    "no explanation, no code fence, none of the text around it."
)


class EndpointInfiller:
    """Fills holes by asking a server. `name`: its address and model."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.name = server.name
        self.chats = False

    def fill(
        self, canvas: Canvas, *, seed: int, steps: int, candidates: int, watch: Watch | None = None
    ) -> tuple[Fill, ...]:
        """Fills, in the order of their probability as far as the server tells it; `watch` sees the
        first. `ModelError` if the server can't be asked."""
        if steps < 1 or candidates < 1:
            raise ModelError("steps and candidates must be at least 1", where=self.name)
        if not canvas.lengths and not canvas.drafts:
            raise ModelError("the canvas has neither lengths nor drafts", where=self.name)
        around = Around.of(canvas)
        fills: dict[tuple[str, ...], Fill] = {}
        for text, score in self._texts(canvas, around, seed, candidates):
            for words in readings(text, around):
                if permitted(words, canvas.allowed) and words not in canvas.refused:
                    fills.setdefault(words, Fill(words, score, "endpoint"))
        ranked = sorted(fills.values(), key=lambda fill: -fill.score)
        if watch and ranked:
            watch(0, ranked[0].words)
        return tuple(ranked[:candidates])

    def _texts(
        self, canvas: Canvas, around: Around, seed: int, wanted: int
    ) -> Iterator[tuple[str, float]]:
        """Texts for the hole with their scores: the likeliest, then samples. Servers that give one
        text at a time are asked again."""
        given = 0
        for turn in range(wanted):
            how = {
                "temperature": TEMPERATURE if turn else 0.0,
                "n": wanted - given if turn else 1,
                "seed": seed + turn,
                "max_tokens": _most_tokens(canvas),
            }
            for choice in self._choices(canvas, around, how):
                given += 1
                yield choice
            if given >= wanted:
                break

    def _choices(
        self, canvas: Canvas, around: Around, how: Mapping[str, Any]
    ) -> list[tuple[str, float]]:
        before, after = (
            _with_margin(header(canvas.names) + around.before),
            _with_margin(around.after),
        )
        if not self.chats:
            asked = {"prompt": before, "suffix": after, "logprobs": 1, **how}
            try:
                return self._asked("/completions", asked, _completed)
            except NotOfferedError:
                self.chats = True
        messages = [
            {"role": "system", "content": ORDER},
            {"role": "user", "content": f"{before}{HOLE}{after}{_advice(canvas)}"},
        ]
        return self._asked("/chat/completions", {"messages": messages, **how}, _said)

    def _asked(
        self,
        path: str,
        content: Mapping[str, Any],
        read: Callable[[Any], tuple[str, float]],
    ) -> list[tuple[str, float]]:
        """The choices of an answer; `ModelError` if it isn't as the protocol has it."""
        choices = self.server.ask(path, content).get("choices")
        try:
            found = [read(choice) for choice in choices or ()]
        except (AttributeError, KeyError, TypeError) as error:
            raise self.server.malformed() from error
        if not found:
            raise self.server.malformed()
        return found


def _completed(choice: Any) -> tuple[str, float]:
    """Text and mean log-probability of a completion's choice."""
    text, told = _string(choice["text"]), choice.get("logprobs")
    each = told.get("token_logprobs") if isinstance(told, dict) else None
    known = [value for value in each or () if isinstance(value, int | float)]
    return text, sum(known) / len(known) if known else UNKNOWN


def _said(choice: Any) -> tuple[str, float]:
    """Text of a chat's choice, out of its code fence if it has one."""
    text = _string(choice["message"]["content"])
    fenced = re.search(r"```[^\n]*\n(.*?)\n?[ ]*```", text, re.DOTALL)
    return fenced[1] if fenced else text, UNKNOWN


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _advice(canvas: Canvas) -> str:
    """What a chat is told beside the code: what may stand there, what was turned down."""
    lines = []
    if canvas.allowed:
        words = sorted(canvas.allowed[0])
        if len(words) <= LISTED:
            lines.append(f"{HOLE} is one of: {', '.join(words)}")
    lines += [f"Similar to:{continued(draft)}" for draft in canvas.drafts]
    lines += [f"Not:{continued(words)}" for words in sorted(canvas.refused)]
    return "".join(f"\n\n{line}" for line in lines)


def _most_tokens(canvas: Canvas) -> int:
    longest = max([*canvas.lengths, *map(len, canvas.drafts)], default=0)
    return LEAST_TOKENS + TOKENS_PER_WORD * longest


def _with_margin(text: str) -> str:
    return text.replace("\n", "\n" + MARGIN)


def readings(text: str, around: Around) -> list[tuple[str, ...]]:
    """The fills that a server's text may mean: all of it, or up to where it runs into the suffix,
    or its first line; none where it would change the words around the hole."""
    text = re.sub(rf"\n {{0,{len(MARGIN)}}}", "\n", text.replace("\r\n", "\n").rstrip())
    lead = text if text[:1] in (" ", "\n") else " " + text
    ways = [text, lead, lead.lstrip("\n")]
    marker = around.after.strip()[:OVERLAP]
    if len(marker) == OVERLAP and marker in text:
        ways.insert(0, lead.partition(marker)[0].rstrip())
    first = lead.lstrip()
    ways += [" " + first, " " + first.partition("\n")[0].rstrip()]
    found = [around.words_of(way) for way in ways]
    return list(dict.fromkeys(words for words in found if words))


def load_endpoint(address: str, environment: Mapping[str, str] = os.environ) -> EndpointInfiller:
    """The infiller at `https://host/v1#model`; nothing is sent before a hole must be filled."""
    return EndpointInfiller(server_of(address, environment))
