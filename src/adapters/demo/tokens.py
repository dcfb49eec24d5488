"""The demo's tokens: rows in every state, whose strings nobody has."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from adapters.demo.people import STAFF_EMAIL
from adapters.orm.demo_accounts import TOKEN_IDS as _ID
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
