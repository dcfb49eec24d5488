"""Re-issuing anybody's token."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from adapters.orm.models import PersonalAccessToken, TokenEvent
from tests.admin.pages import form_of, messages_of, page, token_in
from tests.factories import OwnershipFactory, PersonalAccessTokenFactory, StaffFactory
from tests.service import NOON
from tests.tokens import bearer, pat_token

pytestmark = pytest.mark.django_db

NAME = "personalaccesstoken"
HOUR = 3600
DAY = 24 * HOUR


@pytest.fixture
def make():
    def token(**columns):
        owner = OwnershipFactory(user__is_service_account=True)
        return PersonalAccessTokenFactory(user=owner.user, company=owner.company, **columns)

    return token


@pytest.fixture
def changer(staff, allow):
    """Staff who may change tokens, but give no grants."""
    allow(staff, "view_personalaccesstoken", "change_personalaccesstoken")
    return staff


def _url(token):
    return page(NAME, "reissue", token.pk)


def _reissue(client, token, **changed):
    shown = form_of(client.get(_url(token)), "token_form")
    return client.post(_url(token), {**shown, **changed})


def _statuses(client, *strings, path="/api/v1/metrics"):
    client.logout()
    return [client.get(path, **bearer(string)).status_code for string in strings]


def test_the_new_string_works_and_the_old_one_stops(client, changer, make, clock):
    token = make(read_only=True)
    old = pat_token(token)
    assert f'href="{_url(token)}"' in (client.get(page(NAME, "change", token.pk)).content.decode())
    response = _reissue(client, token, overlap_seconds=0, expires_in=7 * DAY)
    assert "no-store" in response["Cache-Control"]
    before = token.name, token.read_only
    token.refresh_from_db()
    assert (token.name, token.read_only) == before
    assert token.expires_at == clock() + timedelta(days=7)
    assert _statuses(client, old, token_in(response)) == [401, 200]


def test_with_an_overlap_the_old_string_works_until_the_new_one_does(client, changer, make):
    token = make()
    old = pat_token(token)
    new = token_in(_reissue(client, token, overlap_seconds=HOUR))
    assert _statuses(client, old, new, old) == [200, 200, 401]


def test_the_question_changes_nothing(client, changer, make):
    token = make()
    before = PersonalAccessToken.objects.values().get()
    text = client.get(_url(token)).content.decode()
    assert "The token gets a new string" in text
    assert "its rights (may write) stay" in text
    assert PersonalAccessToken.objects.values().get() == before


def test_it_is_accounted_for(client, changer, make):
    token = make()
    string = token_in(_reissue(client, token))
    assert LogEntry.objects.get().get_change_message() == "Re-issued."
    event = TokenEvent.objects.get()
    assert (event.kind, event.actor_id, event.means) == ("reissued", changer.pk, "admin")
    text = client.get(page(NAME, "change", token.pk)).content.decode()
    assert string not in text
    assert string not in str(dict(client.session.items()))


def test_a_form_sent_again_changes_nothing(client, changer, make):
    token = make()
    sent = form_of(client.get(_url(token)), "token_form")
    client.post(_url(token), sent)
    jti = PersonalAccessToken.objects.get().jti
    again = client.post(_url(token), sent, follow=True)
    assert "re-issue the token" in messages_of(again)[0]
    assert PersonalAccessToken.objects.get().jti == jti


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"flags_changed_at": NOON}, "the flags were changed"),
        ({"generation": 1}, "all credentials of its user were ended"),
    ],
)
def test_where_no_string_works_there_is_no_old_one_to_keep(client, changer, make, columns, why):
    token = make(**columns)
    text = client.get(_url(token)).content.decode()
    assert f"No old string works, for {why}" in text
    assert "overlap_seconds" not in text
    assert _statuses(client, token_in(_reissue(client, token))) == [200]


def test_an_expired_token_lives_again(client, changer, make):
    token = make(expires_at=NOON)
    assert "with the new string it lives again" in client.get(_url(token)).content.decode()
    assert _statuses(client, token_in(_reissue(client, token))) == [200]


def test_an_unfinished_reissue_is_mentioned(client, changer, make):
    token = make()
    _reissue(client, token, overlap_seconds=HOUR)
    assert "An earlier re-issue is not finished" in client.get(_url(token)).content.decode()


def _global(make, giver):
    return make(access_global_metrics=True, granted_by=giver, granted_at=NOON)


def test_a_grant_that_lives_is_kept(client, root, make):
    giver = StaffFactory()
    token = _global(make, giver)
    new = token_in(_reissue(client, token))
    token.refresh_from_db()
    assert token.granted_by == giver
    assert _statuses(client, new, path="/api/v1/metrics/all") == [200]


def test_a_grant_can_be_taken_over(client, root, make):
    token = _global(make, StaffFactory())
    _reissue(client, token, global_metrics="grant")
    token.refresh_from_db()
    assert token.granted_by == root


def test_global_metrics_can_be_taken_away(client, root, make):
    token = _global(make, StaffFactory())
    _reissue(client, token, global_metrics="drop")
    token.refresh_from_db()
    assert (token.access_global_metrics, token.granted_by) == (False, None)


def test_a_lapsed_grant_takes_an_answer(client, root, make):
    token = _global(make, StaffFactory(is_staff=False))
    assert "The grant of global metrics has lapsed" in client.get(_url(token)).content.decode()
    for silence in ({}, {"global_metrics": "keep"}):
        response = _reissue(client, token, **silence)
        assert "global_metrics" in response.context["adminform"].form.errors
    new = token_in(_reissue(client, token, global_metrics="grant"))
    token.refresh_from_db()
    assert token.granted_by == root
    assert _statuses(client, new, path="/api/v1/metrics/all") == [200]


def test_a_grant_that_lapses_meanwhile_is_said_on_the_form(client, root, make, monkeypatch):
    giver = StaffFactory()
    token = _global(make, giver)
    administer = type(_administer(client, token))
    reissue = administer.reissue

    def late(self, *args, **kwargs):
        type(giver).objects.filter(pk=giver.pk).update(is_staff=False)
        return reissue(self, *args, **kwargs)

    monkeypatch.setattr(administer, "reissue", late)
    response = _reissue(client, token)
    assert "is not active staff any more" in response.content.decode()
    token.refresh_from_db()
    assert not TokenEvent.objects.exists()


def test_global_metrics_take_the_grant(client, changer, allow, make):
    token = _global(make, StaffFactory())
    response = client.get(_url(token))
    assert response.status_code == 403
    assert "it takes the permission" in response.content.decode()
    assert client.post(_url(token), {"form_id": "x"}).status_code == 403
    allow(changer, "grant_global_metrics")
    assert "Copy the token now" in _reissue(client, token).content.decode()


def test_flagged_meanwhile_it_still_takes_the_grant(client, changer, make, monkeypatch):
    """The string would be everybody's metrics: nothing is re-issued."""
    token = make()
    administer = type(_administer(client, token))
    reissue = administer.reissue
    row = PersonalAccessToken.objects.filter(pk=token.pk)

    def late(self, *args, **kwargs):
        row.update(access_global_metrics=True, granted_by=StaffFactory())
        return reissue(self, *args, **kwargs)

    monkeypatch.setattr(administer, "reissue", late)
    response = _reissue(client, token)
    assert "it takes the permission" in response.content.decode()
    assert row.get().jti == token.jti
    assert not TokenEvent.objects.exists()


