"""The table of docs/policy.md, every cell of it a case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.callers.caller import Membership
from domain.policy import Allowed, CompanyScope, OwnScope, Permission, PlatformScope, decide
from tests.domain.make import MEMBER, OWNER, caller, pat

DISABLED_OWNER = Membership(is_enabled=False, is_owner=True)

COLUMNS = (
    Permission.SCRAPE_COMPANY,
    Permission.SCRAPE_PLATFORM,
    Permission.WRITE_TOKENS,
    Permission.GRANT_GLOBAL_METRICS,
)

# caller                                          company platform unsafe grant
TABLE = {
    "staff, session": (caller(staff=True), "yes yes yes yes"),
    "owner, session": (caller(membership=OWNER), "yes no yes no"),
    "member, session": (caller(membership=MEMBER), "no no yes no"),
    "PAT of staff": (caller(staff=True, credential=pat()), "yes no yes no"),
    "PAT of an owner": (caller(membership=OWNER, credential=pat()), "yes no yes no"),
    "PAT of a member": (caller(membership=MEMBER, credential=pat()), "no no yes no"),
    "read-only PAT of staff": (
        caller(staff=True, credential=pat(read_only=True)),
        "yes no no no",
    ),
    "read-only PAT of an owner": (
        caller(membership=OWNER, credential=pat(read_only=True)),
        "yes no no no",
    ),
    "global PAT of staff": (caller(staff=True, credential=pat(flag=True)), "yes yes yes yes"),
    "global PAT of an owner": (
        caller(membership=OWNER, credential=pat(flag=True)),
        "yes yes yes no",
    ),
    "global PAT of a member": (
        caller(membership=MEMBER, credential=pat(flag=True)),
        "no yes yes no",
    ),
    "read-only global PAT of staff": (
        caller(staff=True, credential=pat(flag=True, read_only=True)),
        "yes yes no no",
    ),
    "lapsed global PAT of staff": (
        caller(staff=True, credential=pat(flag=True, live=False)),
        "yes no yes no",
    ),
    "lapsed global PAT of an owner": (
        caller(membership=OWNER, credential=pat(flag=True, live=False)),
        "yes no yes no",
    ),
    "inactive staff, session": (caller(staff=True, active=False), "no no no no"),
    "inactive owner, session": (caller(membership=OWNER, active=False), "no no no no"),
    "global PAT of inactive staff": (
        caller(staff=True, active=False, credential=pat(flag=True)),
        "no no no no",
    ),
    "disabled owner, session": (caller(membership=DISABLED_OWNER), "no no no no"),
    "global PAT of a disabled owner": (
        caller(membership=DISABLED_OWNER, credential=pat(flag=True)),
        "no no no no",
    ),
    "stranger, session": (caller(membership=None), "no no no no"),
    "global PAT of a stranger": (caller(membership=None, credential=pat(flag=True)), "no no no no"),
    "staff with a disabled membership": (
        caller(staff=True, membership=DISABLED_OWNER),
        "yes yes yes yes",
    ),
}

CELLS = [
    pytest.param(who, permission, answer == "yes", id=f"{name}: {permission.value}")
    for name, (who, answers) in TABLE.items()
    for permission, answer in zip(COLUMNS, answers.split(), strict=True)
]


@pytest.mark.parametrize(("who", "permission", "allowed"), CELLS)
def test_cell(who, permission, allowed):
    assert isinstance(decide(who, permission), Allowed) is allowed


@pytest.mark.parametrize(
    ("permission", "scope"),
    [
        (Permission.SCRAPE_COMPANY, CompanyScope(7)),
        (Permission.READ_TOKENS, CompanyScope(7)),
        (Permission.WRITE_TOKENS, CompanyScope(7)),
        (Permission.GRANT_GLOBAL_METRICS, CompanyScope(7)),
        (Permission.SCRAPE_PLATFORM, PlatformScope()),
        (Permission.READ_SELF, OwnScope()),
        (Permission.SIGN_OUT, OwnScope()),
    ],
)
def test_a_permission_reaches_its_scope_and_no_further(permission, scope):
    assert decide(caller(staff=True), permission) == Allowed(scope)


@pytest.mark.parametrize("membership", [OWNER, MEMBER])
@pytest.mark.parametrize("permission", [Permission.READ_SELF, Permission.READ_TOKENS])
def test_a_read_only_pat_of_any_member_may_read(membership, permission):
    who = caller(membership=membership, credential=pat(read_only=True))
    assert isinstance(decide(who, permission), Allowed)


def test_every_session_may_be_ended_by_its_bearer_and_a_pat_has_none():
    for membership in (MEMBER, replace(MEMBER, is_enabled=False), None):
        assert isinstance(decide(caller(membership=membership), Permission.SIGN_OUT), Allowed)
    who = caller(membership=MEMBER, credential=pat())
    assert not isinstance(decide(who, Permission.SIGN_OUT), Allowed)
