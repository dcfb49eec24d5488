"""What the threads behind the requests' backs have in common, and one that does a job by the clock.

Whatever goes wrong in such a thread is told, and the thread goes on.
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


def at_process_end(call: Callable[[], object]) -> None:
    """Call it when this process ends by itself."""
    atexit.register(call)
    # A worker of a server is multiprocessing's child, which runs this and no atexit.
    Finalize(None, call, exitpriority=1)


def start_thread(name: str, run: Callable[[], object]) -> bool:
    """Start a thread that does not hold the process up; False, and told, when there can be none."""
    try:
        threading.Thread(target=run, name=name, daemon=True).start()
    except RuntimeError:
        logger.warning("no thread could be started for %s", name, exc_info=True)
        return False
    return True


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
    """Runs ``job`` every so many seconds once it is started, and once more at the process's end.

    No request waits for it or hears of its failures: what it could not do it does the next time.
    """

    name: str
    job: Callable[[], object]
    seconds: float
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pid: int | None = None

    def start(self) -> None:
        """See that the thread runs; after a fork, which takes no threads along, again."""
        if self._pid == os.getpid():
            return
        with self._lock:
            if self._pid != os.getpid() and start_thread(self.name, self._run):
                self._pid = os.getpid()
                at_process_end(self.once)

    def once(self) -> None:
        """Do the job now."""
        attempt(self._do, or_tell=f"{self.name} failed, and will be tried again")

    def _do(self) -> None:
        close_old_connections()
        self.job()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(self.seconds):
            self.once()
