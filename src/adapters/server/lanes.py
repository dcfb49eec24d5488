"""Threads by kind of request, so that one kind in plenty does not keep the others waiting."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
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


@dataclass(frozen=True, slots=True)
class _Job:
    call: Callable[[Environ], Any]
    environ: Environ
    caller: str
    answer: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


class Lane:
    """Some threads, and in front of them a queue that has an end and is fair between callers.

    Callers take turns, each has at most ``most_of_one`` threads at once, and at most half of the
    places to wait. All of it is decided on the event loop. What an executor does besides, a second
    future and three locks for each call, would cost a request a fortieth of a millisecond.
    """

    def __init__(
        self, name: str, *, threads: int, most_waiting: int, most_of_one: int | None = None
    ) -> None:
        self._unstarted = [f"{name}-{n}" for n in range(threads)]
        self._free = threads
        self._places = most_waiting
        self._places_of_one = max(1, most_waiting // 2)
        self._most_of_one = most_of_one or threads
        self._running: Counter[str] = Counter()
        self._waiting: dict[str, deque[_Job]] = {}
        """Who waits, by caller; whose turn is next stands first."""
        self._calls: SimpleQueue[_Job] = SimpleQueue()

    async def run(self, call: Callable[[Environ], T], environ: Environ, caller: str = "") -> T:
        """Run the call on a thread.

        Raises:
            FullError: there is no room, or none for more of this caller.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        self._queue(_Job(call, environ, caller, answer, loop))
        self._start_next()
        return await answer

    def _queue(self, job: _Job) -> None:
        own = self._waiting.get(job.caller, ())
        starts_now = self._free and not own and self._running[job.caller] < self._most_of_one
        full = self._places <= 0 or len(own) >= self._places_of_one
        if full and not starts_now:
            raise FullError
        self._places -= 1
        self._waiting.setdefault(job.caller, deque()).append(job)

    def _start_next(self) -> None:
        while self._free and (job := self._next()):
            if self._unstarted:
                Thread(target=self._work, name=self._unstarted.pop(), daemon=True).start()
            self._free -= 1
            self._places += 1
            self._running[job.caller] += 1
            self._calls.put(job)

    def _next(self) -> _Job | None:
        """The job whose turn it is. A caller who has as many threads as one may is passed over."""
        for caller, jobs in self._waiting.items():
            if self._running[caller] < self._most_of_one:
                del self._waiting[caller]
                job = jobs.popleft()
                if jobs:
                    self._waiting[caller] = jobs  # at the end of the line
                return job
        return None

    def _work(self) -> None:
        while True:
            job = self._calls.get()
            told = partial(self._settle, job, *_outcome(job))
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                job.loop.call_soon_threadsafe(told)

    def _settle(self, job: _Job, result: Any, fault: BaseException | None) -> None:
        """A thread is free again: start the next, and tell who waited, unless they have gone."""
        self._free += 1
        self._running[job.caller] -= 1
        if not self._running[job.caller]:
            del self._running[job.caller]
        self._start_next()
        if job.answer.done():
            return
        if fault is None:
            job.answer.set_result(result)
        else:
            job.answer.set_exception(fault)


def _outcome(job: _Job) -> tuple[Any, BaseException | None]:
    """Call, on a thread. Whoever went away while waiting is not called for."""
    if job.answer.cancelled():
        return None, None
    try:
        return job.call(job.environ), None
    except BaseException as exc:  # noqa: BLE001 - whatever it is, it is whose call it was
        return None, exc


class Lanes:
    """Which request goes where, and whose it is.

    Whether the process lives has to be told even when every thread waits for a database. A password
    takes half a second of a processor by design: a flood of them gets one thread, no more, and
    networks take turns at it. Of the other threads one caller has at most half.

    Args:
        threads: for all requests but those.
        network_of: the network that a request comes from.
    """

    def __init__(self, *, threads: int, network_of: Callable[[Environ], str]) -> None:
        self._network_of = network_of
        self._live = Lane("live", threads=1, most_waiting=64)
        self._password = Lane("password", threads=1, most_waiting=64)
        self._general = Lane(
            "request", threads=threads, most_waiting=512, most_of_one=max(2, threads // 2)
        )

    async def run(self, call: Callable[[Environ], T], environ: Environ) -> T:
        """Run the call in the request's lane, when its turn has come.

        Raises:
            FullError: there is no room.
        """
        lane = self.of(environ)
        return await lane.run(call, environ, self._caller(lane, environ))

    def of(self, environ: Environ) -> Lane:
        """The lane of a request."""
        path = environ["PATH_INFO"]
        if path == _LIVE:
            return self._live
        if path in _PASSWORD_PATHS and _may_carry_password(environ):
            return self._password
        return self._general

    def _caller(self, lane: Lane, environ: Environ) -> str:
        """A digest of the credential, whatever it is worth; without one, the network."""
        credential = environ.get("HTTP_AUTHORIZATION")
        if credential is None or lane is not self._general:
            return self._network_of(environ)
        return blake2b(credential.encode("latin-1"), digest_size=16).hexdigest()


def _may_carry_password(environ: Environ) -> bool:
    return environ["REQUEST_METHOD"] == "POST" and not _is_refresh(environ)


def _is_refresh(environ: Environ) -> bool:
    """Whether it asks for tokens and surely brings no password, however it names its grant."""
    if environ["PATH_INFO"] != _TOKEN:
        return False
    named = environ["QUERY_STRING"] == "grant_type=refresh_token"
    return named or not _MAY_SAY_PASSWORD.search(environ["wsgi.input"].getvalue())
