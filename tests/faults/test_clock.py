"""Clocks that jump, and moments that are neither before nor after."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.orm.models import PersonalAccessToken, UserActivity
from domain.metrics.active_users import windows
from tests.factories import (
    PASSWORD,
    CompanyFactory,
    OwnershipFactory,
    PersonalAccessTokenFactory,
    SessionFactory,
)
from tests.helpers import people
from tests.helpers.answers import assert_unauthenticated
from tests.service import NOON
from tests.tokens import bearer, pat_token, session_token

HOUR = timedelta(hours=1)
USER = "/api/v1/user"


@pytest.fixture
def place(db):
    return OwnershipFactory()


def test_a_pat_at_the_very_second_of_its_expiry(client, clock, place):
    """Good until the last microsecond before it, and not at it."""
    row = PersonalAccessTokenFactory(user=place.user, company=place.company, expires_at=NOON + HOUR)
    token = bearer(pat_token(row))
    clock.time = NOON + HOUR - timedelta(microseconds=1)
    assert client.get(USER, **token).status_code == 200
    clock.time = NOON + HOUR
    assert_unauthenticated(client.get(USER, **token), "token_expired")


def test_a_session_at_the_very_second_of_its_end(client, clock, place):
    session = SessionFactory(user=place.user, company=place.company, expires_at=NOON + HOUR)
    token = bearer(session_token(session, exp=int((NOON + 2 * HOUR).timestamp())))
    clock.time = NOON + HOUR - timedelta(microseconds=1)
    assert client.get(USER, **token).status_code == 200
    clock.time = NOON + HOUR
    assert_unauthenticated(client.get(USER, **token), "session_expired")


def test_a_clock_put_back_an_hour(client, clock, place):
    """What was issued before goes on; what was issued in the hour waits for the clock."""
    old = PersonalAccessTokenFactory(user=place.user, company=place.company)
    old_token = bearer(pat_token(old, iat=int((NOON - 2 * HOUR).timestamp())))
    new_token = bearer(pat_token(old))
    clock.time = NOON - HOUR
    assert client.get(USER, **old_token).status_code == 200
    assert_unauthenticated(client.get(USER, **new_token), "token_not_yet_valid")
    clock.time = NOON
    assert client.get(USER, **new_token).status_code == 200


def test_no_use_is_noted_before_one_that_was(client, clock, place):
    row = PersonalAccessTokenFactory(user=place.user, company=place.company)
    token = bearer(pat_token(row, iat=int((NOON - 2 * HOUR).timestamp())))
    client.get(USER, **token)
    clock.time = NOON - HOUR
    client.get(USER, **token)
    assert PersonalAccessToken.objects.get().last_used_at == NOON


def test_a_clock_put_forward_an_hour_revives_nothing_and_loses_nothing(client, clock, place):
    row = PersonalAccessTokenFactory(user=place.user, company=place.company, revoked_at=NOON)
    clock.time = NOON + HOUR
    assert_unauthenticated(client.get(USER, **bearer(pat_token(row))), "token_revoked")
    assert PersonalAccessToken.objects.get().revoked_at == NOON


@pytest.mark.parametrize("step", [-HOUR, HOUR])
def test_a_stepped_clock_closes_no_account_for_longer_than_two_windows(client, clock, place, step):
    body = {"email": place.user.email, "password": "wrong"}
    path = "/api/v1/token?grant_type=password"
    for _ in range(11):
        answer = client.post(path, body, content_type="application/json")
    assert answer.status_code == 429
    clock.time = NOON + step + timedelta(minutes=30)
    good = {**body, "password": PASSWORD}
    assert client.post(path, good, content_type="application/json").status_code == 200


EDGES = {
    "the last second of an ISO year": datetime(2027, 1, 3, 23, 59, 59, tzinfo=UTC),
    "the first second of an ISO year": datetime(2027, 1, 4, tzinfo=UTC),
    "New Year's Day in the old ISO year": datetime(2027, 1, 1, tzinfo=UTC),
    "a leap day": datetime(2028, 2, 29, 12, tzinfo=UTC),
    "where Europe's clocks go forward": datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    "where Europe's clocks go back": datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
}


@pytest.mark.parametrize("edge", EDGES)
def test_windows_at_their_edges(client, db, clock, edge):
    """Seen at the first moment of a window is active in it, a microsecond before is not."""
    company = CompanyFactory()
    now = clock.time = EDGES[edge]
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = {
        "daily": day,
        "weekly": day - timedelta(days=day.isoweekday() - 1),
        "monthly": day.replace(day=1),
    }
    assert starts == dict(zip(starts, vars(windows(now)).values(), strict=True))
    for name, start in starts.items():
        UserActivity.objects.all().delete()
        for moment in (start, start - timedelta(microseconds=1)):
            UserActivity.objects.create(user=people.UserFactory(), last_seen_at=moment)
        token = session_token_of(company, now)
        text = client.get("/api/v1/metrics/all", **token).content.decode()
        assert f"shellui_auth_{name}_active_users 1.0" in text


def session_token_of(company, now):
    staff = people.StaffFactory()
    session = SessionFactory(user=staff, company=company, expires_at=now + HOUR)
    times = {"iat": int(now.timestamp()), "exp": int((now + HOUR).timestamp())}
    return bearer(session_token(session, **times))
