"""Who a session is, for a browser that keeps its id: the same row, the same live facts."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.tokens.rejection import Rejection, TokenRejectedError
from tests.domain.make import SESSION_ID, Cast, session_record
from tests.fakes.service import NOW


@pytest.fixture
def resume(people: Cast):
    return people.service.reader.by_session


def add(people: Cast, **columns):
    record = session_record(user_id=people.owner, company_id=people.acme, **columns)
    return people.service.world.add_session(record)


def test_it_is_the_session_s_user_in_its_company(people: Cast, resume):
    record = add(people)
    caller = resume(SESSION_ID, now=NOW)
    assert (caller.user.id, caller.company_id, caller.company.id) == (
        people.owner,
        people.acme,
        people.acme,
    )
    assert caller.is_owner
    assert caller.credential.session_id == record.id
    assert caller.token_expires_at == record.expires_at


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"revoked_at": NOW}, Rejection.SESSION_REVOKED),
        ({"expires_at": NOW}, Rejection.SESSION_EXPIRED),
    ],
)
def test_a_session_that_ended_is_nobody(people: Cast, resume, columns, expected):
    add(people, **columns)
    with pytest.raises(TokenRejectedError) as caught:
        resume(SESSION_ID, now=NOW)
    assert caught.value.rejection is expected


def test_a_user_who_is_inactive_is_nobody(people: Cast, resume):
    add(people)
    people.service.world.set_active(people.owner, is_active=False)
    with pytest.raises(TokenRejectedError) as caught:
        resume(SESSION_ID, now=NOW)
    assert caught.value.rejection is Rejection.USER_INACTIVE


def test_no_session_is_nobody(resume):
    with pytest.raises(TokenRejectedError) as caught:
        resume(UUID(int=1), now=NOW)
    assert caught.value.rejection is Rejection.SESSION_UNKNOWN
