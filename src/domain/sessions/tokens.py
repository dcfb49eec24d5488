"""A session's pair of tokens: started, and turned over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.tokens.issuing import access_payload, refresh_payload
from domain.tokens.ports import Profiles, SessionRecords, TokenCodec
from domain.tokens.record import SessionRecord


@dataclass(frozen=True)
class TokenPair:
    """An access token with its expiry, and the refresh token that gets the next pair."""

    access_token: str
    refresh_token: str
    expires_in: int
    expires_at: datetime


@dataclass(frozen=True)
class SessionTokens:
    """Stores sessions and signs their tokens."""

    records: SessionRecords
    profiles: Profiles
    codec: TokenCodec
    new_id: Callable[[], UUID]
    access_lifetime: timedelta
    refresh_lifetime: timedelta

    def start(self, user_id: int, company_id: int | None, *, now: datetime) -> TokenPair:
        """Start a session."""
        session = SessionRecord(
            id=self.new_id(),
            user_id=user_id,
            company_id=company_id,
            refresh_jti=str(self.new_id()),
            created_at=now,
            expires_at=now.replace(microsecond=0) + self.refresh_lifetime,
        )
        self.records.add(session)
        return self._pair(session, now=now)

    def turn_over(
        self, session: SessionRecord, *, spent_jti: str, now: datetime
    ) -> TokenPair | None:
        """Spend a refresh token for a new pair; None when it was spent before."""
        renewed = replace(
            session,
            refresh_jti=str(self.new_id()),
            expires_at=now.replace(microsecond=0) + self.refresh_lifetime,
        )
        pair = self._pair(renewed, now=now)  # all that may fail, before the old token is spent
        won = self.records.rotate(
            session.id,
            spent_jti=spent_jti,
            new_jti=renewed.refresh_jti,
            expires_at=renewed.expires_at,
        )
        return pair if won else None

    def _pair(self, session: SessionRecord, *, now: datetime) -> TokenPair:
        expires_at = now.replace(microsecond=0) + self.access_lifetime
        profile = self.profiles.profile(session.user_id, session.company_id)
        access = access_payload(
            session, profile, jti=str(self.new_id()), expires_at=expires_at, now=now
        )
        return TokenPair(
            access_token=self.codec.sign(access),
            refresh_token=self.codec.sign(refresh_payload(session, now=now)),
            expires_in=int(self.access_lifetime.total_seconds()),
            expires_at=expires_at,
        )
