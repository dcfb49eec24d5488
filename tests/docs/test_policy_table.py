"""The table of docs/policy.md is what the policy says, cell by cell."""

from __future__ import annotations

import re

import pytest

from domain.callers.caller import Caller, Membership, SessionCredential
from domain.policy import Allowed, Permission, decide
from tests.docs.documents import BY_NAME
from tests.domain.make import MEMBER, OWNER, SESSION_ID, caller, pat

COLUMNS = (
    Permission.SCRAPE_COMPANY,
    Permission.SCRAPE_PLATFORM,
    Permission.WRITE_TOKENS,
    Permission.GRANT_GLOBAL_METRICS,
)
STAFF, OWNED, OTHER = {"staff": True}, {"membership": OWNER}, {"membership": MEMBER}
DISABLED = {"membership": Membership(is_enabled=False, is_owner=True)}
EVERYBODY = (STAFF, OWNED, OTHER)
WITH = (SessionCredential(SESSION_ID), pat(), pat(flag=True))


def callers(users, *credentials) -> list[Caller]:
    return [caller(**user, credential=one) for user in users for one in credentials]


ROWS = {
    "staff, session": callers([STAFF], None),
    "owner of the token's company, session": callers([OWNED], None),
    "other member, session": callers([OTHER], None),
    "PAT of staff, no flag": callers([STAFF], pat()),
    "PAT of an owner, no flag": callers([OWNED], pat()),
    "PAT of another member, no flag": callers([OTHER], pat()),
    "PAT with the flag, grant alive": callers(EVERYBODY, pat(flag=True)),
    "PAT with the flag, grant lapsed": callers(EVERYBODY, pat(flag=True, live=False)),
    "anyone inactive": callers([{**user, "active": False} for user in EVERYBODY], *WITH),
    "not staff, membership disabled": callers([DISABLED], *WITH),
    "not staff, no membership": callers([{}], *WITH),
}
TABLE = BY_NAME["docs/policy.md"].table_under("Who may do what")


def said(who: Caller, permission: Permission, cell: str, first: str) -> str:
    """The answer that a cell promises: ``yes`` or a reason's code."""
    if cell == "same":
        return said(who, permission, first, first)
    if cell == "as its user":
        with_session = caller(staff=who.user.is_staff, membership=who.membership)
        return answer(with_session, permission)
    if cell.startswith("staff: "):
        staff, others = cell.removeprefix("staff: ").split("; others: ")
        cell = staff if who.user.is_staff else others
    code = re.fullmatch(r"`(\w+)`", cell)
    if code:
        return code[1]
    assert cell in {"yes", "the token's company", "unless read-only"}, cell
    return "yes"


def answer(who: Caller, permission: Permission) -> str:
    decision = decide(who, permission)
    return "yes" if isinstance(decision, Allowed) else decision.reason.code


def test_every_row_is_known():
    assert [row[0] for row in TABLE] == list(ROWS)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_a_row_says_what_the_policy_says(row):
    for who in ROWS[row[0]]:
        for permission, cell in zip(COLUMNS, row[1:], strict=True):
            assert answer(who, permission) == said(who, permission, cell, row[1]), (cell, who)
