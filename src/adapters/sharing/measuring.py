"""Measuring in the background: a thread that measures one thing at a time, and queues nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connections

from adapters.orm.background import Background, attempt
from domain.metrics.family import Measured


@dataclass
class Measurement:
    """One that is under way, or was: ``done`` is set when it is known what came of it.

    Without a result and without an error another process is at it.
    """

    key: str
    run: Callable[[Measurement], None]
    done: threading.Event = field(default_factory=threading.Event)
    began_at: float = 0.0
    result: tuple[Measured, ...] | None = None
    error: Exception | None = None


class Measuring:
    """The thread. Its connections are closed after each measurement: it needs them seldom."""

    _current: Measurement | None
    _lock: threading.Lock

    def __init__(self, name: str) -> None:
        self._start_afresh()
        self._thread = Background(name, self._work, last_call=False, on_fork=self._start_afresh)

    def begin(self, key: str, run: Callable[[Measurement], None]) -> Measurement | None:
        """Let the thread do it, unless it is at it already. None: it is at something else."""
        with self._lock:
            if self._current is not None:
                return self._current if self._current.key == key else None
            if self._thread.tell():
                self._current = Measurement(key, run)
            return self._current

    def _start_afresh(self) -> None:
        self._lock, self._current = threading.Lock(), None

    def _work(self) -> None:
        with self._lock:
            current = self._current
        if current is None:
            return
        attempt(lambda: current.run(current), or_tell=f"{self._thread.name} failed")
        with self._lock:
            self._current = None
        current.done.set()
        connections.close_all()
