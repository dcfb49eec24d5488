"""``POST /api/v1/token?grant_type=password``."""

from __future__ import annotations

import re

import pytest

from adapters.orm.models import LoginTally, Session
from domain.tokens.claims import SessionClaims, parse_access_claims
from tests.factories import CompanyFactory, MembershipFactory, StaffFactory, UserFactory
from tests.helpers import people
from tests.helpers.answers import assert_error
from tests.helpers.exposition import series_of
from tests.helpers.sign_in import sign_in
from tests.service import NOON, SERVICES
from tests.tokens import bearer


def payload(token: str) -> dict:
    return dict(SERVICES.sign_in.tokens.codec.verify(token))


def claims(token: str) -> SessionClaims:
    found = parse_access_claims(payload(token), now=NOON)
    assert isinstance(found, SessionClaims)
    return found


def test_the_answer(client, company):
    user = people.owner_of(company)
    response = sign_in(client, user.email)
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {
        "access_token",
        "refresh_token",
        "token_type",
        "expires_in",
        "expires_at",
    }
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 300
    assert body["expires_at"] == NOON.timestamp() + 300
    assert series_of(client.get("/api/v1/metrics", **bearer(body["access_token"])))


def test_the_claims_of_an_access_token(client, company):
    """The claims of docs/tokens.md: each of them, and no others."""
    user = people.owner_of(company)
    session = payload(sign_in(client, user.email).json()["access_token"])
    assert session.pop("jti")
    assert session == {
        "iss": "https://auth.test",
        "aud": "shellui-test",
        "iat": NOON.timestamp(),
        "exp": NOON.timestamp() + 300,
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
        "app_metadata": {"provider": "email"},
        "sid": str(Session.objects.get().pk),
        "auth_time": NOON.timestamp(),
    }


def test_a_refresh_token_is_opaque_and_only_its_digest_is_kept(client, company):
    user = people.owner_of(company)
    token = sign_in(client, user.email).json()["refresh_token"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    (row,) = Session.objects.values()
    assert token not in str(row)


def test_the_only_company_need_not_be_named(client, company):
    user = people.member_of(company)
    token = sign_in(client, user.email).json()["access_token"]
    assert claims(token).company_id == company.pk


def test_of_several_companies_one_has_to_be_named(client, company):
    user = people.member_of(company)
    other = MembershipFactory(user=user).company
    MembershipFactory(user=user, is_enabled=False)
    body = assert_error(sign_in(client, user.email), 400, "company_required")
    assert body["choices"] == [{"id": c.pk, "slug": c.slug} for c in (company, other)]
    token = sign_in(client, user.email, company_id=other.pk).json()["access_token"]
    assert claims(token).company_id == other.pk


def test_staff_who_name_no_company_get_a_token_without_one(client, company):
    user = people.member_of(company, user=StaffFactory())
    token = sign_in(client, user.email).json()["access_token"]
    assert "company_id" not in payload(token)
    named = sign_in(client, user.email, company_id=company.pk).json()["access_token"]
    assert claims(named).company_id == company.pk


def test_staff_may_name_any_company_that_exists(client, company):
    user = StaffFactory()
    assert sign_in(client, user.email, company_id=company.pk).status_code == 200
    response = sign_in(client, user.email, company_id=2**62)
    assert_error(response, 404, "company_not_found")


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda user: None, "membership_required"),
        (lambda user: MembershipFactory(user=user, is_enabled=False), "membership_disabled"),
    ],
)
def test_others_may_name_their_own(client, db, make, code):
    user = UserFactory()
    place = make(user)
    company = place.company if place else CompanyFactory()
    assert_error(sign_in(client, user.email, company_id=company.pk), 403, code)
    assert_error(sign_in(client, user.email), 403, "no_company")
    assert not Session.objects.exists()


def test_a_sign_in_counts_and_a_failed_one_does_not(client, company):
    user = people.member_of(company)
    sign_in(client, user.email)
    sign_in(client, user.email.upper())
    sign_in(client, user.email, "wrong")
    tally = LoginTally.objects.get()
    assert (tally.company_id, tally.provider, tally.successes) == (company.pk, "email", 2)
    user.refresh_from_db()
    assert (user.last_login, user.activity.last_seen_at) == (NOON, NOON)


def failing(client, **unlike) -> list:
    """The answers for a wrong password, an unknown user, one without a password, an inactive."""
    user, inactive = UserFactory(), UserFactory(is_active=False)
    unusable = UserFactory()
    unusable.set_unusable_password()
    unusable.save()
    return [
        sign_in(client, user.email, "wrong"),
        sign_in(client, "nobody@example.test"),
        sign_in(client, unusable.email),
        sign_in(client, inactive.email),
    ]


def test_whatever_is_wrong_the_answer_is_the_same(client, db):
    found = failing(client)
    for response in found:
        assert_error(response, 401, "invalid_credentials", challenge="")
        assert response.content == found[0].content
        assert {*response.headers} == {*found[0].headers}


def test_whatever_is_wrong_the_work_is_the_same(client, db, monkeypatch):
    """The time of a sign-in is its hashing; each failure hashes once."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: hashed.append(password) or encode(self, password, salt),
    )
    hashes, queries = [], []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    people_to_be = [UserFactory().email, "nobody@example.test", UserFactory(is_active=False).email]
    for email in people_to_be:
        hashed.clear()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            sign_in(client, email, "wrong")
        hashes.append(list(hashed))
        queries.append(len(captured))
    assert hashes == [["wrong"]] * 3
    assert len(set(queries)) == 1


@pytest.mark.parametrize("query", ["?grant_type=", "?grant_type=implicit", "?grant_type=PASSWORD"])
def test_another_grant_is_unsupported(client, db, query):
    response = client.post(f"/api/v1/token{query}", "{}", content_type="application/json")
    assert_error(response, 400, "unsupported_grant_type")


@pytest.mark.parametrize("email", ["  {} ", "{}"])
def test_an_address_is_the_same_in_any_case(client, company, email):
    user = people.member_of(company)
    response = sign_in(client, email.format(user.email.upper()))
    assert response.status_code == 200