def _administer(client, token):
    view = client.get(page(NAME, "change", token.pk)).wsgi_request.resolver_match.func
    return view.model_admin.site.tokens


def test_a_revoked_token_is_not_reissued(client, root, make):
    token = make(revoked_at=NOON)
    assert "reissuelink" not in client.get(page(NAME, "change", token.pk)).content.decode()
    for response in (client.get(_url(token)), client.post(_url(token), {"form_id": "x"})):
        assert response.status_code == 403
        assert "Create a new one" in response.content.decode()


def test_a_refusal_is_said_on_the_form(client, changer, make):
    token = make()
    type(token.user).objects.filter(pk=token.user_id).update(is_active=False)
    text = _reissue(client, token).content.decode()
    assert "Activate the user first." in text
    assert PersonalAccessToken.objects.get().jti == token.jti


def test_it_takes_the_permission_to_change(client, staff, allow, make):
    token = make()
    allow(staff, "view_personalaccesstoken", "add_personalaccesstoken", "grant_global_metrics")
    assert "reissuelink" not in client.get(page(NAME, "change", token.pk)).content.decode()
    assert client.get(_url(token)).status_code == 403
    assert client.post(_url(token)).status_code == 403


def test_what_is_not_there_is_404(client, root):
    for key in ("11111111-1111-4111-8111-111111111111", "nonsense"):
        assert client.get(page(NAME, "reissue", key)).status_code == 404
