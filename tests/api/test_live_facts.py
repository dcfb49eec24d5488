"""What changes between two requests of one token decides the second."""

from __future__ import annotations

import pytest

from adapters.orm.models import Membership, PersonalAccessToken, User
from tests.factories import PersonalAccessTokenFactory, StaffFactory
from tests.helpers import people
from tests.helpers.answers import assert_error, assert_unauthenticated
from tests.service import NOON
from tests.tokens import bearer, pat_token, session_claims, sign

URL, ALL = "/api/v1/metrics", "/api/v1/metrics/all"


@pytest.fixture(params=["session", "pat"])
def token_of(request, company):
    make = people.session_of if request.param == "session" else people.pat_of
    return lambda user: make(user, company)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda: Membership.objects.update(is_enabled=False), "membership_disabled"),
        (lambda: Membership.objects.update(role="member"), "owner_required"),
    ],
)
def test_an_owner_who_is_demoted(client, company, token_of, change, code):
    arguments = token_of(people.owner_of(company))
    assert client.get(URL, **arguments).status_code == 200
    change()
    assert_error(client.get(URL, **arguments), 403, code)


def test_an_owner_who_is_deactivated(client, company, token_of):
    """ShellUI's clients sign out on a 401 only, so it is one: the token is no good any more."""
    arguments = token_of(people.owner_of(company))
    User.objects.update(is_active=False)
    for url in (URL, ALL, "/api/v1/user", "/api/v1/personal-access-tokens"):
        assert_unauthenticated(client.get(url, **arguments), "user_inactive")
    assert_unauthenticated(client.post("/api/v1/logout", **arguments), "user_inactive")
    User.objects.update(is_active=True)
    assert client.get(URL, **arguments).status_code == 200


def test_an_owner_who_leaves(client, company, token_of):
    arguments = token_of(people.owner_of(company))
    Membership.objects.all().delete()
    assert_error(client.get(URL, **arguments), 403, "membership_required")


def test_staff_who_are_demoted(client, company):
    arguments = people.staff(company)
    assert client.get(ALL, **arguments).status_code == 200
    User.objects.update(is_staff=False)
    assert_error(client.get(ALL, **arguments), 403, "membership_required")
    assert_error(client.get(URL, **arguments), 403, "membership_required")


def test_a_member_who_is_promoted(client, company, token_of):
    arguments = token_of(people.member_of(company))
    assert client.get(URL, **arguments).status_code == 403
    Membership.objects.update(role="owner")
    assert client.get(URL, **arguments).status_code == 200


def test_a_user_who_is_gone(client, company, token_of):
    user = people.owner_of(company)
    arguments = token_of(user)
    user.delete()
    assert client.get(URL, **arguments).status_code == 401


@pytest.mark.parametrize(
    "lie",
    [
        {"user_metadata": {"is_staff": True, "is_company_owner": True}},
        {"is_staff": True},
        {"pat": True, "scope": "all"},
    ],
)
def test_a_claim_never_grants(client, company, lie):
    from tests.factories import SessionFactory

    session = SessionFactory(user=people.member_of(company), company=company)
    arguments = bearer(sign(session_claims(session, **lie)))
    assert_error(client.get(URL, **arguments), 403, "owner_required")
    assert_error(client.get(ALL, **arguments), 403, "staff_required")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"revoked_at": NOON}, "token_revoked"),
        ({"expires_at": NOON}, "token_expired"),
        ({"jti": "another"}, "token_superseded"),
        ({"read_only": True}, "token_flags_changed"),
        ({"access_global_metrics": True}, "token_flags_changed"),
    ],
)
def test_a_pat_s_row_that_changes(client, company, changed, code):
    arguments = people.pat_of(people.owner_of(company), company)
    assert client.get(URL, **arguments).status_code == 200
    PersonalAccessToken.objects.update(**changed)
    assert_unauthenticated(client.get(URL, **arguments), code)


def test_a_pat_s_row_that_is_gone(client, company):
    arguments = people.pat_of(people.owner_of(company), company)
    PersonalAccessToken.objects.all().delete()
    assert_unauthenticated(client.get(URL, **arguments), "token_unknown")


def test_a_pat_past_its_time(client, company, clock):
    arguments = people.pat_of(people.owner_of(company), company)
    clock.advance(days=90, seconds=-1)
    assert client.get(URL, **arguments).status_code == 200
    clock.advance(seconds=1)
    assert_unauthenticated(client.get(URL, **arguments), "token_expired")


def test_a_global_flag_that_is_set_later_needs_a_new_string(client, company):
    """Seed: existing PAT strings do not pick up flag changes until they are re-issued."""
    giver = StaffFactory()
    row = PersonalAccessTokenFactory(user=people.owner_of(company), company=company)
    old = bearer(pat_token(row))
    row.access_global_metrics, row.granted_by, row.granted_at = True, giver, NOON
    row.save()
    assert_unauthenticated(client.get(ALL, **old), "token_flags_changed")
    assert client.get(ALL, **bearer(pat_token(row))).status_code == 200
