"""Load: people who use the service at once, each on a connection of their own."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.faults.wire import Answer, ClosedError, Connection

PATS = "/api/v1/personal-access-tokens"
SHED = {429}
"""Answers that are right under load, and no fault."""


@dataclass
class Person:
    """Somebody with tokens and a connection. One thread uses a person.

    Attributes:
        kept: where the next pair of a session is written down, for whoever comes next.
        log: a count for each method, path and status; "lost" for a request without an answer.
    """

    port: int
    token: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    address: str = "192.0.2.1"
    log: Counter[tuple[str, str, int | str]] = field(default_factory=Counter)
    kept: dict[str, str] = field(default_factory=dict, repr=False)
    _connection: Connection | None = None

    def send(
        self, method: str, path: str, body: Any = None, *, token: str | None = None
    ) -> Answer | None:
        """Send a request; None when the connection broke before there was an answer.

        A connection that was kept open may be closed by the server at any moment between two
        requests, so each request that gets no single byte on an old one is sent again on a new one
        when it only reads.
        """
        old = self._connection is not None
        answer = self._once(method, path, body, token)
        if answer is None and old and method == "GET":
            answer = self._once(method, path, body, token)
        name = path.partition("?")[0] if PATS not in path else PATS
        self.log[method, name, "lost" if answer is None else answer.status] += 1
        return answer

    def _once(self, method: str, path: str, body: Any, token: str | None) -> Answer | None:
        headers = {
            "Authorization": f"Bearer {token or self.token}",
            "X-Forwarded-For": self.address,
        }
        raw = b"" if body is None else json.dumps(body).encode()
        try:
            self._connection = self._connection or Connection(self.port)
            return self._connection.send(method, path, headers=headers, body=raw)
        except (ClosedError, ConnectionError):
            self.hang_up()
            return None

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def post(self, path: str, body: Any = None, *, token: str | None = None) -> Any:
        """The JSON of a successful POST, or None."""
        answer = self.send("POST", path, {} if body is None else body, token=token)
        return answer.json() if answer is not None and answer.status < 300 else None

    def turn_over(self) -> None:
        """Spend the refresh token for the next pair."""
        path = "/api/v1/token?grant_type=refresh_token"
        pair = self.post(path, {"refresh_token": self.refresh})
        if pair is not None:
            self.token, self.refresh = pair["access_token"], pair["refresh_token"]
            self.kept |= {name: pair[name] for name in ("access_token", "refresh_token")}


@contextmanager
def at_once(tasks: Sequence[Callable[[], None]]) -> Iterator[threading.Event]:
    """Run each task again and again on a thread of its own; an error in one ends the block."""
    stop, failures = threading.Event(), []

    def repeat(task: Callable[[], None]) -> None:
        try:
            while not stop.is_set():
                task()
        except BaseException as exc:  # noqa: BLE001 - it is raised again below
            failures.append(exc)
            stop.set()

    threads = [threading.Thread(target=repeat, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    try:
        yield stop
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]


@contextmanager
def on_the_line(*people: Person) -> Iterator[None]:
    """Everybody hangs up at the end."""
    try:
        yield
    finally:
        for person in people:
            person.hang_up()


def wait(stop: threading.Event, *, seconds: float) -> None:
    """Let the load run for so long, or until it fails."""
    stop.wait(seconds)


def total(people: Sequence[Person]) -> Counter[tuple[str, str, int | str]]:
    """Everybody's log."""
    return sum((person.log for person in people), Counter())


def now() -> float:
    return time.monotonic()
