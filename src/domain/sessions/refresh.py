"""Use case: spend a refresh token for a new pair."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..callers.caller import Caller, SessionCredential
from ..callers.ports import CallerDirectory, SessionFacts
from ..events.event import SOMEWHERE, Actor, EventKind, Origin
from ..events.ports import EventLog
from ..gate import Gate
from ..network import network_of
from ..policy.permission import Permission
from ..tokens.record import RefreshState, SessionRecord, SpentToken
from ..tokens.rejection import Rejection, TokenRejectedError
from ..tokens.validation import session_end, user_end
from ..unit_of_work import Transaction
from .events import session_event
from .ports import ActivityLog, SessionRecords
from .refresh_tokens import RefreshTokens
from .tokens import SessionTokens, TokenPair

GRACE = timedelta(minutes=2)
"""So long a spent token is answered again: a lost answer, two tabs (RFC 9700 section 4.14.2)."""


@dataclass(frozen=True)
class Refresh:
    """One token of a session is live. Its parent is answered again for a while; no other is good.

    A token that was spent earlier ends the session: somebody has what only a thief would keep.
    """

    transaction: Transaction
    directory: CallerDirectory
    records: SessionRecords
    events: EventLog
    gate: Gate
    activity: ActivityLog
    refresh_tokens: RefreshTokens
    tokens: SessionTokens

    def __call__(self, token: str, *, now: datetime, origin: Origin = SOMEWHERE) -> TokenPair:
        """Return a new pair to whoever asks from ``origin``. One that fails spends nothing.

        Raises:
            TokenRejectedError: the refresh token is no good, or was spent before.
            RefusedError: its user may not act any more.
        """
        family = self.refresh_tokens.family(token)
        with self.transaction():
            outcome = self._outcome(family, token, now=now, origin=origin)
        if isinstance(outcome, Rejection):  # raised here, so that the session's end is kept
            raise TokenRejectedError(outcome)
        return outcome

    def _outcome(
        self, family: str, token: str, *, now: datetime, origin: Origin
    ) -> TokenPair | Rejection:
        session_id = self.records.lock_family(family)
        facts = None if session_id is None else self.directory.session_facts(session_id)
        if facts is None or facts.record.refresh is None:
            return Rejection.SESSION_UNKNOWN
        ended = session_end(facts.record, now=now)
        if ended:
            return ended
        digest, state = self.refresh_tokens.digest(token), facts.record.refresh
        again = _answered_again(state, digest, now=now)
        if digest != state.live and again is None:
            return self._reused(facts, now=now, origin=origin)
        ended = user_end(facts.standing.user, facts.record.generation)
        if ended:
            return ended
        self._check(facts, now=now, origin=origin)
        session, pair = self._rotated(facts.record, token, again, now=now)
        self._store(session, now=now, origin=origin)
        return pair

    def _check(self, facts: SessionFacts, *, now: datetime, origin: Origin) -> None:
        caller = Caller.of(
            facts.standing,
            SessionCredential(facts.record.id),
            token_expires_at=facts.record.expires_at,
            origin=origin,
        )
        self.gate.check(caller, Permission.READ_SELF, now=now)

    def _rotated(
        self, session: SessionRecord, token: str, again: SpentToken | None, *, now: datetime
    ) -> tuple[SessionRecord, TokenPair]:
        if again is None:
            return self.tokens.rotate(session, token, now=now)
        ends_at = again.answer_ends_at
        return session, self.tokens.give_again(session, token, ends_at=ends_at, now=now)

    def _store(self, session: SessionRecord, *, now: datetime, origin: Origin) -> None:
        network = network_of(origin.address) or session.network
        self.records.renew(replace(session, network=network, last_used_at=now))
        self.activity.seen(user_id=session.user_id, company_id=session.company_id, at=now)

    def _reused(self, facts: SessionFacts, *, now: datetime, origin: Origin) -> Rejection:
        session, user = facts.record, facts.standing.user
        reused = session_event(
            EventKind.REFRESH_REUSED,
            by=Actor(user.id, user.email, origin, session_id=session.id),
            user_id=session.user_id,
            session_id=session.id,
            company_id=session.company_id,
            now=now,
        )
        self.records.revoke((session.id,), now=now)
        self.events.write((reused,))
        return Rejection.REFRESH_REUSED


def _answered_again(state: RefreshState, digest: str, *, now: datetime) -> SpentToken | None:
    """The live token's parent, if this is it and it was first spent a moment ago."""
    spent = state.spent
    if spent is None or digest != spent.digest or now - spent.at > GRACE:
        return None
    return spent
