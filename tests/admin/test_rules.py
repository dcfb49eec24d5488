"""The domain's rules of administration hold in the admin, whatever its pages show."""

from __future__ import annotations

from unittest import mock

import pytest

from adapters.orm.models import PersonalAccessToken, TokenEvent
from tests.admin.pages import form_of, messages_of, page, shown_form, untick
from tests.factories import (
    CompanyFactory,
    OwnershipFactory,
    PersonalAccessTokenFactory,
    StaffFactory,
)
from tests.service import NOON

pytestmark = pytest.mark.django_db

NAME = "personalaccesstoken"
WHOSE = "Tokens of staff are made and changed by superusers, or by their own users."
SUPERUSERS = "Ask a superuser."


@pytest.fixture
def helper(staff, allow):
    """Staff with every permission on tokens, and no superuser."""
    names = ("view", "add", "change", "revoke")
    allow(
        staff,
        "view_user",
        "view_company",
        "grant_global_metrics",
        *(f"{name}_{NAME}" for name in names),
    )
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
    """The page says so, and there is no form; what is sent without one is refused."""
    url = page(NAME, "reissue", root_token.pk)
    for answer in (client.get(url), client.post(url, {"expires_in": 86_400})):
        assert answer.status_code == 403
        assert SUPERUSERS in answer.content.decode()
        assert form_of(answer, "token_form") == {}
    assert PersonalAccessToken.objects.get().jti == root_token.jti


@pytest.mark.parametrize("sent", [{"access_global_metrics": "on"}, {"name": "mine"}])
def test_nobody_but_a_superuser_changes_a_token_of_staff(client, helper, root_token, sent):
    url = page(NAME, "change", root_token.pk)
    text = client.get(url).content.decode()
    assert f'<p class="why-not">{WHOSE}' in text
    assert "reissuelink" not in text
    before = PersonalAccessToken.objects.values().get()
    assert client.post(url, sent).status_code == 403
    assert PersonalAccessToken.objects.values().get() == before


def test_nobody_but_a_superuser_grants_again_for_staff(client, helper, root_token):
    """Of those chosen the others are granted, and the page says how many were not, and why."""
    own = PersonalAccessTokenFactory(user=OwnershipFactory().user, read_only=True)
    PersonalAccessToken.objects.update(access_global_metrics=True)
    sent = {"action": "grant_again", "_selected_action": [root_token.pk, own.pk]}
    said = messages_of(client.post(page(NAME), sent, follow=True))
    assert said[0].startswith("Grants in your name now: 1.")
    assert said[1] == f"1 token of those chosen not granted: {WHOSE} {SUPERUSERS}"
    givers = dict(PersonalAccessToken.objects.values_list("pk", "granted_by"))
    assert givers == {root_token.pk: None, own.pk: helper.pk}


def test_a_helpdesk_may_still_revoke_what_it_may_not_change(client, helper, root_token):
    client.post(page(NAME, "revoke", root_token.pk))
    assert PersonalAccessToken.objects.get().revoked_at is not None


def test_a_writing_token_of_somebody_else_is_not_reissued_and_its_page_says_why(client, root):
    owner = OwnershipFactory()
    token = PersonalAccessTokenFactory(user=owner.user, company=owner.company)
    text = client.get(page(NAME, "change", token.pk)).content.decode()
    assert "reissuelink" not in text
    assert "It cannot be re-issued here. A token that may write acts as its user." in text
    url = page(NAME, "reissue", token.pk)
    assert client.get(url).status_code == client.post(url).status_code == 403
    change = page(NAME, "change", token.pk)
    client.post(change, {**shown_form(client, change, NAME), "read_only": "on"})
    assert "reissuelink" in client.get(change).content.decode()
    answer = client.post(url, form_of(client.get(url), "token_form"))
    assert "Copy the token now" in answer.content.decode()


def test_a_read_only_token_of_somebody_else_cannot_be_made_to_write(client, root):
    token = PersonalAccessTokenFactory(user=OwnershipFactory().user, read_only=True)
    url = page(NAME, "change", token.pk)
    field = client.get(url).context["adminform"].form.fields["read_only"]
    assert field.disabled
    assert field.help_text.startswith("A token that may write acts as its user.")
    client.post(url, untick(shown_form(client, url, NAME), "read_only"))
    assert PersonalAccessToken.objects.get().read_only


