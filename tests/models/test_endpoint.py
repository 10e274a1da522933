"""A model behind an address, against a server of our own: what is sent, what may come back."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from cobolsmith import models
from cobolsmith.errors import ModelError, UsageError
from cobolsmith.infill import Canvas, Name
from cobolsmith.models.diffusion import DiffusionInfiller
from cobolsmith.models.endpoint import HOLE, EndpointInfiller, load_endpoint, readings
from cobolsmith.models.endpoint_http import LONGEST_PAUSE, TRIES, Server, server_of
from cobolsmith.models.public_text import Around

NAMES = (Name("WS-TOTAL", "data", 5, "S9(7)V99", "COMP-3"),)
CANVAS = Canvas(
    ("\n    ", "MOVE", "1", "TO"), ("\n    ", "GOBACK", "."), NAMES, (2,), (), (), frozenset()
)
Answer = tuple[int, Any]


class Served:
    """A local server that answers as it is told and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.answers: Callable[[str, dict[str, Any]], Answer] = lambda *_: (404, {})
        self.extra: dict[str, str] = {}
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                served.asked.append((self.path, content, dict(self.headers)))
                status, found = served.answers(self.path, content)
                body = found if isinstance(found, bytes) else json.dumps(found).encode()
                self.send_response(status)
                for key, value in served.extra.items():
                    self.send_header(key, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()
        self.base = f"http://127.0.0.1:{self.http.server_port}/v1"

    def infiller(self, key: str = "", waits: list[float] | None = None) -> EndpointInfiller:
        found = [] if waits is None else waits
        return EndpointInfiller(Server(self.base, "coder", key, wait=found.append, timeout=5.0))

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.close()


def choices(*texts: str, **rest: Any) -> Answer:
    return 200, {"choices": [{"text": text, **rest} for text in texts]}


def test_the_canvas_goes_out_as_cobol_on_both_sides_of_the_hole(served: Served) -> None:
    served.answers = lambda *_: choices(" WS-TOTAL")
    found = served.infiller("secret").fill(CANVAS, seed=7, steps=4, candidates=1)
    assert [fill.words for fill in found] == [("WS-TOTAL",)]
    ((path, content, headers),) = served.asked
    assert path == "/v1/completions"
    assert content["prompt"].endswith("\n           MOVE 1 TO")
    assert "05 WS-TOTAL PIC S9(7)V99 COMP-3" in content["prompt"]
    assert content["suffix"] == "\n           GOBACK."
    assert (content["model"], content["n"], content["temperature"]) == ("coder", 1, 0.0)
    assert (content["seed"], content["max_tokens"]) == (7, 44)
    assert headers["Authorization"] == "Bearer secret"


def test_without_a_key_none_is_sent(served: Served) -> None:
    served.answers = lambda *_: choices(" WS-TOTAL")
    served.infiller().fill(CANVAS, seed=0, steps=1, candidates=1)
    assert "Authorization" not in served.asked[0][2]


def test_candidates_are_sampled_with_seeds_and_ranked(served: Served) -> None:
    def answers(_: str, content: dict[str, Any]) -> Answer:
        if content["temperature"] == 0.0:
            return choices(" A", logprobs={"token_logprobs": [None, -2.0]})
        return 200, {
            "choices": [
                {"text": " B", "logprobs": {"token_logprobs": [-0.1, -0.3]}},
                {"text": " A", "logprobs": {"token_logprobs": [-9.0]}},
            ]
        }

    served.answers = answers
    shown: list[tuple[str, ...]] = []
    found = served.infiller().fill(
        CANVAS, seed=5, steps=1, candidates=3, watch=lambda _, words: shown.append(words)
    )
    assert [(fill.words, fill.score) for fill in found] == [(("B",), -0.2), (("A",), -2.0)]
    assert [(c["n"], c["seed"]) for _, c, _ in served.asked] == [(1, 5), (2, 6)]
    assert shown == [("B",)]


def test_a_server_that_gives_one_text_at_a_time_is_asked_again(served: Served) -> None:
    served.answers = lambda _, content: choices(f" X-{content['seed']}")
    found = served.infiller().fill(CANVAS, seed=1, steps=1, candidates=3)
    assert {fill.words for fill in found} == {("X-1",), ("X-2",), ("X-3",)}
    assert [content["n"] for _, content, _ in served.asked] == [1, 2, 1]


@pytest.mark.parametrize("status", [404, 400, 501])
def test_a_server_without_completions_is_asked_in_a_chat(served: Served, status: int) -> None:
    def answers(path: str, _: dict[str, Any]) -> Answer:
        if path == "/v1/completions":
            return status, {"error": {"message": "suffix is not supported"}}
        text = "Here it is:\n```cobol\n           WS-TOTAL\n           DISPLAY WS-TOTAL\n```\nDone."
        return 200, {"choices": [{"message": {"role": "assistant", "content": text}}]}

    served.answers = answers
    board = Canvas(CANVAS.prefix, CANVAS.suffix, NAMES, (2,), (("WS-NAME",),))
    infiller = served.infiller()
    found = infiller.fill(board, seed=0, steps=1, candidates=1)
    assert ("WS-TOTAL", "\n    ", "DISPLAY", "WS-TOTAL") in [fill.words for fill in found]
    infiller.fill(board, seed=0, steps=1, candidates=1)
    paths = [path for path, _, _ in served.asked]
    assert paths == ["/v1/completions", "/v1/chat/completions", "/v1/chat/completions"]
    said = served.asked[1][1]["messages"][1]["content"]
    assert f"MOVE 1 TO{HOLE}\n           GOBACK." in said
    assert "Similar to: WS-NAME" in said


def test_only_allowed_words_and_none_refused_come_back(served: Served) -> None:
    served.answers = lambda *_: choices(" WS-NAME", " WS-TOTAL", " WS-OTHER")
    allowed = (frozenset({"WS-TOTAL", "WS-NAME"}),)
    refused = frozenset({("WS-NAME",)})
    board = Canvas(CANVAS.prefix, CANVAS.suffix, NAMES, (1,), (), allowed, refused)
    found = served.infiller().fill(board, seed=0, steps=1, candidates=3)
    assert [fill.words for fill in found] == [("WS-TOTAL",)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("WS-TOTAL", ("WS-TOTAL",)),
        (" WS-TOTAL\n           GOBACK.\n           STOP RUN", ("WS-TOTAL",)),
        (" X\r\n           ADD 1 TO Y\r\n", ("X", "\n    ", "ADD", "1", "TO", "Y")),
        (" X and so on\n     -- prose", ("X", "AND", "SO", "ON")),
    ],
)
def test_what_a_server_writes_is_read_as_words(text: str, words: tuple[str, ...]) -> None:
    assert words in [
        tuple(word.upper() for word in found) for found in readings(text, Around.of(CANVAS))
    ]


