"""People with their tokens: each function returns arguments for Django's ``Client``."""

from __future__ import annotations

from typing import Any

from adapters.orm.models import Company, User
from tests.factories import (
    MembershipFactory,
    OwnershipFactory,
    PersonalAccessTokenFactory,
    SessionFactory,
    StaffFactory,
    UserFactory,
)
from tests.service import NOON
from tests.tokens import bearer, pat_token, session_token

Arguments = dict[str, dict[str, str]]


def session_of(user: User, company: Company | None) -> Arguments:
    """A session of the user, in the company."""
    return bearer(session_token(SessionFactory(user=user, company=company)))


def pat_of(user: User, company: Company, **columns: Any) -> Arguments:
    """A personal access token of the user, in the company."""
    return bearer(pat_token(PersonalAccessTokenFactory(user=user, company=company, **columns)))


def global_pat_of(user: User, company: Company, *, by: User, **columns: Any) -> Arguments:
    """A token with the global flag, granted by ``by``."""
    granted = {"access_global_metrics": True, "granted_by": by, "granted_at": NOON}
    return pat_of(user, company, **granted, **columns)


def owner_of(company: Company, **columns: Any) -> User:
    return OwnershipFactory(company=company, **columns).user


def member_of(company: Company, **columns: Any) -> User:
    return MembershipFactory(company=company, **columns).user


def staff(company: Company) -> Arguments:
    """A session of staff who are no members of the company."""
    return session_of(StaffFactory(), company)


def owner(company: Company) -> Arguments:
    return session_of(owner_of(company), company)


def member(company: Company) -> Arguments:
    return session_of(member_of(company), company)


def stranger(company: Company) -> Arguments:
    return session_of(UserFactory(), company)


def with_headers(arguments: Arguments, **headers: str) -> Arguments:
    """The same, with more headers; ``_`` stands for ``-``."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"headers": {**arguments["headers"], **more}}
