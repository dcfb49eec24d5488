"""What requests leave behind, to be written by one thread of each process.

A request only leaves a note: it never waits for a lock of the database, and never fails with it.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from adapters.orm.background import Background


@dataclass
class WrittenBehind(ABC):
    """Notes, and the thread that writes them."""

    _noting: threading.Lock = field(default_factory=threading.Lock)
    _writing: threading.Lock = field(default_factory=threading.Lock)
    _background: Background = field(init=False)

    def __post_init__(self) -> None:
        name = f"writing what requests left behind ({type(self).__name__})"
        self._background = Background(name, self.flush, on_fork=self._start_afresh)

    def flush(self) -> None:
        """Write every note now, in the calling thread, after those that another is writing."""
        with self._writing:
            self._write_all()

    @abstractmethod
    def _write_all(self) -> None:
        """Write the notes there are. One that cannot be written is told, and given up."""

    @abstractmethod
    def _forget(self) -> None:
        """Drop the notes: they are the parent's to write."""

    def _start_afresh(self) -> None:
        """A fork may have its parent's locks as they were held."""
        self._noting, self._writing = threading.Lock(), threading.Lock()
        self._forget()
