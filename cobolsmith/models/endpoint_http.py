"""The door to a model server: one JSON request at a time, over a connection that keeps its word.

Only https, or http to this machine. No redirect is followed, since the key would go along. What
fails for a moment (busy, overloaded, restarting) is tried again; all else is said at once.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cobolsmith.errors import ModelError, UsageError

KEY = "COBOLSMITH_API_KEY"
ALLOW_HTTP = "COBOLSMITH_ALLOW_HTTP"
TIMEOUT = 120.0
"""Seconds without an answer."""
TRIES = 4
PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds before the second try, doubled for each further one, and the most of any."""
MOMENTARY = frozenset({408, 409, 429, 500, 502, 503, 504, 529})
LARGEST = 8 << 20
"""Bytes of an answer that are read."""
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class NotOfferedError(ModelError):
    """The server has no such path or doesn't take such a request; another kind may do."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Redirects end as the HTTP errors that they are."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Server:
    """An OpenAI-compatible server. `base`: its address up to /v1; `key`: sent as a bearer token,
    shown nowhere."""

    base: str
    model: str
    key: str = field(default="", repr=False)
    wait: Callable[[float], None] = time.sleep
    timeout: float = TIMEOUT

    @property
    def name(self) -> str:
        """What the user calls it."""
        return f"{self.base}#{self.model}"

    def ask(self, path: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a request, a JSON object; `ModelError` if there is none,
        `NotOfferedError` if the server doesn't offer this path."""
        for attempt in range(TRIES):
            try:
                return self._answer(path, {"model": self.model, **content})
            except urllib.error.HTTPError as error:
                if error.code not in MOMENTARY or attempt == TRIES - 1:
                    raise self._refused(error, path) from error
                self.wait(_pause(attempt, error.headers.get("Retry-After")))
            except (OSError, http.client.HTTPException) as error:
                if isinstance(_cause(error), TimeoutError) or attempt == TRIES - 1:
                    raise self._unreachable(error) from error
                self.wait(_pause(attempt, None))
        raise AssertionError("the last try returns or raises")

    def _answer(self, path: str, content: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        request = urllib.request.Request(
            self.base + path, json.dumps(content).encode(), headers, method="POST"
        )
        handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
        if urlsplit(self.base).hostname in HERE:
            handlers.append(urllib.request.ProxyHandler({}))
        with urllib.request.build_opener(*handlers).open(request, timeout=self.timeout) as answer:
            body = answer.read(LARGEST + 1)
        try:
            found = json.loads(body)
        except ValueError as error:
            raise self._wrong("what isn't JSON") from error
        if len(body) > LARGEST or not isinstance(found, dict):
            raise self._wrong("something other than a JSON object")
        return found

    def _wrong(self, what: str) -> ModelError:
        return ModelError(
            f"the server answered {what}",
            where=self.name,
            remedy="name the address that ends in /v1 of an OpenAI-compatible server",
        )

    def malformed(self) -> ModelError:
        """The error for an answer that lacks what the protocol promises."""
        return self._wrong("without the choices that the protocol promises")

    def _refused(self, error: urllib.error.HTTPError, path: str) -> ModelError:
        said = _message(error)
        what = f"HTTP {error.code}{f': {said}' if said else ''}"
        if error.code in (401, 403):
            kept = f"check the key in {KEY}" if self.key else f"put the key into {KEY}"
            return ModelError(f"the server refuses the key ({what})", where=self.name, remedy=kept)
        if error.code in (400, 404, 405, 415, 422, 501):
            remedy = f"check the address and the model's name, {self.model}"
            return NotOfferedError(f"{path} isn't served ({what})", where=self.name, remedy=remedy)
        if error.code == 429:
            return ModelError(
                f"the server has had enough of us ({what})",
                where=self.name,
                remedy="wait, or see to the account's limits",
            )
        return ModelError(f"the server fails ({what})", where=self.name, remedy="try again later")

    def _unreachable(self, error: Exception) -> ModelError:
        reason = _cause(error)
        slow = isinstance(reason, TimeoutError)
        what = f"no answer within {self.timeout:g} s" if slow else f"can't be reached: {reason}"
        return ModelError(what, where=self.name, remedy="check the address, and that it is served")


def _cause(error: Exception) -> object:
    """What lies behind urllib's own error."""
    return error.reason if isinstance(error, urllib.error.URLError) else error


def _pause(attempt: int, told: str | None) -> float:
    """Seconds before the next try: those the server tells, else doubling."""
    try:
        wanted = float(told) if told else PAUSE * 2**attempt
    except ValueError:  # a date; its own clock may differ from ours
        wanted = PAUSE * 2**attempt
    return min(max(wanted, 0.0), LONGEST_PAUSE)


def _message(error: urllib.error.HTTPError) -> str:
    """The first line of what the server says, if it says it as the protocol has it."""
    try:
        found = json.loads(error.read(LARGEST))
    except (ValueError, OSError, http.client.HTTPException):
        return ""
    content = found.get("error", found) if isinstance(found, dict) else found
    said = content.get("message", "") if isinstance(content, dict) else content
    return str(said).strip().partition("\n")[0][:200]


def server_of(address: str, environment: Mapping[str, str]) -> Server:
    """The server that `https://host/v1#model` names; `UsageError` where it can't be used so."""
    form = "write https://host/v1#model-name"
    try:
        parts = urlsplit(address)
        whole = bool(parts.hostname and parts.fragment and parts.port != 0)
    except ValueError as error:  # brackets or a port that are none
        raise UsageError(f"{address} is no address: {error}", remedy=form) from error
    base = address.partition("#")[0].rstrip("/")
    if parts.username or parts.password or parts.query:
        remedy = f"leave them out; a key is taken from {KEY}"
        raise UsageError("an endpoint has no user, password or query", where=base, remedy=remedy)
    if not whole:
        raise UsageError(f"{address} names no host or no model", remedy=form)
    allowed = parts.hostname in HERE or environment.get(ALLOW_HTTP) == "1"
    if parts.scheme != "https" and not allowed:
        raise UsageError(
            "http would send sources and key readable to all on the way",
            where=base,
            remedy=f"use https, or set {ALLOW_HTTP}=1 on a network of your own",
        )
    return Server(base, parts.fragment, environment.get(KEY, ""))
