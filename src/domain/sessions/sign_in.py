"""Use case: sign in with a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..callers.caller import Company, Standing, User
from ..events.event import SOMEWHERE, Actor, EventKind, Origin
from ..events.notice import Notice, NoticeKind
from ..events.ports import EventLog, SecurityLog
from ..limits import PasswordLimits
from ..network import network_of
from ..policy.decision import Refused
from ..policy.permission import Permission
from ..policy.rules import decide
from ..refusal import RefusalReason, RefusedError
from ..tokens.record import SessionRecord
from ..unit_of_work import Transaction
from .events import ended_events, session_event
from .ports import (
    ActivityLog,
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

    def __call__(self, credentials: Credentials, *, now: datetime) -> TokenPair:
        """Start a session; its first pair of tokens.

        Raises:
            RefusedError: too many attempts, wrong credentials, or no such company for this user.
        """
        holder = self._holder(credentials, now=now)
        with self.transaction():
            session, token = self._start(holder, credentials, now=now)
            return self.tokens.first_pair(session, token, now=now)

    def browser(self, credentials: Credentials, *, now: datetime) -> SessionRecord:
        """Start a session for a browser, which keeps its id and no token.

        Raises:
            RefusedError: as above.
        """
        holder = self._holder(credentials, now=now)
        with self.transaction():
            return self._start(holder, credentials, now=now)[0]

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
        self, holder: PasswordHolder, credentials: Credentials, *, now: datetime
    ) -> tuple[SessionRecord, str]:
        """The session, and its first refresh token."""
        user, origin = self.passwords.still(holder), credentials.origin
        if user is None:  # the password was changed, or all was ended, a moment ago
            raise RefusedError(RefusalReason.INVALID_CREDENTIALS)
        company_id = self._company(user, credentials.company_id)
        session, token = self.tokens.start(
            user, company_id, network=network_of(origin.address), now=now
        )
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
        return session, token

    def _make_room(self, user: User, *, now: datetime) -> list[UUID]:
        live = self.records.live_of(user.id, now=now)
        oldest = [session.id for session in live[MOST_SESSIONS - 1 :]]
        return self.records.revoke(oldest, now=now)

    def _company(self, user: User, wanted: int | None) -> int | None:
        """The company that was named; else none, where the policy lets them act in none."""
        if wanted is not None:
            return self._named(user, wanted)
        if _refusal(Standing(user)) is None:
            return None
        mine = self.memberships.of(user)
        return _only([place.company for place in mine if place.company and not _refusal(place)])

    def _named(self, user: User, wanted: int) -> int:
        mine = (place for place in self.memberships.of(user) if place.company_id == wanted)
        place = next(mine, None) or Standing(user, wanted, self.memberships.company(wanted))
        missing = RefusalReason.COMPANY_NOT_FOUND if place.company is None else None
        refusal = _refusal(place) or missing
        if refusal:
            raise RefusedError(refusal)
        return wanted


def _refusal(standing: Standing) -> RefusalReason | None:
    """Why a session with this standing could do nothing."""
    decision = decide(standing, Permission.READ_SELF)
    return decision.reason if isinstance(decision, Refused) else None


def _only(companies: list[Company]) -> int:
    if not companies:
        raise RefusedError(RefusalReason.NO_COMPANY)
    if len(companies) > 1:
        raise RefusedError(RefusalReason.COMPANY_REQUIRED, choices=tuple(companies))
    return companies[0].id
