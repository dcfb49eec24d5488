"""Use case: sign in with a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.callers.caller import Membership, User
from domain.refusal import CompanyChoice, RefusalReason, RefusedError
from domain.sessions.ports import (
    ActivityLog,
    CompanyMembership,
    Memberships,
    PasswordCheck,
    SignInLimiter,
)
from domain.sessions.tokens import SessionTokens, TokenPair


@dataclass(frozen=True)
class Credentials:
    """What a person sends to sign in. ``address`` is where from."""

    email: str
    password: str
    company_id: int | None
    address: str


@dataclass(frozen=True)
class SignIn:
    """Check the credentials, choose the company, start a session."""

    passwords: PasswordCheck
    memberships: Memberships
    limiter: SignInLimiter
    activity: ActivityLog
    tokens: SessionTokens

    def __call__(self, credentials: Credentials, *, now: datetime) -> TokenPair:
        """Start a session and return its tokens.

        Raises:
            RefusedError: too many attempts, wrong credentials, or no such company for this user.
        """
        user = self._checked_user(credentials, now=now)
        company_id = self._company(user, credentials.company_id)
        pair = self.tokens.start(user.id, company_id, now=now)
        self.activity.signed_in(user_id=user.id, company_id=company_id, at=now)
        return pair

    def _checked_user(self, credentials: Credentials, *, now: datetime) -> User:
        key = {"email": credentials.email, "address": credentials.address}
        wait = self.limiter.attempt(**key, now=now)
        if wait is not None:
            raise RefusedError(RefusalReason.RATE_LIMITED, retry_after=wait)
        user = self.passwords.check(credentials.email, credentials.password)
        if user is None:
            raise RefusedError(RefusalReason.INVALID_CREDENTIALS)
        self.limiter.succeeded(**key, now=now)
        return user

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
