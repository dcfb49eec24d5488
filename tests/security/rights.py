"""The policy once more, as a model: who comes with what, and what comes of each request."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from adapters.orm.models import Company, PersonalAccessToken, User
from tests.factories import (
    CompanyFactory,
    MembershipFactory,
    PersonalAccessTokenFactory,
    SessionFactory,
    StaffFactory,
    UserFactory,
)
from tests.service import NOON
from tests.tokens import bearer, pat_token, session_token

PATS = "/api/v1/personal-access-tokens"
ROLES = ("owner", "member", "stranger")
PAT_KINDS = ("pat", "pat_read_only", "pat_global", "pat_global_read_only", "pat_lapsed")
CREDENTIALS = ("session", *PAT_KINDS)


@dataclass(frozen=True)
class Facts:
    """What is true of a caller."""

    credential: str = "session"
    is_staff: bool = False
    role: str = "owner"
    is_enabled: bool = True
    is_active: bool = True
    company_exists: bool = True
    names_company: bool = True

    @property
    def is_member(self) -> bool:
        return self.role != "stranger" and self.is_enabled and self.company_exists

    @property
    def is_owner(self) -> bool:
        return self.is_member and self.role == "owner"

    @property
    def read_only(self) -> bool:
        return self.credential.endswith("read_only")

    @property
    def has_platform(self) -> bool:
        """Whether this very credential reaches every company."""
        if self.credential == "session":
            return self.is_staff
        return self.credential.startswith("pat_global")


def every_fact() -> Iterator[Facts]:
    """The whole space, but for what cannot be told apart.

    A stranger has no membership to disable, and with a company its memberships go too.
    """
    for values in itertools.product(
        CREDENTIALS, (True, False), ROLES, (True, False), (True, False), (True, False)
    ):
        facts = Facts(*values)
        is_plain = facts.is_enabled and (facts.role == "owner" or facts.company_exists)
        if is_plain or (facts.role != "stranger" and facts.company_exists):
            yield facts
    for is_active, is_staff in itertools.product((True, False), repeat=2):
        facts = Facts(role="stranger", is_staff=is_staff, is_active=is_active)
        yield replace(facts, names_company=False)


@dataclass(frozen=True)
class Action:
    """A request, and what it asks of its caller."""

    name: str
    method: str
    path: str
    body: Any = None
    success: int = 200
    needs_company: bool = True
    unsafe: bool = False


ACTIONS = (
    Action("scrape", "GET", "/api/v1/metrics"),
    Action("scrape all", "GET", "/api/v1/metrics/all", needs_company=False),
    Action("who am I", "GET", "/api/v1/user", needs_company=False),
    Action("list", "GET", PATS),
    Action("read", "GET", f"{PATS}/{{pat}}"),
    Action("create", "POST", PATS, {}, 201, unsafe=True),
    Action("grant", "POST", PATS, {"access_global_metrics": True}, 201, unsafe=True),
    Action("re-issue", "POST", f"{PATS}/{{pat}}/reissue", {}, unsafe=True),
    Action(
        "re-issue with a grant",
        "POST",
        f"{PATS}/{{pat}}/reissue",
        {"access_global_metrics": True},
        unsafe=True,
    ),
    Action("revoke", "POST", f"{PATS}/{{pat}}/revoke", unsafe=True),
    Action("sign out", "POST", "/api/v1/logout", needs_company=False, unsafe=True),
)


def expected(facts: Facts, action: Action) -> int:
    """The status, in the order of judgement: 401, 400, 404, 403."""
    if not facts.is_active:
        return 401
    if action.needs_company and not facts.names_company:
        return 400
    if action.needs_company and not facts.company_exists:
        return 404
    return action.success if _may(facts, action) else 403


def _may(facts: Facts, action: Action) -> bool:
    stands = facts.is_staff or facts.is_member
    if action.name == "sign out":
        return facts.credential == "session"
    if not stands or (action.unsafe and facts.read_only):
        return False
    match action.name:
        case "scrape":
            return facts.is_staff or facts.is_owner
        case "scrape all":
            return facts.has_platform
        case "grant" | "re-issue with a grant":
            return facts.is_staff and facts.has_platform
    return True


@dataclass(frozen=True)
class Caller:
    """A caller of whom the facts are true, with a spare PAT to do things to."""

    arguments: dict[str, dict[str, str]]
    pat: PersonalAccessToken


def caller(facts: Facts) -> Caller:
    """Make the rows, and what the caller holds of them."""
    company = CompanyFactory()
    user = (StaffFactory if facts.is_staff else UserFactory)(is_active=facts.is_active)
    if facts.role != "stranger":
        MembershipFactory(user=user, company=company, role=facts.role, is_enabled=facts.is_enabled)
    spare = PersonalAccessTokenFactory(user=user, company=company)
    arguments = bearer(_token(facts, user, company))
    if not facts.company_exists:
        company.delete()
    return Caller(arguments, spare)


def _token(facts: Facts, user: User, company: Company) -> str:
    if facts.credential == "session":
        return session_token(
            SessionFactory(user=user, company=company if facts.names_company else None)
        )
    grant = {}
    if facts.credential.startswith(("pat_global", "pat_lapsed")):
        grantor = StaffFactory(is_active=facts.credential != "pat_lapsed")
        grant = {"access_global_metrics": True, "granted_by": grantor, "granted_at": NOON}
    row = PersonalAccessTokenFactory(user=user, company=company, read_only=facts.read_only, **grant)
    return pat_token(row)
