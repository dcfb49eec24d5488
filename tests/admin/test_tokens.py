"""Personal access tokens in the admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from adapters.orm.models import PersonalAccessToken, TokenEvent
from tests.admin.pages import messages_of, page, shown_form, untick
from tests.factories import (
    CompanyFactory,
    OwnershipFactory,
    PersonalAccessTokenFactory,
    StaffFactory,
)
from tests.service import NOON
from tests.tokens import bearer, pat_token

pytestmark = pytest.mark.django_db

NAME = "personalaccesstoken"


def _url(token):
    return page(NAME, "change", token.pk)


def _form(client, token):
    return shown_form(client, _url(token), NAME)


def _row(token):
    return PersonalAccessToken.objects.values().get(pk=token.pk)


@pytest.fixture
def token():
    owner = OwnershipFactory(user__is_service_account=True)
    return PersonalAccessTokenFactory(user=owner.user, company=owner.company)


@pytest.fixture
def changer(staff, allow):
    """Staff who may change tokens, but give no grants."""
    allow(staff, "view_personalaccesstoken", "change_personalaccesstoken")
    return staff


def _scrape(client, string, path="/api/v1/metrics"):
    client.logout()
    return client.get(path, **bearer(string))


def test_no_page_shows_a_jti(client, root, token):
    pages = [page(NAME), _url(token), page(NAME, "history", token.pk)]
    for url in [*pages, page(NAME, "revoke", token.pk)]:
        response = client.get(url)
        assert response.status_code == 200
        assert token.jti not in response.content.decode()


def test_no_query_string_asks_about_a_jti(client, root, token):
    """It would answer whether a guess is right."""
    for lookup in ("jti__startswith", "previous_jti__isnull", "jti"):
        assert client.get(page(NAME), {lookup: token.jti[0]}).status_code == 400


def test_renaming_writes_the_name_and_nothing_else(client, root, token):
    before = _row(token)
    response = client.post(_url(token), {**_form(client, token), "name": "scraper"})
    assert response.status_code == 302
    assert _row(token) == {**before, "name": "scraper"}
    assert _scrape(client, pat_token(token)).status_code == 200


def test_saving_does_not_put_back_the_last_use(client, root, token):
    form = _form(client, token)
    later = NOON + timedelta(minutes=1)
    PersonalAccessToken.objects.filter(pk=token.pk).update(last_used_at=later, jti="other")
    client.post(_url(token), {**form, "name": "scraper"})
    row = _row(token)
    assert (row["name"], row["last_used_at"], row["jti"]) == ("scraper", later, "other")


def test_saving_a_page_from_before_does_not_undo_a_revocation(client, root, token):
    form = _form(client, token)
    PersonalAccessToken.objects.filter(pk=token.pk).update(revoked_at=NOON)
    before = _row(token)
    assert client.post(_url(token), {**form, "read_only": "on"}).status_code == 403
    assert _row(token) == before


def test_a_revocation_between_reading_and_writing_is_not_undone(client, root, token, monkeypatch):
    form = _form(client, token)
    administer = client.get(_url(token)).wsgi_request.resolver_match.func.model_admin.site.tokens
    change = type(administer).change_flags

    def late(self, *args, **kwargs):
        PersonalAccessToken.objects.filter(pk=token.pk).update(revoked_at=NOON)
        return change(self, *args, **kwargs)

    monkeypatch.setattr(type(administer), "change_flags", late)
    response = client.post(_url(token), {**form, "name": "new", "read_only": "on"}, follow=True)
    assert messages_of(response)[0].startswith("Nothing was done. ")
    row = _row(token)
    assert (row["name"], row["read_only"]) == (token.name, False)


def test_a_page_from_before_does_not_take_a_grant_back(client, root, token):
    form = _form(client, token)
    giver = StaffFactory()
    PersonalAccessToken.objects.filter(pk=token.pk).update(
        access_global_metrics=True, granted_by=giver, granted_at=NOON
    )
    client.post(_url(token), {**form, "name": "scraper"})
    row = _row(token)
    assert (row["name"], row["access_global_metrics"], row["granted_by_id"]) == (
        "scraper",
        True,
        giver.pk,
    )


def test_changing_a_flag_makes_every_string_useless(client, root, token):
    string = pat_token(token)
    client.post(_url(token), {**_form(client, token), "read_only": "on"})
    response = _scrape(client, string)
    assert response.status_code == 401
    assert response.json()["code"] == "token_flags_changed"
    assert "Re-issue" in response.json()["detail"]


def test_changing_a_flag_back_does_not_bring_an_old_string_back(client, root, token):
    string = pat_token(token)
    client.post(_url(token), {**_form(client, token), "read_only": "on"})
    client.post(_url(token), untick(_form(client, token), "read_only"))
    assert not PersonalAccessToken.objects.get(pk=token.pk).read_only
    assert _scrape(client, string).status_code == 401


def test_the_page_warns_about_that(client, root, token):
    text = client.get(_url(token)).content.decode()
    assert "makes every string of this token that was issued before useless" in text


def test_ticking_the_global_flag_records_who_and_when(client, root, token, clock):
    clock.advance(minutes=5)
    client.post(_url(token), {**_form(client, token), "access_global_metrics": "on"})
    token.refresh_from_db()
    assert token.access_global_metrics
    assert (token.granted_by, token.granted_at) == (root, clock())
    assert _scrape(client, pat_token(token), "/api/v1/metrics/all").status_code == 200


def test_ticking_it_is_accounted_for(client, root, token):
    client.post(_url(token), {**_form(client, token), "access_global_metrics": "on"})
    events = TokenEvent.objects.filter(pat_id=token.pk)
    assert {event.kind for event in events} == {"granted", "flags_changed"}
    assert {(event.actor_id, event.means, event.address) for event in events} == {
        (root.pk, "admin", "127.0.0.1")
    }


def test_unticking_it_clears_the_grant(client, root):
    token = PersonalAccessTokenFactory(
        access_global_metrics=True, granted_by=root, granted_at=NOON, user=OwnershipFactory().user
    )
    client.post(_url(token), untick(_form(client, token), "access_global_metrics"))
    token.refresh_from_db()
    assert not token.access_global_metrics
    assert (token.granted_by, token.granted_at) == (None, None)


def test_without_the_permission_the_box_is_disabled_with_the_reason(client, changer, token):
    response = client.get(_url(token))
    box = response.context["adminform"].form.fields["access_global_metrics"]
    assert box.disabled
    assert "You cannot change this: it takes the permission" in response.content.decode()


@pytest.mark.parametrize("is_ticked", [True, False])
def test_without_the_permission_the_box_cannot_be_changed(client, changer, token, is_ticked):
    PersonalAccessToken.objects.filter(pk=token.pk).update(access_global_metrics=is_ticked)
    form = untick(_form(client, token), "access_global_metrics")
    sent = {} if is_ticked else {"access_global_metrics": "on"}
    tampered = {**form, **sent, "initial-access_global_metrics": str(is_ticked), "name": "new"}
    client.post(_url(token), tampered)
    row = _row(token)
    assert (row["name"], row["access_global_metrics"]) == ("new", is_ticked)
    assert row["granted_by_id"] is None


def test_with_the_permission_the_box_can_be_ticked(client, changer, allow, token):
    allow(changer, "grant_global_metrics")
    client.post(_url(token), {**_form(client, token), "access_global_metrics": "on"})
    token.refresh_from_db()
    assert token.granted_by == changer


def test_the_grant_alone_opens_no_page(client, staff, allow, token):
    allow(staff, "grant_global_metrics")
    assert client.get(_url(token)).status_code == 403


def test_viewers_change_nothing(client, staff, allow, token):
    allow(staff, "view_personalaccesstoken")
    before = _row(token)
    assert client.get(_url(token)).status_code == 200
    form = {"name": "x", "access_global_metrics": "on"}
    assert client.post(_url(token), form).status_code == 403
    assert _row(token) == before


def test_user_and_company_cannot_be_changed(client, root, token):
    other = OwnershipFactory()
    form = {**_form(client, token), "user": other.user_id, "company": other.company_id}
    before = _row(token)
    client.post(_url(token), {**form, "name": "new"})
    assert _row(token) == {**before, "name": "new"}


def test_tokens_are_not_deleted(client, root, token):
    assert client.post(page(NAME, "delete", token.pk), {"post": "yes"}).status_code == 403
    form = {"action": "delete_selected", "_selected_action": [token.pk], "post": "yes"}
    client.post(page(NAME), form)
    assert PersonalAccessToken.objects.filter(pk=token.pk).exists()


def test_a_change_is_not_saved_as_a_new_token(client, root, token):
    """Django would add the row itself, past the use case."""
    form = {**_form(client, token), "name": "new", "_saveasnew": "1"}
    assert client.post(_url(token), form).status_code == 403
    assert PersonalAccessToken.objects.get().name == token.name
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"is_staff": True, "is_active": True}, "Yes, while giver@example.test is active staff."),
        ({"is_staff": False, "is_active": True}, "Lapsed: giver@example.test is no longer active"),
        ({"is_staff": True, "is_active": False}, "Lapsed: giver@example.test is no longer active"),
    ],
)
def test_the_page_says_whether_the_grant_holds(client, root, facts, says):
    giver = StaffFactory(email="giver@example.test", **facts)
    token = PersonalAccessTokenFactory(access_global_metrics=True, granted_by=giver)
    assert says in client.get(_url(token)).content.decode()


def test_the_page_says_when_the_giver_is_gone(client, root):
    token = PersonalAccessTokenFactory(access_global_metrics=True)
    assert "Lapsed: who gave it is gone." in client.get(_url(token)).content.decode()


def test_granting_again_keeps_the_string_alive(client, root):
    owner = OwnershipFactory(user__is_service_account=True)
    token = PersonalAccessTokenFactory(
        user=owner.user,
        company=owner.company,
        access_global_metrics=True,
        granted_by=StaffFactory(is_staff=False),
    )
    plain = PersonalAccessTokenFactory()
    string = pat_token(token)
    form = {"action": "grant_again", "_selected_action": [token.pk, plain.pk]}
    response = client.post(page(NAME), form, follow=True)
    assert messages_of(response)[0].startswith("Grants in your name now: 1.")
    token.refresh_from_db()
    plain.refresh_from_db()
    assert (token.granted_by, token.granted_at) == (root, NOON)
    assert not plain.access_global_metrics
    assert _scrape(client, string, "/api/v1/metrics/all").status_code == 200


def test_granting_again_takes_the_permission(client, changer):
    token = PersonalAccessTokenFactory(access_global_metrics=True)
    client.post(page(NAME), {"action": "grant_again", "_selected_action": [token.pk]})
    token.refresh_from_db()
    assert token.granted_by is None


def test_a_token_of_a_company_that_is_gone_is_shown(client, root, token):
    number = token.company_id
    token.company.delete()
    for url in (page(NAME), _url(token)):
        assert f"no. {number}, deleted" in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("active", {"fresh", "ending"}),
        ("expires within 7 days", {"ending"}),
        ("expired", {"old"}),
        ("revoked", {"dead"}),
        ("nonsense", {"fresh", "ending", "old", "dead"}),
    ],
)
def test_the_state_filter(client, root, state, names):
    day = timedelta(days=1)
    PersonalAccessTokenFactory(name="fresh", expires_at=NOON + 30 * day)
    PersonalAccessTokenFactory(name="ending", expires_at=NOON + 7 * day)
    PersonalAccessTokenFactory(name="old", expires_at=NOON)
    PersonalAccessTokenFactory(name="dead", revoked_at=NOON, expires_at=NOON + day)
    found = client.get(page(NAME), {"state": state}).context["cl"].queryset
    assert {token.name for token in found} == names


def test_states_are_shown_in_words(client, root):
    PersonalAccessTokenFactory(expires_at=NOON + timedelta(days=7))
    text = client.get(page(NAME)).content.decode()
    assert '<span class="state state-soon">expires soon</span>' in text


def test_tokens_are_found_by_name_address_slug_and_id(client, root):
    PersonalAccessTokenFactory.create_batch(3)
    token = PersonalAccessTokenFactory(
        name="needle", user__email="ada@pins.test", company=CompanyFactory(slug="haystack")
    )
    terms = ["needle", "ADA@pins", "haystack", str(token.pk), str(token.pk).upper(), token.pk.hex]
    for term in terms:
        found = client.get(page(NAME), {"q": term}).context["cl"].queryset
        assert [row.pk for row in found] == [token.pk], term


def test_flags_filter(client, root):
    PersonalAccessTokenFactory()
    token = PersonalAccessTokenFactory(access_global_metrics=True, read_only=True)
    for flag in ("access_global_metrics__exact", "read_only__exact"):
        assert client.get(page(NAME), {flag: "1"}).context["cl"].queryset.get() == token


def test_history_shows_what_was_changed(client, root, token):
    client.post(_url(token), {**_form(client, token), "read_only": "on"})
    entry = LogEntry.objects.get()
    assert entry.get_change_message() == "Changed Read only."
