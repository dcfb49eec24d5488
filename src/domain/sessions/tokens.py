"""A session's pair of tokens: started, rotated, given again. Pure but for the signature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from ..callers.caller import User
from ..tokens.issuing import access_payload
from ..tokens.ports import Profiles, TokenCodec
from ..tokens.record import RefreshState, SessionRecord, SpentToken
from .refresh_tokens import RefreshTokens

LAST_DAY = timedelta(days=30)
"""So long after its sign-in a session ends, however often it is refreshed."""


@dataclass(frozen=True)
class TokenPair:
    """An access token with its expiry, and the refresh token that gets the next pair."""

    access_token: str
    refresh_token: str
    expires_in: int
    expires_at: datetime


@dataclass(frozen=True)
class SessionTokens:
    """Makes a session's tokens. It stores nothing: a use case stores what it returns."""

    profiles: Profiles
    codec: TokenCodec
    refresh_tokens: RefreshTokens
    new_id: Callable[[], UUID]
    access_lifetime: timedelta
    refresh_lifetime: timedelta

    def start(
        self, user: User, company_id: int | None, *, network: str, now: datetime
    ) -> tuple[SessionRecord, str]:
        """A new session's row, and its first refresh token."""
        token = self.refresh_tokens.new()
        family, digest = self.refresh_tokens.family(token), self.refresh_tokens.digest(token)
        session = SessionRecord(
            id=self.new_id(),
            user_id=user.id,
            company_id=company_id,
            created_at=now,
            expires_at=self._end(now, now=now),
            generation=user.generation,
            last_used_at=now,
            confirmed_at=now,
            network=network,
            refresh=RefreshState(family=family, live=digest),
        )
        return session, token

    def first_pair(self, session: SessionRecord, token: str, *, now: datetime) -> TokenPair:
        """The pair of a new session, whose refresh token is ``token``."""
        ends_at = self._access_end(session, now=now)
        return self._pair(session, token, ends_at=ends_at, now=now)

    def rotate(
        self, session: SessionRecord, token: str, *, now: datetime
    ) -> tuple[SessionRecord, TokenPair]:
        """The row as it is once the live token is spent, and the next pair."""
        successor = self.refresh_tokens.successor(token)
        renewed = replace(session, expires_at=self._end(session.created_at, now=now))
        ends_at = self._access_end(renewed, now=now)
        refresh = RefreshState(
            family=self.refresh_tokens.family(token),
            live=self.refresh_tokens.digest(successor),
            spent=SpentToken(self.refresh_tokens.digest(token), now, ends_at),
        )
        pair = self._pair(renewed, successor, ends_at=ends_at, now=now)
        return replace(renewed, refresh=refresh), pair

    def give_again(
        self, session: SessionRecord, token: str, *, ends_at: datetime, now: datetime
    ) -> TokenPair:
        """The answer to a spent token once more; its access token ends when the first one's does.

        Else two tabs would drift apart, until one of them holds a token spent long ago.
        """
        successor = self.refresh_tokens.successor(token)
        return self._pair(session, successor, ends_at=ends_at, now=now)

    def _end(self, started_at: datetime, *, now: datetime) -> datetime:
        last = started_at.replace(microsecond=0) + LAST_DAY
        return min(now.replace(microsecond=0) + self.refresh_lifetime, last)

    def _access_end(self, session: SessionRecord, *, now: datetime) -> datetime:
        return min(now.replace(microsecond=0) + self.access_lifetime, session.expires_at)

    def _pair(
        self, session: SessionRecord, refresh_token: str, *, ends_at: datetime, now: datetime
    ) -> TokenPair:
        profile = self.profiles.profile(session.user_id, session.company_id)
        access = access_payload(
            session, profile, jti=str(self.new_id()), expires_at=ends_at, now=now
        )
        return TokenPair(
            access_token=self.codec.sign(access),
            refresh_token=refresh_token,
            expires_in=max(0, int((ends_at - now.replace(microsecond=0)).total_seconds())),
            expires_at=ends_at,
        )
