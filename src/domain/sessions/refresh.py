"""Use case: spend a refresh token for a new pair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.callers.caller import SessionCredential
from domain.callers.ports import CallerDirectory, SessionFacts
from domain.events.event import SOMEWHERE, Actor, Event, EventKind, Origin
from domain.gate import Gate
from domain.policy.permission import Permission
from domain.sessions.ports import ActivityLog
from domain.sessions.tokens import SessionTokens, TokenPair
from domain.tokens.claims import RefreshClaims, parse_refresh_claims
from domain.tokens.ports import SessionRecords, TokenCodec
from domain.tokens.rejection import Rejection, TokenRejectedError
from domain.tokens.validation import validate_session


@dataclass(frozen=True)
class Refresh:
    """A refresh token is good once; the second use ends the session (RFC 9700 section 4.14)."""

    codec: TokenCodec
    directory: CallerDirectory
    records: SessionRecords
    gate: Gate
    activity: ActivityLog
    tokens: SessionTokens

    def __call__(self, token: str, *, now: datetime, origin: Origin = SOMEWHERE) -> TokenPair:
        """Return a new pair to whoever asks from ``origin``.

        Raises:
            TokenRejectedError: the refresh token is no good, or was spent before.
            RefusedError: its user may not act any more.
        """
        claims = parse_refresh_claims(self.codec.verify(token), now=now)
        facts = self._facts(claims, now=now)
        if claims.jti != facts.record.refresh_jti:
            raise self._reused(facts, now=now, origin=origin)
        caller = facts.standing.caller(
            SessionCredential(facts.record.id),
            company_id=claims.company_id,
            token_expires_at=claims.expires_at,
        )
        self.gate.check(caller, Permission.READ_SELF, now=now)
        pair = self.tokens.turn_over(facts.record, spent_jti=claims.jti, now=now)
        if pair is None:  # somebody was faster
            raise self._reused(facts, now=now, origin=origin)
        self.activity.seen(user_id=claims.user_id, company_id=claims.company_id, at=now)
        return pair

    def _reused(self, facts: SessionFacts, *, now: datetime, origin: Origin) -> TokenRejectedError:
        session, user = facts.record, facts.standing.user
        reused = Event(
            kind=EventKind.REFRESH_REUSED,
            at=now,
            by=Actor(user.id, user.email, origin),
            user_id=session.user_id,
            company_id=session.company_id,
            session_id=session.id,
        )
        self.records.revoke(session.id, now=now, events=(reused,))
        return TokenRejectedError(Rejection.REFRESH_REUSED)

    def _facts(self, claims: RefreshClaims, *, now: datetime) -> SessionFacts:
        facts = self.directory.session_facts(claims.session_id)
        rejection = validate_session(claims, facts.record if facts else None, now=now)
        if rejection or facts is None:
            raise TokenRejectedError(rejection or Rejection.SESSION_UNKNOWN)
        return facts
