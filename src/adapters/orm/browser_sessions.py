"""Django's sessions in the database, whose rows open nothing: each holds a digest of its cookie.

Whoever reads the table, or a backup of it, has no cookie. A row of before, which holds the cookie's
value itself, is found no more.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone


class SessionStore(db.SessionStore):
    """Django's; where it names a row by its key, this one names it by the key's digest."""

    def exists(self, session_key: str) -> bool:
        """Whether there is such a row."""
        return super().exists(digest(session_key))

    async def aexists(self, session_key: str) -> bool:
        """Whether there is such a row."""
        return await super().aexists(digest(session_key))

    def delete(self, session_key: str | None = None) -> None:
        """Delete the row with this key; without one, this session's own."""
        key = session_key or self.session_key
        if key is not None:
            super().delete(digest(key))

    async def adelete(self, session_key: str | None = None) -> None:
        """Delete the row with this key; without one, this session's own."""
        key = session_key or self.session_key
        if key is not None:
            await super().adelete(digest(key))

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row to be saved."""
        return _named_by_digest(super().create_model_instance(data))

    async def acreate_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row to be saved."""
        return _named_by_digest(await super().acreate_model_instance(data))

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        return self._found(self._live_rows().first())

    async def _aget_session_from_db(self) -> AbstractBaseSession | None:
        return self._found(await self._live_rows().afirst())

    def _live_rows(self) -> Any:
        key = digest(self.session_key or "")
        return self.model.objects.filter(session_key=key, expire_date__gt=timezone.now())

    def _found(self, row: AbstractBaseSession | None) -> AbstractBaseSession | None:
        if row is None:  # as Django does: whatever a stranger sends never becomes a session's key
            self._session_key = None
        return row


def digest(session_key: str) -> str:
    """What a row keeps of a cookie's value: as much of its SHA-256 as the column holds (160 bits).

    A key is 32 random characters, so nobody finds it from its digest by trying.
    """
    return sha256(session_key.encode()).hexdigest()[:40]


def _named_by_digest(row: AbstractBaseSession) -> AbstractBaseSession:
    row.session_key = digest(row.session_key)
    return row
