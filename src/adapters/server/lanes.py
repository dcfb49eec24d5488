"""Threads by kind of request, so that one kind in plenty does not keep the others waiting."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
Environ = dict[str, Any]

_LIVE = "/health/live"
_TOKEN = "/api/v1/token"  # noqa: S105 - a path
_PASSWORD_PATHS = {
    _TOKEN,
    "/tokens/sign-in/",
    "/tokens/confirm/",
    "/tokens/account/password/",
}
_MAY_SAY_PASSWORD = re.compile(rb"password|[\\%]")
"""The member's name as it is, or what JSON and forms may spell any name with."""


class FullError(Exception):
    """So many requests wait in this lane that one more would wait too long."""


class Lane:
    """Some threads, and a queue in front of them that has an end.

    What an executor does besides, a second future and three locks for each call, would cost a
    request a fortieth of a millisecond.
    """

    def __init__(self, name: str, *, threads: int, most_waiting: int) -> None:
        self._unstarted = [f"{name}-{n}" for n in range(threads)]
        self._most = threads + most_waiting
        self._present = 0
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()

    async def run(self, call: Callable[[Environ], T], environ: Environ) -> T:
        """Run the call on a thread.

        Raises:
            FullError: there is no room.
        """
        if self._present >= self._most:
            raise FullError
        if self._unstarted:
            Thread(target=self._work, name=self._unstarted.pop(), daemon=True).start()
        self._present += 1
        try:
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[T] = loop.create_future()
            self._calls.put(partial(_run, call, environ, answer, loop))
            return await answer
        finally:
            self._present -= 1

    def _work(self) -> None:
        while True:
            self._calls.get()()


def _run(
    call: Callable[[Environ], T],
    environ: Environ,
    answer: asyncio.Future[T],
    loop: asyncio.AbstractEventLoop,
) -> None:
    """Call, on a thread, and let the event loop say what came of it."""
    try:
        result = call(environ)
    except BaseException as exc:  # noqa: BLE001 - whatever it is, it is whose call it was
        told = partial(_settle, answer, answer.set_exception, exc)
    else:
        told = partial(_settle, answer, answer.set_result, result)
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(told)


def _settle(answer: asyncio.Future[T], tell: Callable[[Any], None], what: Any) -> None:
    if not answer.done():  # else who waited has gone
        tell(what)


class Lanes:
    """Which request goes where.

    Whether the process lives has to be told even when every thread waits for a database. A password
    takes half a second of a processor by design: a flood of them gets one thread, no more.
    """

    def __init__(self, *, threads: int) -> None:
        self._live = Lane("live", threads=1, most_waiting=64)
        self._password = Lane("password", threads=1, most_waiting=64)
        self._general = Lane("request", threads=threads, most_waiting=512)

    def of(self, environ: Environ) -> Lane:
        """The lane of a request."""
        path = environ["PATH_INFO"]
        if path == _LIVE:
            return self._live
        if path in _PASSWORD_PATHS and _may_carry_password(environ):
            return self._password
        return self._general


def _may_carry_password(environ: Environ) -> bool:
    return environ["REQUEST_METHOD"] == "POST" and not _is_refresh(environ)


def _is_refresh(environ: Environ) -> bool:
    """Whether it asks for tokens and surely brings no password, however it names its grant."""
    if environ["PATH_INFO"] != _TOKEN:
        return False
    named = environ["QUERY_STRING"] == "grant_type=refresh_token"
    return named or not _MAY_SAY_PASSWORD.search(environ["wsgi.input"].getvalue())
