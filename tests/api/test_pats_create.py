"""``POST /api/v1/personal-access-tokens``: a row, and a token that is shown once."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from adapters.orm.models import PersonalAccessToken
from tests.factories import PersonalAccessTokenFactory, StaffFactory
from tests.helpers import people
from tests.helpers.answers import SCOPE, assert_error
from tests.helpers.exposition import company_ids, series_of
from tests.helpers.pats import ROW, URL, create, created
from tests.service import NOON, SERVICES
from tests.tokens import bearer

LIMIT = 100


def stored() -> int:
    return PersonalAccessToken.objects.count()


def test_the_answer_is_the_row_and_the_token(client, company):
    user = people.owner_of(company)
    body = created(client, people.session_of(user, company), name="prometheus", read_only=True)
    assert set(body) == ROW | {"access_token"}
    assert body["user_id"] == user.pk
    assert body["company_id"] == company.pk
    assert (body["name"], body["read_only"]) == ("prometheus", True)
    assert body["access_global_metrics"] is False
    assert body["created_at"] == "2026-03-18T12:00:00Z"
    assert body["expires_at"] == "2026-06-16T12:00:00Z"
    assert body["last_used_at"] is None
    assert body["revoked_at"] is None


def test_nothing_need_be_said(client, owner):
    body = created(client, owner)
    assert (body["name"], body["read_only"], body["access_global_metrics"]) == ("", False, False)


def test_the_claims_of_the_token(client, company):
    """The claims of docs/tokens.md: each of them, and no others."""
    user = people.owner_of(company)
    body = created(client, people.session_of(user, company), read_only=True, expires_in=60)
    claims = dict(SERVICES.sign_in.tokens.codec.verify(body["access_token"]))
    assert claims == {
        "iss": "https://auth.test",
        "aud": "shellui-test",
        "iat": NOON.timestamp(),
        "exp": NOON.timestamp() + 60,
        "jti": PersonalAccessToken.objects.get().jti,
        "sub": str(user.pk),
        "user_id": str(user.pk),
        "token_type": "access",
        "company_id": company.pk,
        "email": user.email,
        "user_metadata": {
            "name": user.name,
            "full_name": user.name,
            "is_staff": False,
            "is_company_owner": True,
            "groups": [],
        },
        "app_metadata": {"provider": "personal_access_token"},
        "pat_id": body["id"],
        "pat_ro": True,
        "pat_agm": False,
    }


def test_the_token_scrapes(client, company, owner):
    token = created(client, owner, read_only=True)["access_token"]
    found = series_of(client.get("/api/v1/metrics", **bearer(token)))
    assert company_ids(found) == {str(company.pk)}


@pytest.mark.parametrize("seconds", [1, 60, 90 * 86400])
def test_it_lives_as_long_as_asked(client, owner, seconds, clock):
    token = created(client, owner, expires_in=seconds)["access_token"]
    clock.advance(seconds=seconds - 1)
    assert client.get("/api/v1/metrics", **bearer(token)).status_code == 200
    clock.advance(seconds=1)
    assert client.get("/api/v1/metrics", **bearer(token)).status_code == 401


def test_the_token_is_kept_nowhere(client, owner, caplog):
    """Only its ``jti`` is stored, and nothing of it is logged or shown again."""
    caplog.set_level(logging.DEBUG)
    body = created(client, owner, name="x")
    token = body["access_token"]
    row = PersonalAccessToken.objects.values().get()
    for part in token.split("."):
        assert not any(part in str(value) for value in row.values())
        assert part not in caplog.text
    for url in (URL, f"{URL}/{body['id']}"):
        assert token not in client.get(url, **owner).content.decode()


@pytest.mark.parametrize("make", [people.session_of, people.pat_of])
def test_every_enabled_member_may(client, company, make):
    assert created(client, make(people.member_of(company), company))


def test_staff_may_in_any_company(client, company, staff):
    assert created(client, staff)["company_id"] == company.pk


def test_the_global_flag_keeps_who_gave_it_and_when(client, company):
    giver = StaffFactory()
    arguments = people.session_of(giver, company)
    body = created(client, arguments, access_global_metrics=True, read_only=True)
    row = PersonalAccessToken.objects.get()
    assert (row.granted_by, row.granted_at) == (giver, NOON)
    response = client.get("/api/v1/metrics/all", **bearer(body["access_token"]))
    assert None in company_ids(series_of(response))


def test_a_token_without_the_flag_was_granted_by_nobody(client, staff):
    created(client, staff)
    row = PersonalAccessToken.objects.get()
    assert (row.granted_by, row.granted_at) == (None, None)


def test_the_global_flag_is_staff_s_to_give(client, owner):
    response = create(client, owner, {"access_global_metrics": True})
    assert_error(response, 403, "global_grant_not_allowed")
    assert stored() == 0


def test_no_token_makes_a_stronger_token(client, company):
    user = StaffFactory()
    weak = people.pat_of(user, company)
    response = create(client, weak, {"access_global_metrics": True})
    assert_error(response, 403, "token_too_weak", challenge=SCOPE)
    read_only = people.global_pat_of(user, company, by=user, read_only=True)
    response = create(client, read_only, {"read_only": True})
    assert_error(response, 403, "read_only_token", challenge=SCOPE)
    assert stored() == 2


@pytest.mark.parametrize(
    ("who", "status", "code"),
    [
        (people.stranger, 403, "membership_required"),
        (lambda c: people.session_of(StaffFactory(), None), 400, "company_missing"),
    ],
)
def test_others_may_not(client, company, who, status, code):
    assert_error(create(client, who(company)), status, code)
    assert stored() == 0


def test_at_most_100_live_ones_of_a_user_in_a_company(client, company):
    user = people.owner_of(company)
    arguments = people.session_of(user, company)
    PersonalAccessTokenFactory.create_batch(LIMIT - 1, user=user, company=company)
    PersonalAccessTokenFactory(user=user, company=company, revoked_at=NOON)
    PersonalAccessTokenFactory(user=user, company=company, expires_at=NOON)
    PersonalAccessTokenFactory(user=user)
    PersonalAccessTokenFactory(company=company)
    created(client, arguments)
    before = stored()
    assert_error(create(client, arguments), 409, "too_many_tokens")
    assert stored() == before
    PersonalAccessToken.objects.filter(user=user).first().delete()


def test_a_revoked_one_makes_room(client, company, clock):
    user = people.owner_of(company)
    arguments = people.session_of(user, company)
    rows = PersonalAccessTokenFactory.create_batch(LIMIT, user=user, company=company)
    assert create(client, arguments).status_code == 409
    client.post(f"{URL}/{rows[0].pk}/revoke", **arguments)
    assert created(client, arguments)


def test_the_row_outlives_no_second(client, owner, clock):
    """The claims count whole seconds, so the row does."""
    clock.time = NOON + timedelta(microseconds=999_999)
    body = created(client, owner, expires_in=10)
    assert body["expires_at"] == "2026-03-18T12:00:10Z"
