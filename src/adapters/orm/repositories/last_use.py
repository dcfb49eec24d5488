"""A credential's last use, written behind the request's back.

A request only leaves a note; one thread of each process writes the notes, newest for each row,
by one conditional UPDATE that touches one column. So a use never waits for a lock, never fails
with the database, never blocks another, and never brings a revoked token back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from adapters.orm.background import attempt
from adapters.orm.models import PersonalAccessToken, Session
from adapters.orm.repositories.behind import WrittenBehind

Key = tuple[type[Any], UUID]
"""A model and the id of one of its rows."""


def write_last_use(key: Key, *, at: datetime) -> None:
    """Write one note, unless a later one is there already."""
    model, row_id = key
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at)
    model.objects.filter(stale, pk=row_id).update(last_used_at=at)


class NotesLastUse:
    """Both kinds of use as notes of one kind, as fine as each is kept."""

    def note(self, pat_id: UUID, *, at: datetime) -> None:
        """Note the use of a PAT, right to one second."""
        self.leave((PersonalAccessToken, pat_id), at=at.replace(microsecond=0))

    def note_session(self, session_id: UUID, *, at: datetime) -> None:
        """Note the use of a session, right to one minute."""
        self.leave((Session, session_id), at=at.replace(second=0, microsecond=0))

    def leave(self, key: Key, *, at: datetime) -> None:
        """Leave the note of a use."""
        raise NotImplementedError


@dataclass
class BackgroundLastUse(NotesLastUse, WrittenBehind):
    """Keeps the newest note of each row until the thread has written it."""

    _notes: dict[Key, datetime] = field(default_factory=dict)
    _written: dict[Key, datetime] = field(default_factory=dict)

    _REMEMBERED = 10_000

    def leave(self, key: Key, *, at: datetime) -> None:
        """Leave a note; the rest is the thread's."""
        with self._noting:
            if any(known >= at for known in self._known(key)):
                return
            self._notes[key] = at
        self._background.tell()

    def _known(self, key: Key) -> list[datetime]:
        found = (self._notes.get(key), self._written.get(key))
        return [at for at in found if at is not None]

    def _forget(self) -> None:
        self._notes = {}

    def _write_all(self) -> None:
        with self._noting:
            notes, self._notes = self._notes, {}
        for key, at in notes.items():
            self._write(key, at)

    def _write(self, key: Key, at: datetime) -> None:
        failed = "the last use of a credential could not be written"
        if attempt(lambda: write_last_use(key, at=at), or_tell=failed):
            self._remember(key, at)

    def _remember(self, key: Key, at: datetime) -> None:
        with self._noting:
            if len(self._written) >= self._REMEMBERED:
                self._written.clear()
            self._written[key] = at
