"""A token's last use, written behind the request's back.

A request only leaves a note; one thread of each process writes the notes, newest for each token,
by one conditional UPDATE that touches one column. So a use never waits for a lock, never fails
with the database, never blocks another, and never brings a revoked token back.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import close_old_connections, connections
from django.db.models import Q

from adapters.orm.models import PersonalAccessToken

logger = logging.getLogger(__name__)


def write_last_use(pat_id: UUID, *, at: datetime) -> None:
    """Write one note, unless a later one is there already."""
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at)
    PersonalAccessToken.objects.filter(stale, pk=pat_id).update(last_used_at=at)


@dataclass
class BackgroundLastUse:
    """Keeps the newest note of each token until the thread has written it."""

    _notes: dict[UUID, datetime] = field(default_factory=dict)
    _written: dict[UUID, datetime] = field(default_factory=dict)
    _wake: threading.Condition = field(default_factory=threading.Condition)
    _writing: threading.Lock = field(default_factory=threading.Lock)
    _is_started: bool = False

    _REMEMBERED = 10_000

    def __post_init__(self) -> None:
        os.register_at_fork(after_in_child=self._start_afresh)

    def note(self, pat_id: UUID, *, at: datetime) -> None:
        """Leave a note, right to one second; the rest is the thread's."""
        second = at.replace(microsecond=0)
        with self._wake:
            if any(known >= second for known in self._known(pat_id)):
                return
            self._notes[pat_id] = second
            self._ensure_thread()
            self._wake.notify()

    def flush(self) -> None:
        """Write every note now, in the calling thread, after those that another is writing."""
        with self._writing:
            with self._wake:
                notes, self._notes = self._notes, {}
            for pat_id, at in notes.items():
                self._write(pat_id, at)

    def _known(self, pat_id: UUID) -> list[datetime]:
        found = (self._notes.get(pat_id), self._written.get(pat_id))
        return [at for at in found if at is not None]

    def _write(self, pat_id: UUID, at: datetime) -> None:
        try:
            write_last_use(pat_id, at=at)
        except Exception:
            logger.warning("last use of a token could not be written", exc_info=True)
            connections.close_all()
            return
        with self._wake:
            if len(self._written) >= self._REMEMBERED:
                self._written.clear()
            self._written[pat_id] = at

    def _ensure_thread(self) -> None:
        if self._is_started:
            return
        self._is_started = True
        threading.Thread(target=self._run, name="last-use", daemon=True).start()
        atexit.register(self.flush)

    def _start_afresh(self) -> None:
        """A fork has no thread of its parent, and may have its locks as they were held."""
        self._wake, self._writing = threading.Condition(), threading.Lock()
        self._notes, self._is_started = {}, False

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._notes:
                    self._wake.wait()
            close_old_connections()
            self.flush()
