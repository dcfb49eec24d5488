"""``GET /api/v1/user``: the caller as the service sees it, now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from adapters.orm.models import User
from domain.gate import Gate
from tests.factories import StaffFactory
from tests.helpers import people
from tests.helpers.answers import assert_error, assert_unauthenticated
from tests.helpers.pats import created
from tests.helpers.sign_in import sign_in
from tests.service import NOON, SERVICES
from tests.tokens import bearer

URL = "/api/v1/user"


def test_an_owner_with_a_session(client, company):
    user = people.owner_of(company)
    assert client.get(URL, **people.session_of(user, company)).json() == {
        "id": str(user.pk),
        "email": user.email,
        "name": user.name,
        "is_staff": False,
        "company": {"id": company.pk, "slug": company.slug},
        "is_company_owner": True,
        "token": {
            "kind": "session",
            "read_only": False,
            "access_global_metrics": False,
            "expires_at": "2026-03-18T12:05:00Z",
        },
        "user_metadata": {
            "name": user.name,
            "full_name": user.name,
            "is_staff": False,
            "is_company_owner": True,
            "groups": [],
        },
        "app_metadata": {"provider": "email"},
    }


@pytest.mark.parametrize("kind", ["session", "pat"])
def test_what_it_says_of_the_user_is_what_their_token_says(client, company, kind):
    """The same words as in a token issued at this moment, groups and all."""
    user = people.owner_of(company)
    user.groups.add(Group.objects.create(name="support"), Group.objects.create(name="billing"))
    token = sign_in(client, user.email).json()["access_token"]
    if kind == "pat":
        token = created(client, bearer(token))["access_token"]
    claims = SERVICES.authenticate.codec.verify(token)
    body = client.get(URL, **bearer(token)).json()
    assert body["user_metadata"] == claims["user_metadata"]
    assert body["app_metadata"] == claims["app_metadata"]
    assert body["email"] == claims["email"]


def test_staff_without_a_company(client, db):
    body = client.get(URL, **people.session_of(StaffFactory(), None)).json()
    assert (body["is_staff"], body["company"], body["is_company_owner"]) == (True, None, False)


def test_a_pat_with_its_limits(client, company):
    user, giver = people.member_of(company), StaffFactory()
    arguments = people.global_pat_of(
        user, company, by=giver, read_only=True, expires_at=NOON + timedelta(days=1)
    )
    assert client.get(URL, **arguments).json()["token"] == {
        "kind": "personal_access_token",
        "read_only": True,
        "access_global_metrics": True,
        "expires_at": "2026-03-19T12:00:00Z",
    }


def test_live_facts_and_not_the_claims(client, company):
    user = people.owner_of(company)
    arguments = people.session_of(user, company)
    user.memberships.update(role="member")
    type(user).objects.filter(pk=user.pk).update(name="New", is_staff=True)
    body = client.get(URL, **arguments).json()
    assert (body["name"], body["is_staff"], body["is_company_owner"]) == ("New", True, False)
    assert (body["user_metadata"]["name"], body["user_metadata"]["is_staff"]) == ("New", True)
    assert body["user_metadata"]["is_company_owner"] is False


@pytest.mark.parametrize("who", [people.member, people.owner, people.staff])
def test_every_member_and_staff(client, company, who):
    assert client.get(URL, **who(company)).status_code == 200


def test_others_are_refused(client, company):
    assert_error(client.get(URL, **people.stranger(company)), 403, "membership_required")
    user = people.member_of(company, is_enabled=False)
    response = client.get(URL, **people.session_of(user, company))
    assert_error(response, 403, "membership_disabled")
    assert_error(client.get(URL), 401, "token_missing", challenge="")


def test_a_user_who_is_deleted_while_they_ask_is_unknown(client, company, monkeypatch):
    arguments = people.owner(company)
    admit = Gate.admit

    def and_delete(*args, **kwargs):
        found = admit(*args, **kwargs)
        User.objects.all().delete()
        return found

    monkeypatch.setattr(Gate, "admit", and_delete)
    assert_unauthenticated(client.get(URL, **arguments), "token_unknown")
