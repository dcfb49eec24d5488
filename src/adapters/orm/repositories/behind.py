"""What requests leave behind, to be written by one thread of each process.

A request only leaves a note: it never waits for a lock of the database, and never fails with it.
"""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from django.db import close_old_connections

from adapters.orm.background import at_process_end, attempt, start_thread

_PAUSE_SECONDS = 1.0
"""After a failure, so that one that lasts does not fill the log."""


@dataclass
class WrittenBehind(ABC):
    """Notes and their thread, which starts with the first note, in a fork with the fork's first."""

    _wake: threading.Condition = field(default_factory=threading.Condition)
    _writing: threading.Lock = field(default_factory=threading.Lock)
    _is_started: bool = False

    def __post_init__(self) -> None:
        os.register_at_fork(after_in_child=self._start_afresh)

    def flush(self) -> None:
        """Write every note now, in the calling thread, after those that another is writing."""
        with self._writing:
            self._write_all()

    @abstractmethod
    def _is_waiting(self) -> bool:
        """Whether there are notes; ``_wake`` is held."""

    @abstractmethod
    def _write_all(self) -> None:
        """Write the notes there are. One that cannot be written is told, and given up."""

    @abstractmethod
    def _forget(self) -> None:
        """Drop the notes: they are the parent's to write."""

    def _tell_thread(self) -> None:
        """See that the thread runs and knows of the note; ``_wake`` is held."""
        if not self._is_started and start_thread(type(self).__name__, self._run):
            self._is_started = True
            at_process_end(self._flush_quietly)
        self._wake.notify()

    def _start_afresh(self) -> None:
        """A fork has no thread of its parent, and may have its locks as they were held."""
        self._wake, self._writing = threading.Condition(), threading.Lock()
        self._is_started = False
        self._forget()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._is_waiting():
                    self._wake.wait()
            if not self._flush_quietly():
                threading.Event().wait(_PAUSE_SECONDS)

    def _flush_quietly(self) -> bool:
        return attempt(self._flush_afresh, or_tell="what requests left behind was not written")

    def _flush_afresh(self) -> None:
        close_old_connections()
        self.flush()
