"""The table of docs/policy.md, every cell of it a request."""

from __future__ import annotations

import json

import pytest

from tests.factories import StaffFactory, UserFactory
from tests.helpers import people

TOKENS = "/api/v1/personal-access-tokens"


def metrics(client, who) -> int:
    return client.get("/api/v1/metrics", **who).status_code


def everything(client, who) -> int:
    return client.get("/api/v1/metrics/all", **who).status_code


def create(client, who, **body) -> int:
    sent = json.dumps(body)
    return client.post(TOKENS, sent, content_type="application/json", **who).status_code


def unsafe(client, who) -> int:
    return create(client, who)


def grant(client, who) -> int:
    return create(client, who, access_global_metrics=True)


def disabled(company, **columns):
    return people.owner_of(company, is_enabled=False, **columns)


def pat(make, **columns):
    return lambda company: people.pat_of(make(company), company, **columns)


def flagged(make, **columns):
    return lambda company: people.global_pat_of(
        make(company), company, by=StaffFactory(), **columns
    )


def lapsed(make):
    return lambda company: people.global_pat_of(
        make(company), company, by=StaffFactory(is_active=False)
    )


def session(make):
    return lambda company: people.session_of(make(company), company)


def staff(company):
    return StaffFactory()


def inactive_staff(company):
    return StaffFactory(is_active=False)


def inactive_owner(company):
    return people.owner_of(company, user__is_active=False)


def disabled_staff(company):
    return disabled(company, user=StaffFactory())


def stranger(company):
    return UserFactory()


ACTIONS = (metrics, everything, unsafe, grant)
NOTHING = "403 403 403 403"
NOBODY = "401 401 401 401"
TABLE = {  # caller                             one all unsafe grant
    "staff, session": (session(staff), "200 200 201 201"),
    "owner, session": (session(people.owner_of), "200 403 201 403"),
    "member, session": (session(people.member_of), "403 403 201 403"),
    "PAT of staff": (pat(staff), "200 403 201 403"),
    "PAT of an owner": (pat(people.owner_of), "200 403 201 403"),
    "PAT of a member": (pat(people.member_of), "403 403 201 403"),
    "read-only PAT of staff": (pat(staff, read_only=True), "200 403 403 403"),
    "read-only PAT of an owner": (pat(people.owner_of, read_only=True), "200 403 403 403"),
    "global PAT of staff": (flagged(staff), "200 200 201 201"),
    "global PAT of an owner": (flagged(people.owner_of), "200 200 201 403"),
    "global PAT of a member": (flagged(people.member_of), "403 200 201 403"),
    "read-only global PAT of staff": (flagged(staff, read_only=True), "200 200 403 403"),
    "lapsed global PAT of staff": (lapsed(staff), "200 403 201 403"),
    "lapsed global PAT of an owner": (lapsed(people.owner_of), "200 403 201 403"),
    "inactive staff, session": (session(inactive_staff), NOBODY),
    "inactive owner, session": (session(inactive_owner), NOBODY),
    "global PAT of inactive staff": (flagged(inactive_staff), NOBODY),
    "disabled owner, session": (session(disabled), NOTHING),
    "PAT of a disabled owner": (pat(disabled), NOTHING),
    "global PAT of a disabled owner": (flagged(disabled), NOTHING),
    "stranger, session": (session(stranger), NOTHING),
    "global PAT of a stranger": (flagged(stranger), NOTHING),
    "staff with a disabled membership": (session(disabled_staff), "200 200 201 201"),
}
CELLS = [
    pytest.param(who, action, int(status), id=f"{name}: {action.__name__}")
    for name, (who, statuses) in TABLE.items()
    for action, status in zip(ACTIONS, statuses.split(), strict=True)
]


@pytest.mark.parametrize(("who", "action", "status"), CELLS)
def test_cell(client, company, who, action, status):
    assert action(client, who(company)) == status
