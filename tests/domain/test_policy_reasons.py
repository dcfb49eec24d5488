"""Why not: each refusal's reason, and which of several comes first."""

from __future__ import annotations

import pytest

from domain.callers.caller import Membership
from domain.policy import Permission, Refused, decide
from domain.refusal import RefusalReason as Why
from tests.domain.make import MEMBER, OWNER, caller, pat

COMPANY, PLATFORM = Permission.SCRAPE_COMPANY, Permission.SCRAPE_PLATFORM
GRANT, WRITE = Permission.GRANT_GLOBAL_METRICS, Permission.WRITE_TOKENS
DISABLED = Membership(is_enabled=False, is_owner=True)


@pytest.mark.parametrize(
    ("who", "permission", "reason"),
    [
        (caller(staff=True, company_id=None), COMPANY, Why.COMPANY_MISSING),
        (caller(staff=True, company_exists=False), COMPANY, Why.COMPANY_NOT_FOUND),
        (caller(staff=True, active=False), COMPANY, Why.USER_INACTIVE),
        (caller(membership=None), COMPANY, Why.MEMBERSHIP_REQUIRED),
        (caller(membership=DISABLED), COMPANY, Why.MEMBERSHIP_DISABLED),
        (caller(membership=MEMBER), COMPANY, Why.OWNER_REQUIRED),
        (caller(membership=OWNER), PLATFORM, Why.STAFF_REQUIRED),
        (caller(staff=True, credential=pat()), PLATFORM, Why.GLOBAL_FLAG_REQUIRED),
        (
            caller(staff=True, credential=pat(flag=True, live=False)),
            PLATFORM,
            Why.GLOBAL_GRANT_LAPSED,
        ),
        (caller(staff=True, credential=pat(live=True)), PLATFORM, Why.GLOBAL_FLAG_REQUIRED),
        (caller(membership=OWNER), GRANT, Why.GLOBAL_GRANT_NOT_ALLOWED),
        (
            caller(membership=OWNER, credential=pat(flag=True)),
            GRANT,
            Why.GLOBAL_GRANT_NOT_ALLOWED,
        ),
        (caller(staff=True, credential=pat()), GRANT, Why.TOKEN_TOO_WEAK),
        (caller(staff=True, credential=pat(flag=True, live=False)), GRANT, Why.TOKEN_TOO_WEAK),
        (
            caller(staff=True, credential=pat(flag=True, read_only=True)),
            GRANT,
            Why.READ_ONLY_TOKEN,
        ),
        (caller(membership=OWNER, credential=pat(read_only=True)), WRITE, Why.READ_ONLY_TOKEN),
        (
            caller(membership=OWNER, credential=pat(read_only=True)),
            Permission.SIGN_OUT,
            Why.READ_ONLY_TOKEN,
        ),
        (
            caller(membership=OWNER, credential=pat()),
            Permission.SIGN_OUT,
            Why.SESSION_REQUIRED,
        ),
        (caller(membership=OWNER), Permission.ADMINISTER, Why.STAFF_REQUIRED),
        (caller(staff=True, credential=pat()), Permission.ADMINISTER, Why.SESSION_REQUIRED),
    ],
)
def test_reason(who, permission, reason):
    assert decide(who, permission) == Refused(reason)


@pytest.mark.parametrize(
    "permission", [COMPANY, WRITE, GRANT, Permission.READ_TOKENS], ids=lambda p: p.value
)
def test_400_comes_before_404_and_404_before_403(permission):
    """A caller with everything wrong at once is told of one thing at a time, in this order."""
    credential = pat(read_only=True)
    worst = caller(active=False, company_id=None)
    assert decide(worst, permission) == Refused(Why.COMPANY_MISSING)
    named = caller(active=False, company_exists=False, credential=credential)
    assert decide(named, permission) == Refused(Why.COMPANY_NOT_FOUND)
    there = caller(active=False, credential=credential)
    assert decide(there, permission) == Refused(Why.USER_INACTIVE)


def test_the_platform_needs_no_company():
    """A staff user who signed in without a company, or whose company is gone, still sees it all."""
    for who in (caller(staff=True, company_id=None), caller(staff=True, company_exists=False)):
        assert not isinstance(decide(who, PLATFORM), Refused)


def test_a_member_whose_company_is_gone_is_nobody_any_more():
    who = caller(company_exists=False, credential=pat(flag=True))
    assert decide(who, PLATFORM) == Refused(Why.MEMBERSHIP_REQUIRED)
