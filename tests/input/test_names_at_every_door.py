"""Text that would break its line is refused wherever people give names, by one rule."""

from __future__ import annotations

import io
from unittest import mock

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.urls import reverse

from adapters.orm.models import Company, PersonalAccessToken, SocialAccount, User
from tests.admin.pages import page, shown_form
from tests.factories import (
    PASSWORD,
    CompanyFactory,
    OwnershipFactory,
    PersonalAccessTokenFactory,
    StaffFactory,
    UserFactory,
)
from tests.helpers import people
from tests.helpers.answers import assert_error
from tests.helpers.doors import sit_down
from tests.helpers.pats import create
from tests.service import SERVICES

SENTENCE = "write one line, without control characters"
FORGED = [
    "a\tforged\trow",
    "a\nforged row",
    "a\x1b[2Kb",
    "a\x85b",
    "a\u2028b",
    "a\u202eb",
    "a\u2066b",
]

pytestmark = pytest.mark.django_db
forged = pytest.mark.parametrize("text", FORGED, ids=ascii)


@pytest.fixture
def root(client):
    user = StaffFactory(is_superuser=True)
    sit_down(client, user)
    return user


@forged
def test_the_api_refuses_it_and_names_the_field(client, text):
    owner = people.owner(CompanyFactory())
    answer = assert_error(create(client, owner, {"name": text}), 422, "validation_failed")
    assert [item["loc"] for item in answer["errors"]] == [["body", "name"]]
    assert SENTENCE in answer["errors"][0]["msg"]
    assert not PersonalAccessToken.objects.exists()


@forged
def test_the_page_refuses_it_with_the_rule_s_sentence(client, text):
    owner = OwnershipFactory()
    client.post("/tokens/sign-in/", {"email": owner.user.email, "password": PASSWORD})
    answer = client.post("/tokens/new/", {"name": text, "expires_in": 86400})
    assert answer.status_code == 422
    assert SENTENCE in answer.content.decode()
    assert not PersonalAccessToken.objects.exists()


@forged
def test_the_shell_refuses_it(text):
    owner = OwnershipFactory()
    who = ("--user", owner.user.email, "--company", owner.company.slug)
    with (
        mock.patch("adapters.commands.management.commands.pat.services", return_value=SERVICES),
        pytest.raises(CommandError, match=SENTENCE),
    ):
        call_command("pat", "issue", *who, "--name", text, stdout=io.StringIO())
    assert not PersonalAccessToken.objects.exists()


@forged
def test_the_shell_makes_no_superuser_of_such_an_address(text):
    """An address may be quoted, and then Django lets control characters through."""
    with pytest.raises(CommandError):
        call_command(
            "createsuperuser",
            "--noinput",
            "--email",
            f'"{text}"@example.test',
            stdout=io.StringIO(),
        )
    assert not User.objects.exists()


def refused(client, url: str, form: dict) -> bool:
    answer = client.post(url, form)
    return answer.status_code == 200 and SENTENCE in answer.content.decode()


@forged
@pytest.mark.usefixtures("root")
class TestAdmin:
    def test_a_token_s_name_on_its_page(self, client, text):
        token = PersonalAccessTokenFactory(name="was")
        url = page("personalaccesstoken", "change", token.pk)
        form = shown_form(client, url, "personalaccesstoken")
        assert refused(client, url, {**form, "name": text})
        token.refresh_from_db()
        assert token.name == "was"

    def test_a_new_token_s_name(self, client, text):
        url = page("personalaccesstoken", "add")
        owner = OwnershipFactory()
        form = shown_form(client, url, "personalaccesstoken")
        chosen = {"user": owner.user.pk, "company": owner.company.pk, "name": text}
        assert refused(client, url, {**form, **chosen})
        assert not PersonalAccessToken.objects.exists()

    def test_a_user_s_name_and_address(self, client, text):
        user = UserFactory()
        url = page("user", "change", user.pk)
        form = shown_form(client, url, "user")
        for name, sent in (("name", text), ("email", f'"{text}"@example.test')):
            assert client.post(url, {**form, name: sent}).status_code == 200
        assert refused(client, url, {**form, "name": text})
        before = user.name, user.email
        user.refresh_from_db()
        assert (user.name, user.email) == before

    def test_a_company_s_name_and_slug(self, client, text):
        url = page("company", "add")
        form = shown_form(client, url, "company")
        assert refused(client, url, {**form, "slug": "acme", "name": text})
        assert client.post(url, {**form, "slug": text, "name": "Acme"}).status_code == 200
        assert not Company.objects.exists()

    def test_a_social_account_s_id_and_provider(self, client, text):
        url = page("socialaccount", "add")
        form = {**shown_form(client, url, "socialaccount"), "user": UserFactory().pk}
        assert refused(client, url, {**form, "provider": text, "uid": "7"})
        assert refused(client, url, {**form, "provider": "github", "uid": text})
        assert not SocialAccount.objects.exists()

    def test_a_group_s_name(self, client, text):
        url = reverse("admin:auth_group_add")
        assert refused(client, url, {**shown_form(client, url, "group"), "name": text})
        assert not Group.objects.exists()