def test_text_that_is_not_clean_gives_no_fill() -> None:
    for text in ("", "\x07", "ÄÖ", "'open"):
        board = Canvas(CANVAS.prefix, (".",), (), (1,), ())
        assert readings(text, Around.of(board)) == []


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, {"error": {"message": "bad key"}}, "refuses the key .HTTP 401: bad key.*API_KEY"),
        (403, b"", "refuses the key"),
        (404, {"error": {"message": "no model coder"}}, "chat/completions isn't served .*coder"),
        (418, {"error": "a teapot"}, "the server fails .HTTP 418: a teapot"),
        (302, b"", "the server fails .HTTP 302"),
        (200, b"<html>", "isn't JSON"),
        (200, [], "other than a JSON object"),
        (200, {"choices": []}, "without the choices"),
        (200, {"choices": [{"text": None}]}, "without the choices"),
        (200, {"choices": ["text"]}, "without the choices"),
    ],
)
def test_a_failing_server_is_said_and_asked_once(
    served: Served, status: int, body: Any, said: str
) -> None:
    served.answers = lambda *_: (status, body)
    served.extra = {"Location": "http://127.0.0.1:1/elsewhere"} if status == 302 else {}
    waits: list[float] = []
    with pytest.raises(ModelError, match=said) as failed:
        served.infiller("secret", waits).fill(CANVAS, seed=0, steps=1, candidates=1)
    assert failed.value.where == f"{served.base}#coder"
    assert failed.value.remedy
    assert "secret" not in f"{failed.value}{failed.value!r}"
    assert waits == []
    assert len(served.asked) == (2 if status == 404 else 1)


def test_a_busy_server_is_asked_again_after_the_time_it_tells(served: Served) -> None:
    left = [429, 503]
    served.answers = lambda *_: (left.pop(0), {}) if left else choices(" X")
    served.extra = {"Retry-After": "3"}
    waits: list[float] = []
    found = served.infiller("", waits).fill(CANVAS, seed=0, steps=1, candidates=1)
    assert [fill.words for fill in found] == [("X",)]
    assert waits == [3.0, 3.0]


def test_a_server_that_stays_busy_is_given_up(served: Served) -> None:
    served.answers = lambda *_: (429, {"error": {"message": "quota"}})
    served.extra = {"Retry-After": "99999"}
    waits: list[float] = []
    with pytest.raises(ModelError, match=r"enough of us .HTTP 429: quota"):
        served.infiller("", waits).fill(CANVAS, seed=0, steps=1, candidates=1)
    assert waits == [LONGEST_PAUSE] * (TRIES - 1)


