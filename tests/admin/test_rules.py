"""The domain's rules of administration hold in the admin, whatever its pages show."""

from __future__ import annotations

import pytest

from adapters.orm.models import PersonalAccessToken, TokenEvent
from tests.admin.pages import form_of, messages_of, page, shown_form, untick
from tests.factories import OwnershipFactory, PersonalAccessTokenFactory

pytestmark = pytest.mark.django_db

NAME = "personalaccesstoken"
SUPERUSERS = "Ask a superuser."


@pytest.fixture
def helper(staff, allow):
    """Staff with every permission on tokens, and no superuser."""
    names = ("view", "add", "change", "revoke")
    allow(staff, "grant_global_metrics", *(f"{name}_{NAME}" for name in names))
    return staff


@pytest.fixture
def root_token():
    owner = OwnershipFactory(user__is_staff=True, user__is_superuser=True)
    return PersonalAccessTokenFactory(user=owner.user, company=owner.company, read_only=True)


def test_nobody_but_a_superuser_issues_for_staff(client, helper):
    place = OwnershipFactory(user__is_staff=True, user__is_superuser=True)
    form = form_of(client.get(page(NAME, "add")), "token_form")
    sent = {**form, "user": place.user_id, "company": place.company_id}
    assert SUPERUSERS in client.post(page(NAME, "add"), sent).content.decode()
    assert not PersonalAccessToken.objects.exists()


def test_nobody_issues_a_token_that_writes_as_another_person(client, root):
    place = OwnershipFactory()
    form = untick(form_of(client.get(page(NAME, "add")), "token_form"), "read_only")
    sent = {**form, "user": place.user_id, "company": place.company_id}
    text = client.post(page(NAME, "add"), sent).content.decode()
    assert "A token that may write acts as its user." in text
    assert not PersonalAccessToken.objects.exists()


def test_nobody_but_a_superuser_reissues_for_staff(client, helper, root_token):
    url = page(NAME, "reissue", root_token.pk)
    sent = form_of(client.get(url), "token_form")
    assert SUPERUSERS in client.post(url, sent).content.decode()
    assert PersonalAccessToken.objects.get().jti == root_token.jti


def test_nobody_but_a_superuser_changes_flags_for_staff(client, helper, root_token):
    url = page(NAME, "change", root_token.pk)
    sent = {**shown_form(client, url, NAME), "access_global_metrics": "on"}
    assert SUPERUSERS in messages_of(client.post(url, sent, follow=True))[0]
    assert not PersonalAccessToken.objects.get().access_global_metrics


def test_nobody_but_a_superuser_grants_again_for_staff(client, helper, root_token):
    PersonalAccessToken.objects.update(access_global_metrics=True)
    sent = {"action": "grant_again", "_selected_action": [root_token.pk]}
    assert client.post(page(NAME), sent).status_code == 403
    assert PersonalAccessToken.objects.get().granted_by is None
    assert not TokenEvent.objects.exists()


def test_a_token_of_ones_own_is_ones_own_to_write_with(client, root):
    token = PersonalAccessTokenFactory(user=root)
    url = page(NAME, "reissue", token.pk)
    answer = client.post(url, form_of(client.get(url), "token_form"))
    assert "Copy the token now" in answer.content.decode()
