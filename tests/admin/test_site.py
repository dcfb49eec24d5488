"""The site as a whole: who enters, what it is called, and that it is well put together."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from adapters.admin.build import build_admin_site
from adapters.orm import models
from adapters.orm.models import User
from domain.callers.reader import CallerReader
from tests.admin.pages import page
from tests.factories import (
    PASSWORD,
    MembershipFactory,
    PersonalAccessTokenFactory,
    UserFactory,
)
from tests.service import SERVICES, clock

pytestmark = pytest.mark.django_db


def _site():
    return build_admin_site(
        now=clock,
        caller_at=None,
        ask_password=None,
        tokens=SERVICES.administer,
        reach=SERVICES.reach,
        people=SERVICES.people,
        credentials=SERVICES.credentials,
        security=SERVICES.people.security,
    )


def test_its_pages_pass_djangos_checks():
    assert _site().check(None) == []


def test_it_shows_every_table_but_the_machinery():
    shown = set(_site()._registry)
    assert shown == {
        Group,
        models.Company,
        models.LoginTally,
        models.Membership,
        models.PersonalAccessToken,
        models.Session,
        models.SocialAccount,
        models.TokenEvent,
        models.User,
        models.UserActivity,
    }


def test_it_says_shellui(client, root):
    text = client.get(reverse("admin:index")).content.decode()
    assert "<title>Users, companies and tokens | ShellUI</title>" in text
    assert '<a href="/admin/">ShellUI</a>' in text


@pytest.mark.parametrize(
    ("facts", "enters"),
    [
        ({"is_staff": True, "is_active": True}, True),
        ({"is_staff": True, "is_active": False}, False),
        ({"is_staff": False, "is_active": True}, False),
        ({"is_staff": False, "is_active": True, "is_superuser": True}, False),
    ],
)
def test_only_active_staff_enter(client, facts, enters):
    user = MembershipFactory(user=UserFactory(**facts)).user
    client.post("/tokens/sign-in/", {"email": user.email, "password": PASSWORD})
    assert (client.get(reverse("admin:index")).status_code == 200) is enters


def test_staff_without_permissions_see_nothing(client, staff):
    assert client.get(reverse("admin:index")).context["app_list"] == []
    names = ["user", "company", "membership", "personalaccesstoken", "session", "socialaccount"]
    for name in [*names, "logintally", "useractivity", "tokenevent"]:
        assert client.get(page(name)).status_code == 403


def test_no_page_holds_what_the_policy_for_content_refuses(client, root):
    """No inline script, style or handler: the policy allows none, so they would not work."""
    token = PersonalAccessTokenFactory()
    names = ["user", "company", "personalaccesstoken", "session", "tokenevent"]
    token_pages = [page("personalaccesstoken", name, token.pk) for name in ("change", "reissue")]
    ends = [page("user", "revoke_tokens", token.user_id), page("personalaccesstoken", "add")]
    for url in [*map(page, names), *token_pages, *ends]:
        response = client.get(url)
        assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
        text = response.content.decode()
        assert "<script>" not in text
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text


def test_whoever_is_deleted_while_they_enter_is_sent_to_sign_in(client, root, monkeypatch):
    read = CallerReader.by_session

    def and_delete(*args, **kwargs):
        found = read(*args, **kwargs)
        User.objects.all().delete()
        return found

    monkeypatch.setattr(CallerReader, "by_session", and_delete)
    assert client.get("/admin/")["Location"].startswith("/tokens/sign-in/")
