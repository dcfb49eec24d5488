"""The words of the account of events: they are kept for years, so they do not change."""

from __future__ import annotations

from domain.callers.caller import User
from domain.events.event import Actor, EventKind, Means, Origin
from domain.metrics.family import Family, Kind
from domain.tokens.account import event, grant_events, issue_events
from tests.domain.make import Cast, pat_record
from tests.fakes.service import NOW

BOSS = User(1, "boss@example.com", "Boss", is_active=True, is_staff=True)
BY = Actor(1, "boss@example.com", Origin(Means.ADMIN, "192.0.2.1"))


def test_each_kind_and_each_door_is_its_own_name():
    for names in (EventKind, Means):
        assert [item.value for item in names] == [item.name.lower() for item in names]


def test_an_event_names_the_token_as_it_was_called():
    found = event(EventKind.REVOKED, pat_record(), by=BY, now=NOW)
    assert found.detail == {"name": "prometheus"}


def test_a_grant_names_its_giver():
    (granted,) = grant_events(pat_record(), giver=BOSS, by=BY, now=NOW)
    assert granted.detail["granted_by"] == 1
    assert granted.detail["granted_by_email"] == "boss@example.com"


def test_without_a_giver_there_is_no_grant():
    assert [e.kind for e in issue_events(pat_record(), giver=None, by=BY, now=NOW)] == [
        EventKind.ISSUED
    ]


def test_what_a_caller_does_is_accounted_to_them(people: Cast):
    caller = people.caller(people.owner, people.acme)
    session_id = caller.credential.session_id
    assert caller.actor == Actor(
        people.owner, "owner@example.com", caller.origin, session_id=session_id
    )
    pat = people.pat_caller(pat_record(user_id=people.owner, company_id=people.acme))
    assert (pat.actor.pat_id, pat.actor.session_id) == (pat.credential.pat_id, None)


def test_a_histogram_takes_all_its_names():
    family = Family("x_seconds", Kind.HISTOGRAM, "Seconds.")
    assert family.kind.value == "histogram"
    names = {"x_seconds", "x_seconds_bucket", "x_seconds_count", "x_seconds_sum"}
    assert family.names == names
