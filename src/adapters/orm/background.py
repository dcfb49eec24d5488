"""The thread behind the requests' backs: one class, for everything that runs in one.

It starts when it is first told, and in a fork with the fork's first. Whatever goes wrong in it is
told, and it goes on. At the process's end it does its job once more.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.util import Finalize

from django.db import close_old_connections, connections

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 1.0
"""After a failure, so that one that lasts does not fill the log."""


def at_process_end(call: Callable[[], object]) -> None:
    """Call it when this process ends by itself."""
    atexit.register(call)
    # A worker of a server is multiprocessing's child, which runs this and no atexit.
    Finalize(None, call, exitpriority=1)


def attempt(job: Callable[[], object], *, or_tell: str) -> bool:
    """Do a job; whether it was done. A failure is logged in these words, and costs connections."""
    try:
        job()
    except Exception:
        logger.warning(or_tell, exc_info=True)
        for connection in connections.all(initialized_only=True):
            with suppress(Exception):  # of no use any more, whether or not it can be closed
                connection.close()
        return False
    return True


@dataclass
class Background:
    """Does ``job`` in a thread of its own whenever it is told to, or by the clock.

    No request waits for it or hears of its failures: what it could not do it tries again.

    Attributes:
        name: what the log calls it.
        job: does all there is to do, and may be called from other threads too.
        seconds: do it every so many seconds; None: when told.
        last_call: whether the job is done once more when the process ends.
        on_fork: forgets, in a fork, what is the parent's to do.
    """

    name: str
    job: Callable[[], object]
    seconds: float | None = None
    last_call: bool = True
    on_fork: Callable[[], object] = lambda: None
    _told: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_started: bool = False

    def __post_init__(self) -> None:
        os.register_at_fork(after_in_child=self._start_afresh)

    def tell(self) -> bool:
        """See that the thread runs, and that it does its job soon; False: there can be none."""
        if not self._is_started and not self._start():
            return False
        if self.seconds is None:
            self._told.set()
        return True

    def once(self) -> bool:
        """Do the job now, in the calling thread; whether it was done."""
        return attempt(self._do, or_tell=f"{self.name} failed, and will be tried again")

    def _start(self) -> bool:
        with self._lock:
            if self._is_started:
                return True
            try:
                threading.Thread(target=self._run, name=self.name, daemon=True).start()
            except RuntimeError:
                logger.warning("no thread could be started for %s", self.name, exc_info=True)
                return False
            self._is_started = True
            if self.last_call:
                at_process_end(self.once)
            return True

    def _start_afresh(self) -> None:
        """A fork has no thread of its parent, and may have its locks as they were held."""
        self._told, self._lock = threading.Event(), threading.Lock()
        self._is_started = False
        self.on_fork()

    def _do(self) -> None:
        close_old_connections()
        self.job()

    def _run(self) -> None:
        while True:
            self._told.wait(self.seconds)
            self._told.clear()
            if not self.once() and self.seconds is None:
                threading.Event().wait(_PAUSE_SECONDS)
                self._told.set()
