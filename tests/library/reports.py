"""Another program: it has reports of companies, and asks the library who may read one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import assert_never
from uuid import UUID

from shellui_policy import (
    Allowed,
    Caller,
    Company,
    CompanyScope,
    Membership,
    OwnScope,
    PatCredential,
    Permission,
    PlatformScope,
    RefusalReason,
    Refused,
    Scope,
    SessionCredential,
    User,
    __version__,
    decide,
)

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)
ACME = Company(id=7, slug="acme")


@dataclass(frozen=True)
class Answer:
    """What a reader gets: the names of reports, or a sentence."""

    reports: tuple[str, ...] = ()
    problem: str = ""


def read(caller: Caller, wanted: Permission) -> Answer:
    """The reports that the caller may read."""
    decision = decide(caller, wanted)
    match decision:
        case Allowed(scope=scope):
            return Answer(reports=_in(scope))
        case Refused(reason=reason):
            return Answer(problem=_said(reason))
        case _:
            assert_never(decision)


def _in(scope: Scope) -> tuple[str, ...]:
    match scope:
        case CompanyScope(company_id=company_id):
            return (f"company {company_id}",)
        case PlatformScope():
            return ("company 7", "company 8", "platform")
        case OwnScope():
            return ()
        case _:
            assert_never(scope)


def _said(reason: RefusalReason) -> str:
    return f"{reason.code}: {reason.sentence}"


def somebody(
    *, staff: bool = False, member: Membership | None = None, flag: bool | None = None
) -> Caller:
    """A session's caller; with ``flag`` a personal access token's, with or without the flag."""
    session, pat = UUID(int=1), UUID(int=2)
    return Caller(
        user=User(id=3, email="a@acme.example", name="A", is_active=True, is_staff=staff),
        company_id=ACME.id,
        company=ACME,
        membership=member,
        credential=SessionCredential(session)
        if flag is None
        else PatCredential(
            pat_id=pat,
            jti="a string of its own",
            read_only=True,
            access_global_metrics=flag,
            grant_is_live=flag,
            ends_at=NOW + timedelta(days=90),
        ),
        token_expires_at=NOW + timedelta(minutes=5),
    )


if __name__ == "__main__":
    owner = Membership(is_enabled=True, is_owner=True)
    company, platform = Permission.SCRAPE_COMPANY, Permission.SCRAPE_PLATFORM
    assert read(somebody(member=owner), company).reports == ("company 7",)
    assert read(somebody(), company).problem.startswith("membership_required: ")
    assert read(somebody(member=owner), platform).problem.startswith("staff_required: ")
    assert read(somebody(staff=True), platform).reports[-1] == "platform"
    assert read(somebody(staff=True, flag=False), platform).problem.startswith("global_flag")
    assert read(somebody(member=owner, flag=True), platform).reports[-1] == "platform"
    print(__version__)
