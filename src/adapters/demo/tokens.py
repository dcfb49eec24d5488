"""The demo's tokens: rows in every state, whose strings nobody has."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from adapters.demo.people import STAFF_EMAIL
from adapters.orm.models import Company, PersonalAccessToken, User


@dataclass(frozen=True)
class _Token:
    """Somebody's token. Created, expiring and revoked in days from now."""

    id: UUID
    owner: str
    company: str
    name: str
    created: int
    expires: int
    read_only: bool = True
    is_global: bool = False
    used_minutes_ago: int | None = None
    revoked: int | None = None


TOKEN_IDS = _ID = tuple(
    UUID(text)
    for text in (
        "bf86df33-dccf-4b87-bd05-53f651159779",
        "707c16a2-1200-4e9a-852a-5c2290fa57c1",
        "f82a3cfc-05d0-4947-aff0-4c037bb0d28d",
        "c24edd1c-4535-4527-8426-bf5da4afb1de",
        "eec24a08-16e8-4959-9572-ea9c3cd06164",
        "005e3a76-f302-44f6-b2fa-a9c1f2de248b",
    )
)
"""The same in every demo there ever was: by them ``accounts`` knows one. They never change."""
_ACME, _GLOBEX = ("owner@acme.example", "acme"), ("owner@globex.example", "globex")
_TOKENS = (
    _Token(_ID[0], STAFF_EMAIL, "acme", "prometheus, all companies", -20, 70, is_global=True),
    _Token(_ID[1], *_ACME, "prometheus", -30, 60, used_minutes_ago=1),
    _Token(_ID[2], *_ACME, "grafana", -86, 4, used_minutes_ago=240),
    _Token(_ID[3], *_ACME, "old laptop", -120, -30, read_only=False),
    _Token(_ID[4], *_ACME, "ci, leaked", -60, 30, read_only=False, revoked=-12),
    _Token(_ID[5], *_GLOBEX, "prometheus", -45, 45, used_minutes_ago=2),
)


def token_rows(
    users: dict[str, User], companies: dict[str, Company], *, rng: random.Random, now: datetime
) -> Iterator[PersonalAccessToken]:
    """The rows, not stored yet."""
    for token in _TOKENS:
        used, revoked = token.used_minutes_ago, token.revoked
        created = now + timedelta(days=token.created)
        yield PersonalAccessToken(
            id=token.id,
            jti=str(UUID(int=rng.getrandbits(128), version=4)),
            user=users[token.owner],
            company=companies[token.company],
            name=token.name,
            read_only=token.read_only,
            access_global_metrics=token.is_global,
            granted_by=users[STAFF_EMAIL] if token.is_global else None,
            granted_at=created if token.is_global else None,
            created_at=created,
            expires_at=now + timedelta(days=token.expires),
            last_used_at=None if used is None else now - timedelta(minutes=used),
            revoked_at=None if revoked is None else now + timedelta(days=revoked),
        )