def test_no_server_and_a_silent_one_are_said() -> None:
    waits: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        slow = EndpointInfiller(Server(base, "m", wait=waits.append, timeout=0.05))
        with pytest.raises(ModelError, match=r"no answer within 0\.05 s"):
            slow.fill(CANVAS, seed=0, steps=1, candidates=1)
    assert waits == []
    gone = EndpointInfiller(Server(base, "m", wait=waits.append))
    with pytest.raises(ModelError, match="can't be reached"):
        gone.fill(CANVAS, seed=0, steps=1, candidates=1)
    assert waits == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://example.com/v1#m", "http would send .*ALLOW_HTTP=1"),
        ("https://example.com/v1", "no host or no model"),
        ("https:///v1#m", "no host or no model"),
        ("https://user:pw@example.com/v1#m", "no user, password or query"),
        ("https://example.com/v1?key=1#m", "no user, password or query"),
        ("https://example.com:port/v1#m", "is no address"),
    ],
)
def test_addresses_that_cannot_be_used_are_refused(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        server_of(address, {})


def test_keys_and_http_come_from_the_environment() -> None:
    given = {"COBOLSMITH_API_KEY": "k", "COBOLSMITH_ALLOW_HTTP": "1"}
    server = server_of("http://example.com/v1/#org/coder", given)
    assert (server.base, server.model, server.key) == ("http://example.com/v1", "org/coder", "k")
    assert "'k'" not in repr(server)
    assert server_of("http://localhost:8000/v1#m", {}).key == ""
    assert load_endpoint("https://example.com/v1#m", {}).name == "https://example.com/v1#m"


def test_the_canvas_must_say_where_to_start(served: Served) -> None:
    bare = Canvas((), (), (), (), ())
    with pytest.raises(ModelError, match="neither lengths nor drafts"):
        served.infiller().fill(bare, seed=0, steps=1, candidates=1)
    with pytest.raises(ModelError, match="at least 1"):
        served.infiller().fill(CANVAS, seed=0, steps=1, candidates=0)


def test_no_socket_is_opened_unless_an_address_is_named(
    infiller: DiffusionInfiller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert isinstance(models.load("auto"), DiffusionInfiller)
    assert infiller.fill(CANVAS, seed=0, steps=2, candidates=2)
    named = models.load("https://example.com/v1#named")  # naming one opens none yet
    assert isinstance(named, EndpointInfiller)
    with pytest.raises(AssertionError, match="a socket was opened"):
        named.fill(CANVAS, seed=0, steps=1, candidates=1)


BROKEN = """\
       IDENTIFICATION DIVISION.
       PROGRAM-ID. TARIFF.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-TAX              PIC 9(04) VALUE 19.
       01  WS-GROSS            PIC 9(04) VALUE ZERO.
       PROCEDURE DIVISION.
       0000-MAIN.
           MOVE TO WS-GROSS.
           DISPLAY WS-GROSS.
           STOP RUN.
"""
TESTED = 'test = ["sh", "-c", "cobc -x -o run TARIFF.cbl && ./run | grep -qx 0019"]\n'


@pytest.mark.parametrize(
    ("status", "key", "code"), [(200, "right", 0), (401, "wrong-key", 3), (500, "right", 3)]
)
def test_a_server_repairs_a_program_or_nothing_is_written(
    served: Served, tmp_path: Path, status: int, key: str, code: int
) -> None:
    def answers(_: str, content: dict[str, Any]) -> Answer:
        found = choices(" WS-GROSS", " WS-TAX")[1]
        return (status, found) if status == 200 else (status, {"error": {"message": "no"}})

    served.answers = answers
    served.extra = {"Retry-After": "0"}
    path = tmp_path / "TARIFF.cbl"
    path.write_text(BROKEN, "ascii")
    (tmp_path / "cobolsmith.toml").write_text(TESTED, "ascii")
    done = subprocess.run(
        [sys.executable, "-m", "cobolsmith", "fix", "--write", "--model", f"{served.base}#m"],
        cwd=tmp_path,
        env={**os.environ, "COBOLSMITH_API_KEY": key},
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stderr
    assert served.asked[0][2]["Authorization"] == f"Bearer {key}"
    repaired = path.read_text("ascii")
    if code:
        assert repaired == BROKEN
        assert f"HTTP {status}: no" in done.stderr
        assert "Traceback" not in done.stderr
        assert key not in done.stderr + done.stdout
    else:
        assert repaired == BROKEN.replace("MOVE TO", "MOVE WS-TAX TO")
