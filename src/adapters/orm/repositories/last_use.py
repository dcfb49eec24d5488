"""A token's last use, written behind the request's back.

A request only leaves a note; one thread of each process writes the notes, newest for each token,
by one conditional UPDATE that touches one column. So a use never waits for a lock, never fails
with the database, never blocks another, and never brings a revoked token back.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.models import Q

from adapters.orm.models import PersonalAccessToken
from adapters.orm.repositories.behind import WrittenBehind

logger = logging.getLogger(__name__)


def write_last_use(pat_id: UUID, *, at: datetime) -> None:
    """Write one note, unless a later one is there already."""
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at)
    PersonalAccessToken.objects.filter(stale, pk=pat_id).update(last_used_at=at)


@dataclass
class BackgroundLastUse(WrittenBehind):
    """Keeps the newest note of each token until the thread has written it."""

    _notes: dict[UUID, datetime] = field(default_factory=dict)
    _written: dict[UUID, datetime] = field(default_factory=dict)

    _REMEMBERED = 10_000

    def note(self, pat_id: UUID, *, at: datetime) -> None:
        """Leave a note, right to one second; the rest is the thread's."""
        second = at.replace(microsecond=0)
        with self._wake:
            if any(known >= second for known in self._known(pat_id)):
                return
            self._notes[pat_id] = second
            self._tell_thread()

    def _known(self, pat_id: UUID) -> list[datetime]:
        found = (self._notes.get(pat_id), self._written.get(pat_id))
        return [at for at in found if at is not None]

    def _is_waiting(self) -> bool:
        return bool(self._notes)

    def _forget(self) -> None:
        self._notes = {}

    def _write_all(self) -> None:
        with self._wake:
            notes, self._notes = self._notes, {}
        for pat_id, at in notes.items():
            self._write(pat_id, at)

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
