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
    _pid: int | None = None

    _REMEMBERED = 10_000

    def note(self, pat_id: UUID, *, at: datetime) -> None:
        """Leave a note, right to one second; the rest is the thread's."""
        second = at.replace(microsecond=0)
        with self._wake:
            if self._written.get(pat_id) == second:
                return
            self._notes[pat_id] = second
            self._ensure_thread()
            self._wake.notify()

    def flush(self) -> None:
        """Write every note now, in the calling thread.."""
        with self._wake:
            notes, self._notes = self._notes, {}
        for pat_id, at in notes.items():
            self._write(pat_id, at)

    def _write(self, pat_id: UUID, at: datetime) -> None:
        try:
            write_last_use(pat_id, at=at)
        except Exception:  # noqa: BLE001 - whatever it is, no request may suffer from it
            logger.warning("last use of a token could not be written", exc_info=True)
            connections.close_all()
            return
        with self._wake:
            if len(self._written) >= self._REMEMBERED:
                self._written.clear()
            self._written[pat_id] = at

    def _ensure_thread(self) -> None:
        if self._pid == os.getpid():  # a fork has no threads of its parent
            return
        self._pid = os.getpid()
        threading.Thread(target=self._run, name="last-use", daemon=True).start()
        atexit.register(self.flush)

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._notes:
                    self._wake.wait()
            close_old_connections()
            self.flush()
