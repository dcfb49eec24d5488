"""All sessions and tokens of a user end at once, from the user's page, with the numbers first."""

from __future__ import annotations

import pytest

from adapters.orm.models import TokenEvent
from tests.admin.pages import messages_of, page
from tests.factories import (
    OwnershipFactory,
    PersonalAccessTokenFactory,
    SessionFactory,
    StaffFactory,
)
from tests.service import NOON
from tests.tokens import bearer, pat_token, session_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return OwnershipFactory()


@pytest.fixture
def strings(owner):
    """A session's and a token's, beside some that are dead."""
    held = {"user": owner.user, "company": owner.company}
    live = session_token(SessionFactory(**held)), pat_token(PersonalAccessTokenFactory(**held))
    for columns in ({"revoked_at": NOON}, {"expires_at": NOON}, {"generation": 7}):
        PersonalAccessTokenFactory(**held, **columns)
        SessionFactory(**held, **columns)
    return live


def _url(user) -> str:
    return page("user", "end_all", user.pk)


def _codes(client, strings) -> list[str | None]:
    answers = [client.get("/api/v1/metrics", **bearer(string)) for string in strings]
    return [None if a.status_code == 200 else a.json()["code"] for a in answers]


def test_the_page_asks_with_the_numbers(client, root, owner, strings):
    assert f'href="{_url(owner.user)}"' in (
        client.get(page("user", "change", owner.user_id)).content.decode()
    )
    text = client.get(_url(owner.user)).content.decode()
    assert f"End all sessions and tokens of {owner.user}?" in text
    assert "What works now, 1 session and 1 token, stops at once, everywhere." in text
    assert "These are your own" not in text
    assert _codes(client, strings) == [None, None]


def test_confirmed_everything_stops_and_it_is_accounted_for(client, root, owner, strings):
    response = client.post(_url(owner.user), follow=True)
    assert messages_of(response) == ["All sessions and tokens of this user have ended."]
    assert _codes(client, strings) == ["credentials_ended"] * 2
    event = TokenEvent.objects.get()
    assert (event.kind, event.user_id, event.actor_id) == (
        "credentials_ended",
        owner.user_id,
        root.pk,
    )
    assert (event.means, event.detail) == ("admin", {"because": "administrator"})
    assert "What works now, 0 sessions and 0 tokens" in (
        client.get(_url(owner.user)).content.decode()
    )


def test_ones_own_end_too_and_one_signs_in_again(client, root):
    assert "These are your own: you sign in again" in client.get(_url(root)).content.decode()
    client.post(_url(root))
    assert client.get("/admin/")["Location"].startswith("/tokens/sign-in/")


@pytest.mark.parametrize("lacks", ["revoke_session", "revoke_personalaccesstoken", "view_user"])
def test_it_takes_the_permissions_to_revoke_both(client, staff, allow, owner, lacks):
    names = {"revoke_session", "revoke_personalaccesstoken", "view_user"}
    allow(staff, *(names - {lacks}))
    if lacks != "view_user":
        assert _url(owner.user) not in (
            client.get(page("user", "change", owner.user_id)).content.decode()
        )
    assert client.get(_url(owner.user)).status_code == 403
    assert client.post(_url(owner.user)).status_code == 403
    owner.user.refresh_from_db()
    assert owner.user.generation == 0
    allow(staff, lacks)
    client.post(_url(owner.user))
    owner.user.refresh_from_db()
    assert owner.user.generation == 1


def test_a_company_has_no_such_page(client, root, owner):
    text = client.get(page("company", "change", owner.company_id)).content.decode()
    assert "End all sessions" not in text
    assert client.get(f"/admin/shellui/company/{owner.company_id}/end-all/").status_code in (
        302,
        404,
    )


def test_nobody_who_is_not_there(client, root):
    assert client.post("/admin/shellui/user/0/end-all/").status_code == 404


def test_several_peoples_sessions_end_from_the_list_ones_own_the_last(client, root):
    others = [SessionFactory(user=StaffFactory()), SessionFactory()]
    own = root.sessions.get()
    chosen = [own.pk, *(session.pk for session in others)]
    sent = {"action": "revoke_selected", "_selected_action": chosen, "confirmed": "yes"}
    client.post(page("session"), sent)
    ended = dict(TokenEvent.objects.values_list("session_id", "user_id"))
    assert ended == {s.pk: s.user_id for s in (own, *others)}
    assert client.get("/admin/")["Location"].startswith("/tokens/sign-in/")
