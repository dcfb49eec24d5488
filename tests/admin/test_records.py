"""Tallies, presence, sessions and social accounts in the admin."""

from __future__ import annotations

import pytest

from adapters.orm.models import LoginTally, SocialAccount
from tests.admin.pages import page, shown_form
from tests.factories import (
    LoginTallyFactory,
    SessionFactory,
    SocialAccountFactory,
    UserActivityFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("logintally", LoginTallyFactory),
        ("useractivity", UserActivityFactory),
        ("session", SessionFactory),
    ],
)
def test_what_the_service_writes_is_only_looked_at(client, root, name, factory):
    row = factory()
    assert client.get(page(name)).status_code == 200
    assert client.get(page(name, "change", row.pk)).status_code == 200
    assert client.get(page(name, "add")).status_code == 403
    assert client.post(page(name, "change", row.pk), {"successes": "0"}).status_code == 403
    assert client.post(page(name, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


def test_a_tally_does_not_go_back(client, root):
    tally = LoginTallyFactory(successes=7)
    client.post(page("logintally", "change", tally.pk), {"successes": "0"})
    assert LoginTally.objects.get().successes == 7


def test_no_session_page_shows_or_asks_about_a_digest_of_a_refresh_token(client, root):
    session = SessionFactory(refresh_family="f" * 64, refresh_live="e" * 64, refresh_spent="d" * 64)
    for url in (page("session"), page("session", "change", session.pk)):
        shown = client.get(url).content.decode()
        assert not any(digit * 64 in shown for digit in "fed")
    for column in ("refresh_family", "refresh_live", "refresh_spent", "refresh_jti"):
        response = client.get(page("session"), {f"{column}__startswith": "f"})
        assert response.status_code == 400


def test_a_session_without_a_company_is_shown(client, root):
    session = SessionFactory(company=None)
    assert client.get(page("session")).status_code == 200
    assert client.get(page("session", "change", session.pk)).status_code == 200


def test_social_accounts_are_linked_and_unlinked(client, root):
    user = UserFactory()
    form = shown_form(client, page("socialaccount", "add"), "socialaccount")
    form = {**form, "user": user.pk, "provider": "github", "uid": "42"}
    client.post(page("socialaccount", "add"), form)
    account = SocialAccount.objects.get(user=user, provider="github", uid="42")
    client.post(page("socialaccount", "delete", account.pk), {"post": "yes"})
    assert not SocialAccount.objects.exists()


def test_social_accounts_are_found(client, root):
    account = SocialAccountFactory(uid="needle", user__email="ada@example.test")
    SocialAccountFactory.create_batch(2, provider="google")
    for term in ("needle", "ada@", "github"):
        found = client.get(page("socialaccount"), {"q": term}).context["cl"].queryset
        assert list(found) == [account]
