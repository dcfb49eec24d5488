"""``POST /api/v1/token?grant_type=refresh_token``: one token is live, its parent for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.orm.models import Session
from tests.factories import SessionFactory
from tests.helpers import people
from tests.helpers.answers import INVALID, assert_error, assert_unauthenticated
from tests.helpers.sign_in import refresh, sign_in
from tests.service import NOON
from tests.tokens import bearer, refresh_token, session_token

METRICS = "/api/v1/metrics"


@pytest.fixture
def user(company):
    return people.owner_of(company)


@pytest.fixture
def pair(client, user):
    return sign_in(client, user.email).json()


def test_a_refresh_token_gets_a_new_pair(client, pair, clock):
    clock.advance(minutes=4)
    renewed = refresh(client, pair["refresh_token"]).json()
    assert set(renewed) == set(pair)
    assert renewed["expires_at"] == clock().timestamp() + 300
    assert renewed["refresh_token"] != pair["refresh_token"]
    clock.advance(minutes=4)
    assert client.get(METRICS, **bearer(renewed["access_token"])).status_code == 200
    assert refresh(client, renewed["refresh_token"]).status_code == 200


def test_a_session_lives_as_long_as_it_is_refreshed(client, pair, clock):
    for _ in range(3):
        clock.advance(days=6)
        response = refresh(client, pair["refresh_token"])
        assert response.status_code == 200
        pair = response.json()
    clock.advance(days=7)
    assert_unauthenticated(refresh(client, pair["refresh_token"]), "session_expired")


def test_a_spent_one_is_answered_again_for_two_minutes(client, pair, clock):
    clock.advance(minutes=4)
    first = refresh(client, pair["refresh_token"]).json()
    clock.advance(seconds=120)
    again = refresh(client, pair["refresh_token"]).json()
    assert again["refresh_token"] == first["refresh_token"]
    assert (again["expires_at"], again["expires_in"]) == (first["expires_at"], 180)
    assert client.get(METRICS, **bearer(again["access_token"])).status_code == 200


def test_then_it_revokes_the_whole_session(client, pair, clock):
    renewed = refresh(client, pair["refresh_token"]).json()
    clock.advance(seconds=121)
    assert_unauthenticated(refresh(client, pair["refresh_token"]), "refresh_token_reused")
    assert_unauthenticated(refresh(client, renewed["refresh_token"]), "session_revoked")
    for tokens in (pair, renewed):
        response = client.get(METRICS, **bearer(tokens["access_token"]))
        assert_unauthenticated(response, "session_revoked")


def test_another_session_of_the_user_goes_on(client, user, pair):
    other = sign_in(client, user.email).json()
    refresh(client, pair["refresh_token"])
    refresh(client, pair["refresh_token"])
    assert client.get(METRICS, **bearer(other["access_token"])).status_code == 200


def test_a_session_that_has_expired_is_over(client, company, user, clock):
    session = SessionFactory(user=user, company=company, expires_at=NOON + timedelta(seconds=9))
    access, longer = session_token(session), refresh_token(session)
    clock.advance(seconds=9)
    assert_unauthenticated(client.get(METRICS, **bearer(access)), "session_expired")
    assert_unauthenticated(refresh(client, longer), "session_expired")


def test_an_access_token_is_no_refresh_token_nor_the_other_way_round(client, pair):
    assert_unauthenticated(refresh(client, pair["access_token"]), "refresh_token_malformed")
    response = client.get(METRICS, **bearer(pair["refresh_token"]))
    assert_unauthenticated(response, "token_malformed")


@pytest.mark.parametrize("token", ["x", "a.b.c", "a" * 60_000, "é.é.é"])
def test_a_refresh_token_that_is_none(client, db, django_assert_num_queries, token):
    with django_assert_num_queries(0):
        assert_unauthenticated(refresh(client, token), "refresh_token_malformed")


@pytest.mark.parametrize(
    ("changed", "code"), [({"is_active": False}, "user_inactive"), ({"is_staff": True}, None)]
)
def test_live_facts_decide_and_a_refusal_spends_nothing(client, user, pair, changed, code):
    for name, value in changed.items():
        setattr(user, name, value)
    user.save()
    before = Session.objects.get().refresh_live
    response = refresh(client, pair["refresh_token"])
    if code:
        assert_unauthenticated(response, code)
        assert Session.objects.get().refresh_live == before
    else:
        assert response.status_code == 200


def test_a_disabled_membership_gets_no_new_pair(client, user, pair):
    user.memberships.update(is_enabled=False)
    assert_error(refresh(client, pair["refresh_token"]), 403, "membership_disabled")


def test_a_company_claim_that_is_missing_is_a_mismatch(client, company, user):
    from tests.tokens import session_claims, sign

    session = SessionFactory(user=user, company=company)
    claims = session_claims(session)
    del claims["company_id"]
    response = client.get(METRICS, **bearer(sign(claims)))
    assert_error(response, 401, "token_mismatch", challenge=INVALID)


def test_refreshing_shows_presence_and_is_no_sign_in(client, user, pair, clock):
    from adapters.orm.models import LoginTally

    clock.advance(days=1)
    refresh(client, pair["refresh_token"])
    user.activity.refresh_from_db()
    assert user.activity.last_seen_at == clock()
    assert LoginTally.objects.get().successes == 1
