"""A thread that does one job again and again, in each process that has something to do for it."""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.util import Finalize

from django.db import close_old_connections, connections

logger = logging.getLogger(__name__)


def at_process_end(call: Callable[[], object]) -> None:
    """Call it when this process ends by itself."""
    atexit.register(call)
    # A worker of a server is multiprocessing's child, which runs this and no atexit.
    Finalize(None, call, exitpriority=1)


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
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._run, name=self.name, daemon=True).start()
                at_process_end(self.once)

    def once(self) -> None:
        """Do the job now."""
        try:
            close_old_connections()
            self.job()
        except Exception:
            logger.warning("%s failed, and will be tried again", self.name, exc_info=True)
            connections.close_all()

    def _run(self) -> None:
        pause = threading.Event()
        while not pause.wait(self.seconds):
            self.once()
