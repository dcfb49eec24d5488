"""What happened: beside a token, and in a list of its own."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from adapters.orm.models import TokenEvent
from tests.admin.pages import page, token_event
from tests.factories import PersonalAccessTokenFactory, SessionFactory
from tests.service import NOON

pytestmark = pytest.mark.django_db

NAME = "personalaccesstoken"


def _text(client, token):
    return client.get(page(NAME, "change", token.pk)).content.decode()


def test_a_tokens_last_fifty_events_are_beside_it(client, root):
    token = PersonalAccessTokenFactory()
    for n in range(51):
        token_event(pat_id=token.pk, at=NOON + timedelta(minutes=n), actor_name=f"by-{n}.")
    token_event(actor_name="of-another", at=NOON + timedelta(days=1))
    text = _text(client, token)
    assert [n for n in range(51) if f"<td>by-{n}.</td>" in text] == list(range(1, 51))
    assert text.index("by-50.") < text.index("by-49.")
    assert "of-another" not in text


def test_an_event_says_when_what_by_whom_and_from_where(client, root):
    token = PersonalAccessTokenFactory()
    token_event(pat_id=token.pk, kind="flags_changed", means="shell", address="")
    token_event(pat_id=token.pk, kind="issued", means="page")
    text = _text(client, token)
    for cells in (
        "<td>flags changed</td><td>grace@example.test</td><td>shell</td>",
        "<td>issued</td><td>grace@example.test</td><td>page, 192.0.2.7</td>",
    ):
        assert cells in text
    assert "2026-03-18 12:00</time>" in text


def test_events_take_the_permission_to_see_them(client, staff, allow):
    token = PersonalAccessTokenFactory()
    event = token_event(pat_id=token.pk)
    allow(staff, "view_personalaccesstoken")
    assert event.address not in _text(client, token)
    assert client.get(page("tokenevent")).status_code == 403
    allow(staff, "view_tokenevent")
    assert event.address in _text(client, token)
    assert client.get(page("tokenevent")).status_code == 200


def test_the_page_says_when_it_was_last_reissued(client, root):
    token = PersonalAccessTokenFactory()
    for minute in (1, 2):
        at = NOON + timedelta(minutes=minute)
        token_event(pat_id=token.pk, kind="reissued", at=at)
    assert '<div class="readonly">2026-03-18 12:02</div>' in _text(client, token)


def test_the_page_says_that_an_overlap_runs(client, root, clock):
    until = NOON + timedelta(hours=1)
    token = PersonalAccessTokenFactory(previous_jti="old", previous_expires_at=until)
    says = "works until 2026-03-18 13:00, or until the new one is first used"
    assert says in _text(client, token)
    clock.advance(hours=1)
    assert says not in _text(client, token)


@pytest.mark.parametrize(
    ("columns", "badge"),
    [
        ({"flags_changed_at": NOON}, 'soon">no string works: re-issue it'),
        ({"generation": 1}, 'ended">ended with all of its user&#x27;s credentials: re-issue it'),
    ],
)
def test_the_page_says_that_a_reissue_is_needed(client, root, columns, badge):
    """No string is good after a change of flags, nor one of another generation than its user's."""
    token = PersonalAccessTokenFactory(**columns)
    assert f'<span class="state state-{badge}</span>' in _text(client, token)
    assert badge in client.get(page(NAME)).content.decode()


def test_an_overlap_ends_with_all_of_the_users_credentials(client, root):
    until = NOON + timedelta(hours=1)
    token = PersonalAccessTokenFactory(previous_jti="old", previous_expires_at=until, generation=1)
    assert "none that works" in _text(client, token)


def test_what_ended_with_all_credentials_is_found_by_its_state(client, root):
    ended = PersonalAccessTokenFactory(generation=1)
    live = PersonalAccessTokenFactory()
    for state, row in (("ended", ended), ("active", live)):
        found = client.get(page(NAME), {"state": state}).context["cl"].queryset
        assert list(found) == [row]
    session = SessionFactory(generation=1)
    found = client.get(page("session"), {"state": "ended"})
    assert list(found.context["cl"].queryset) == [session]
    assert "ended with all of its user&#x27;s credentials</span>" in found.content.decode()


def test_events_are_only_looked_at(client, root):
    event = token_event(pat_id=PersonalAccessTokenFactory().pk)
    url = page("tokenevent", "change", event.pk)
    assert "prometheus" in client.get(url).content.decode()
    assert client.get(page("tokenevent", "add")).status_code == 403
    assert client.post(url, {"address": "x"}).status_code == 403
    assert client.post(page("tokenevent", "delete", event.pk), {"post": "yes"}).status_code == 403
    selected = {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"}
    client.post(page("tokenevent"), selected)
    assert TokenEvent.objects.get() == event


def test_events_of_no_token_and_of_one_that_is_gone_are_shown(client, root):
    gone = "11111111-1111-4111-8111-111111111111"
    token_event(kind="refresh_reused", detail={})
    token_event(pat_id=gone)
    text = client.get(page("tokenevent")).content.decode()
    links = re.findall(r'href="/admin/shellui/personalaccesstoken/([^"/]+)/change/"', text)
    assert links == [gone]


def _found(client, **query):
    return list(client.get(page("tokenevent"), query).context["cl"].queryset)


def test_events_are_filtered_by_kind_and_means(client, root):
    token_event()
    event = token_event(kind="revoked", means="shell")
    assert _found(client, kind__exact="revoked") == [event]
    assert _found(client, means__exact="shell") == [event]


def test_events_are_found(client, root):
    token = PersonalAccessTokenFactory()
    token_event()
    event = token_event(
        pat_id=token.pk,
        user_email="needle@pins.test",
        company_slug="haystack",
        actor_name="tester@pins.test",
        address="2001:db8::1",
    )
    for term in ("needle", "haystack", "tester", "2001:db8::1", str(token.pk)):
        assert _found(client, q=term) == [event], term


def test_the_acting_credential_is_shown_and_found(client, root):
    """By the token that acted, one finds what was done with it."""
    token, session = PersonalAccessTokenFactory(), SessionFactory()
    by_token = token_event(actor_pat_id=token.pk)
    token_event(actor_session_id=session.pk)
    text = client.get(page("tokenevent")).content.decode()
    for kind, row in (("token", token), ("session", session)):
        url = page(row._meta.model_name, "change", row.pk)
        assert f'<a href="{url}">{kind} {row.pk}</a>' in text
    assert _found(client, q=str(token.pk)) == [by_token]
    assert "token " in client.get(page("tokenevent", "change", by_token.pk)).content.decode()


def test_the_newest_event_comes_first(client, root):
    older, newer = token_event(), token_event(at=NOON + timedelta(minutes=1))
    assert _found(client) == [newer, older]
