"""Use case: sign in with a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..callers.caller import Membership, User
from ..events.event import SOMEWHERE, Actor, EventKind, Origin
from ..events.notice import Notice, NoticeKind
from ..events.ports import EventLog, SecurityLog
from ..limits import PasswordLimits
from ..network import network_of
from ..refusal import CompanyChoice, RefusalReason, RefusedError
from ..tokens.record import SessionRecord
from ..unit_of_work import Transaction
from .events import ended_events, session_event
from .ports import (
    ActivityLog,
    CompanyMembership,
    Memberships,
    PasswordHolder,
    Passwords,
    SessionRecords,
)
from .tokens import SessionTokens, TokenPair

MOST_SESSIONS = 50
"""How many live sessions a user may have. One more, and the oldest ends."""


@dataclass(frozen=True)
class Credentials:
    """What a person sends to sign in."""

    email: str
    password: str
    company_id: int | None
    origin: Origin = SOMEWHERE


@dataclass(frozen=True)
class StartedSession:
    """A new session: its id, for a browser that keeps no token, and its first pair."""

    record: SessionRecord
    tokens: TokenPair


@dataclass(frozen=True)
class SignIn:
    """Check the credentials, choose the company, start a session.

    Attempts are counted, and the password is checked, before the transaction: a count has to
    outlive the failure it counts, and a password takes long.
    """

    transaction: Transaction
    passwords: Passwords
    memberships: Memberships
    limits: PasswordLimits
    activity: ActivityLog
    records: SessionRecords
    events: EventLog
    security: SecurityLog
    tokens: SessionTokens

    def __call__(self, credentials: Credentials, *, now: datetime) -> StartedSession:
        """Start a session.

        Raises:
            RefusedError: too many attempts, wrong credentials, or no such company for this user.
        """
        holder = self._holder(credentials, now=now)
        with self.transaction():
            user = self.passwords.still(holder)
            if user is None:  # the password was changed, or all was ended, a moment ago
                raise RefusedError(RefusalReason.INVALID_CREDENTIALS)
            company_id = self._company(user, credentials.company_id)
            return self._start(user, company_id, credentials.origin, now=now)

    def _holder(self, credentials: Credentials, *, now: datetime) -> PasswordHolder:
        who = credentials.email, credentials.origin.address
        wait = self.limits.sign_in(*who, now=now)
        if wait is not None:
            self._note(NoticeKind.SIGN_IN_LIMITED, credentials)
            raise RefusedError(RefusalReason.RATE_LIMITED, retry_after=wait)
        holder = self.passwords.check(credentials.email, credentials.password)
        if holder is None:
            self._note(NoticeKind.SIGN_IN_FAILED, credentials)
            raise RefusedError(RefusalReason.INVALID_CREDENTIALS)
        self.limits.was_right(*who, now=now)
        return holder

    def _note(self, kind: NoticeKind, credentials: Credentials) -> None:
        nobody = Actor(None, "", credentials.origin)
        self.security.note(Notice(kind, by=nobody, account=credentials.email))

    def _start(
        self, user: User, company_id: int | None, origin: Origin, *, now: datetime
    ) -> StartedSession:
        network = network_of(origin.address)
        session, pair = self.tokens.start(user, company_id, network=network, now=now)
        by = Actor(user.id, user.email, origin, session_id=session.id)
        ended = self._make_room(user, now=now)
        self.records.add(session)
        self.limits.signed_in(user.email, origin.address, now=now)
        self.activity.signed_in(user_id=user.id, company_id=company_id, at=now)
        started = session_event(
            EventKind.SESSION_STARTED,
            by=by,
            user_id=user.id,
            session_id=session.id,
            company_id=company_id,
            now=now,
        )
        self.events.write((*ended_events(ended, by=by, user_id=user.id, now=now), started))
        return StartedSession(session, pair)

    def _make_room(self, user: User, *, now: datetime) -> list[UUID]:
        live = self.records.live_of(user.id, now=now)
        oldest = [session.id for session in live[MOST_SESSIONS - 1 :]]
        return self.records.revoke(oldest, now=now) if oldest else []

    def _company(self, user: User, wanted: int | None) -> int | None:
        if wanted is not None:
            return self._named(user, wanted)
        if user.is_staff:
            return None
        return _only([m.company for m in self._of(user) if m.membership.is_enabled])

    def _of(self, user: User) -> list[CompanyMembership]:
        return self.memberships.of(user.id)

    def _named(self, user: User, wanted: int) -> int:
        if user.is_staff:
            if self.memberships.company(wanted) is None:
                raise RefusedError(RefusalReason.COMPANY_NOT_FOUND)
            return wanted
        membership = _membership(self._of(user), wanted)
        if membership is None:
            raise RefusedError(RefusalReason.MEMBERSHIP_REQUIRED)
        if not membership.is_enabled:
            raise RefusedError(RefusalReason.MEMBERSHIP_DISABLED)
        return wanted


def _membership(memberships: list[CompanyMembership], company_id: int) -> Membership | None:
    found = (m.membership for m in memberships if m.company.id == company_id)
    return next(found, None)


def _only(companies: list[CompanyChoice]) -> int:
    if not companies:
        raise RefusedError(RefusalReason.NO_COMPANY)
    if len(companies) > 1:
        raise RefusedError(RefusalReason.COMPANY_REQUIRED, choices=tuple(companies))
    return companies[0].id
