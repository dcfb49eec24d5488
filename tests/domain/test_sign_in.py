"""Signing in with a password."""

from __future__ import annotations

import pytest

from domain.callers.caller import Company, SessionCredential
from domain.events.event import EventKind, Means, Origin
from domain.refusal import RefusalReason, RefusedError
from domain.sessions.sign_in import Credentials
from domain.tokens.claims import parse_access_claims
from tests.domain.make import Cast
from tests.fakes.service import ACCESS_LIFETIME, NOW, REFRESH_LIFETIME


def sign_in(people: Cast, name="owner", *, password="right", company_id=None, address="::1"):
    origin = Origin(Means.API, address)
    credentials = Credentials(f"{name}@example.com", password, company_id, origin)
    return people.service.sign_in(credentials, now=NOW)


def refused(people: Cast, *args, **kwargs) -> RefusedError:
    people.service.world.writes.clear()
    with pytest.raises(RefusedError) as caught:
        sign_in(people, *args, **kwargs)
    assert people.service.world.writes == []
    return caught.value


def company_of(people: Cast, pair) -> int | None:
    claims = parse_access_claims(people.service.codec.verify(pair.access_token), now=NOW)
    return claims.company_id


def test_a_pair_of_tokens_for_a_new_session(people: Cast):
    pair = sign_in(people)
    (session,) = people.service.world.sessions.values()
    assert (session.user_id, session.company_id) == (people.owner, people.acme)
    assert session.created_at == NOW
    assert session.expires_at == NOW.replace(microsecond=0) + REFRESH_LIFETIME
    assert pair.expires_in == ACCESS_LIFETIME.total_seconds()
    assert pair.expires_at == NOW.replace(microsecond=0) + ACCESS_LIFETIME
    who = people.service.authenticate(pair.access_token, now=NOW)
    assert who.credential == SessionCredential(session.id, confirmed_at=NOW)
    assert who.token_expires_at == pair.expires_at


def test_it_is_counted_with_the_presence_it_shows(people: Cast):
    sign_in(people)
    sign_in(people)
    world = people.service.world
    assert world.logins == {people.acme: 2}
    assert [event.kind for event in world.events] == [EventKind.SESSION_STARTED] * 2
    assert world.last_seen == {people.owner: NOW}
    assert world.member_last_seen == {(people.owner, people.acme): NOW}


def test_a_wrong_password_an_unknown_and_an_inactive_user_are_answered_the_same(people: Cast):
    people.service.world.set_active(people.member, is_active=False)
    errors = [
        refused(people, password="wrong"),
        refused(people, "nobody"),
        refused(people, "member"),
    ]
    assert {e.reason for e in errors} == {RefusalReason.INVALID_CREDENTIALS}
    assert len({(e.detail, e.choices, e.retry_after) for e in errors}) == 1


def test_with_one_company_it_need_not_be_named(people: Cast):
    assert company_of(people, sign_in(people)) == people.acme
    assert company_of(people, sign_in(people, company_id=people.acme)) == people.acme


def test_with_several_companies_the_choices_are_told(people: Cast):
    world = people.service.world
    disabled = world.add_company("disabled")
    world.add_membership(people.owner, people.rival)
    world.add_membership(people.owner, disabled, is_enabled=False)
    error = refused(people)
    assert error.reason is RefusalReason.COMPANY_REQUIRED
    assert error.choices == (
        Company(people.acme, "acme"),
        Company(people.rival, "rival"),
    )
    assert company_of(people, sign_in(people, company_id=people.rival)) == people.rival


def test_a_disabled_membership_is_no_choice(people: Cast):
    world = people.service.world
    world.add_membership(people.owner, people.rival, is_enabled=False)
    assert company_of(people, sign_in(people)) == people.acme
    world.set_membership(people.owner, people.acme, is_enabled=False)
    assert refused(people).reason is RefusalReason.NO_COMPANY
    named = refused(people, company_id=people.rival)
    assert named.reason is RefusalReason.MEMBERSHIP_DISABLED


def test_a_company_that_is_not_ones_own_and_one_that_is_not_there_look_alike(people: Cast):
    reasons = {refused(people, company_id=i).reason for i in (people.rival, 999)}
    assert reasons == {RefusalReason.MEMBERSHIP_REQUIRED}


def test_staff_sign_in_without_a_company_or_to_any_that_is_there(people: Cast):
    world = people.service.world
    assert company_of(people, sign_in(people, "staff")) is None
    assert company_of(people, sign_in(people, "staff", company_id=people.rival)) == people.rival
    assert world.logins == {people.rival: 1}
    world.add_membership(people.staff, people.acme)
    assert company_of(people, sign_in(people, "staff")) is None
    missing = refused(people, "staff", company_id=999)
    assert missing.reason is RefusalReason.COMPANY_NOT_FOUND


def test_too_many_attempts_are_refused_before_the_password_is_looked_at(people: Cast):
    for _ in range(10):
        refused(people, password="wrong")
    looked = len(people.service.passwords.checked)
    error = refused(people, password="right")
    assert (error.reason, error.retry_after) == (RefusalReason.RATE_LIMITED, 900)
    assert len(people.service.passwords.checked) == looked
    sign_in(people, "member")  # somebody else, from the same address


def test_a_right_password_is_no_wrong_one(people: Cast):
    for _ in range(10):
        sign_in(people)
    for _ in range(9):
        refused(people, password="wrong")
    sign_in(people)


def test_a_browsers_session_is_started_without_a_token(people: Cast):
    """A browser keeps the session's id: nothing is signed to learn it."""
    credentials = Credentials("owner@example.com", "right", None, Origin(Means.PAGE, "::1"))
    session = people.service.sign_in.browser(credentials, now=NOW)
    assert people.service.world.sessions == {session.id: session}
    assert people.service.codec.signed == []
    assert people.service.resume(session.id, now=NOW, origin=credentials.origin)


def test_a_completed_sign_in_makes_its_network_known(people: Cast):
    refused(people, password="wrong", address="192.0.2.1")
    assert people.service.world.networks == {}
    sign_in(people, address="192.0.2.1")
    assert set(people.service.world.networks) == {("owner@example.com", "192.0.2.0/24")}