def test_a_service_accounts_token_is_made_to_write_and_reissued(client, root):
    owner = OwnershipFactory(user__is_service_account=True)
    token = PersonalAccessTokenFactory(user=owner.user, company=owner.company, read_only=True)
    url = page(NAME, "change", token.pk)
    client.post(url, untick(shown_form(client, url, NAME), "read_only"))
    assert not PersonalAccessToken.objects.get().read_only
    url = page(NAME, "reissue", token.pk)
    answer = client.post(url, form_of(client.get(url), "token_form"))
    assert "Copy the token now" in answer.content.decode()


@pytest.mark.parametrize("who", ["inactive", "no member", "disabled"])
def test_a_token_that_nobody_could_use_says_why_it_is_not_reissued(client, root, who):
    owner = OwnershipFactory(user__is_active=who != "inactive", is_enabled=who != "disabled")
    company = CompanyFactory() if who == "no member" else owner.company
    token = PersonalAccessTokenFactory(user=owner.user, company=company, read_only=True)
    answer = client.get(page(NAME, "reissue", token.pk))
    assert answer.status_code == 403
    says = {"inactive": "Activate the user", "no member": "Add a membership", "disabled": "Enable"}
    assert says[who] in answer.content.decode()


@pytest.fixture
def global_token():
    """A service account's, read-only, with global metrics that a staff user answers for."""
    owner = OwnershipFactory(user__is_service_account=True)
    return PersonalAccessTokenFactory(
        user=owner.user,
        company=owner.company,
        read_only=True,
        access_global_metrics=True,
        granted_by=StaffFactory(),
        granted_at=NOON,
    )


def test_a_global_token_is_not_made_to_write_without_the_grant(client, staff, allow, global_token):
    """Seen: it took the permission to change tokens alone."""
    allow(staff, f"view_{NAME}", f"change_{NAME}")
    url = page(NAME, "change", global_token.pk)
    field = client.get(url).context["adminform"].form.fields["read_only"]
    assert field.disabled
    assert field.help_text.startswith("You cannot untick this: a token with global metrics")
    client.post(url, untick(shown_form(client, url, NAME), "read_only"))
    row = PersonalAccessToken.objects.get()
    assert (row.read_only, row.granted_by) == (True, global_token.granted_by)


def test_a_page_from_before_the_flag_makes_no_global_token_write(
    client, staff, allow, global_token
):
    """The box was there to untick when the page was read; the domain says no."""
    allow(staff, f"view_{NAME}", f"change_{NAME}")
    PersonalAccessToken.objects.update(access_global_metrics=False)
    url = page(NAME, "change", global_token.pk)
    sent = untick(shown_form(client, url, NAME), "read_only")
    model_admin = client.get(url).wsgi_request.resolver_match.func.model_admin
    with mock.patch.object(type(model_admin), "_why_not_write", return_value=""):
        PersonalAccessToken.objects.update(access_global_metrics=True)
        said = messages_of(client.post(url, sent, follow=True))[0]
    assert said.startswith("Nothing was done. Giving a token global metrics, and letting one")
    assert PersonalAccessToken.objects.get().read_only


def test_with_the_grant_a_global_token_is_made_to_write_in_ones_name(
    client, staff, allow, global_token
):
    allow(staff, f"view_{NAME}", f"change_{NAME}", "grant_global_metrics")
    url = page(NAME, "change", global_token.pk)
    client.post(url, untick(shown_form(client, url, NAME), "read_only"))
    row = PersonalAccessToken.objects.get()
    assert (row.read_only, row.granted_by) == (False, staff)
    kinds = set(TokenEvent.objects.values_list("kind", "actor_id"))
    assert kinds == {("flags_changed", staff.pk), ("granted", staff.pk)}


def test_narrowing_a_global_token_leaves_its_grant_as_it_is(client, root, global_token):
    PersonalAccessToken.objects.update(read_only=False)
    url = page(NAME, "change", global_token.pk)
    client.post(url, {**shown_form(client, url, NAME), "read_only": "on"})
    row = PersonalAccessToken.objects.get()
    assert (row.read_only, row.granted_by) == (True, global_token.granted_by)


def test_a_token_of_ones_own_is_ones_own_to_write_with(client, root):
    token = PersonalAccessTokenFactory(user=root)
    url = page(NAME, "reissue", token.pk)
    answer = client.post(url, form_of(client.get(url), "token_form"))
    assert "Copy the token now" in answer.content.decode()
