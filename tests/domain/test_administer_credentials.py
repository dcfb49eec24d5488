"""Administrators end sessions, and all that somebody has, with the account of it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from domain.administer_credentials import LiveCredentials
from domain.events.event import EventKind
from domain.refusal import RefusedError
from domain.tokens.rejection import Rejection, TokenRejectedError
from tests.domain.make import Cast, pat_record
from tests.domain.test_administer_people import SHELL, told
from tests.domain.test_administration import by
from tests.fakes.service import NOW


def session_id(caller):
    return caller.credential.session_id


def is_out(people: Cast, caller) -> bool:
    try:
        people.service.reader.again(caller, now=NOW)
    except TokenRejectedError:
        return True
    return False


@pytest.fixture
def callers(people: Cast):
    """Two sessions of the member's, and one of the owner's."""
    whose = (people.member, people.member, people.owner)
    return [people.caller(user_id, people.acme) for user_id in whose]


def test_what_would_end_is_counted_first(people: Cast, callers):
    end, whose = people.service.credentials, {"user_id": people.member}
    whose |= {"company_id": people.acme}
    for columns in ({}, {"generation": 1}, {"revoked_at": NOW}, {"expires_at": NOW}):
        people.service.world.add_pat(pat_record(id=uuid4(), **whose, **columns))
    assert end.live(people.member, now=NOW) == LiveCredentials(sessions=2, tokens=1)
    end.end_everything(SHELL, people.member, now=NOW)
    assert end.live(people.member, now=NOW) == LiveCredentials(sessions=0, tokens=1)
    people.service.world.raise_generation(people.member)
    assert end.live(people.member, now=NOW) == end.live(999, now=NOW) == LiveCredentials()


def test_everything_ends_at_once_and_is_accounted_for(people: Cast, callers):
    people.service.credentials.end_everything(by(people, people.staff), people.member, now=NOW)
    assert [is_out(people, caller) for caller in callers] == [True, True, False]
    assert told(people) == [(EventKind.CREDENTIALS_ENDED, people.member, people.staff)]
    assert people.service.world.events[0].detail == {"because": "administrator"}


def test_chosen_sessions_end_whoever_has_them(people: Cast, callers):
    first, _, owners = callers
    chosen = [session_id(owners), session_id(first), uuid4()]
    end_sessions = people.service.credentials.end_sessions
    assert end_sessions(by(people, people.staff), chosen, now=NOW) == 2
    assert [is_out(people, caller) for caller in callers] == [True, False, True]
    kind = EventKind.SESSION_ENDED
    assert sorted(told(people), key=str) == sorted(
        [(kind, people.member, people.staff), (kind, people.owner, people.staff)], key=str
    )
    ended = {event.session_id for event in people.service.world.events}
    assert ended == set(chosen[:2])
    assert end_sessions(SHELL, chosen, now=NOW) == 0
    assert len(people.service.world.events) == 2


def test_ones_own_session_is_the_last_to_end(people: Cast):
    """Else the rest could not be ended with it."""
    others = people.service.world.add_user(is_staff=True), people.owner
    administrator = by(people, people.staff)
    assert people.staff < min(others)
    callers = [people.caller(user_id, None) for user_id in others]
    chosen = [administrator.caller, *callers]
    end_sessions = people.service.credentials.end_sessions
    assert end_sessions(administrator, [session_id(c) for c in chosen], now=NOW) == 3


def test_both_users_are_held(people: Cast, callers):
    administrator = by(people, people.staff)
    for call in (
        lambda: people.service.credentials.end_sessions(
            administrator, [session_id(callers[0])], now=NOW
        ),
        lambda: people.service.credentials.end_everything(administrator, people.member, now=NOW),
    ):
        people.service.world.locked.clear()
        call()
        assert people.service.world.locked[:2] == sorted([people.staff, people.member])


def test_an_administrator_whose_session_ended_since_ends_nothing(people: Cast, callers):
    administrator = by(people, people.staff)
    people.service.world.change_session(session_id(administrator.caller), revoked_at=NOW)
    end = people.service.credentials
    for call in (
        lambda: end.end_everything(administrator, people.member, now=NOW),
        lambda: end.end_sessions(administrator, [session_id(callers[0])], now=NOW),
    ):
        with pytest.raises(TokenRejectedError) as caught:
            call()
        assert caught.value.rejection is Rejection.SESSION_REVOKED
    assert told(people) == []


def test_whoever_is_no_staff_any_more_ends_nothing(people: Cast, callers):
    administrator = by(people, people.staff)
    people.service.world.set_staff(people.staff, is_staff=False)
    with pytest.raises(RefusedError):
        people.service.credentials.end_everything(administrator, people.member, now=NOW)
    assert told(people) == []
