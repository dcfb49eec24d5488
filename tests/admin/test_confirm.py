"""The password again in the admin: before every form that writes, and for all that is sent."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import URLPattern, get_resolver

from adapters.orm.models import Membership, PersonalAccessToken, Session, User
from tests.admin.pages import messages_of, page
from tests.factories import (
    MembershipFactory,
    OwnershipFactory,
    PersonalAccessTokenFactory,
    SessionFactory,
    SocialAccountFactory,
)
from tests.helpers.doors import give_password_again

pytestmark = pytest.mark.django_db

CONFIRM = "/tokens/confirm/"
WRITES = {
    "user": ("change", "delete", "revoke_tokens", "end_all"),
    "company": ("change", "delete", "revoke_tokens"),
    "membership": ("change", "delete"),
    "personalaccesstoken": ("change", "reissue", "revoke"),
    "session": ("revoke",),
    "socialaccount": ("change", "delete"),
}


@pytest.fixture
def rows(root):
    """One row for each kind of page."""
    owner = OwnershipFactory()
    token = PersonalAccessTokenFactory(user=owner.user, company=owner.company, read_only=True)
    return {
        "user": token.user,
        "company": token.company,
        "membership": MembershipFactory(user=token.user),
        "personalaccesstoken": token,
        "session": SessionFactory(user=token.user),
        "socialaccount": SocialAccountFactory(),
    }


@pytest.fixture
def forms(rows):
    """Every page with a form that writes."""
    group = Group.objects.create(name="helpers")
    own = [page(model, name, rows[model].pk) for model in WRITES for name in WRITES[model]]
    added = [page(m, "add") for m in ("user", "company", "membership", "personalaccesstoken")]
    groups = [f"/admin/auth/group/{group.pk}/{name}/" for name in ("change", "delete")]
    password = f"/admin/shellui/user/{rows['user'].pk}/password/"
    return [*own, *added, *groups, "/admin/auth/group/add/", password]


def test_within_ten_minutes_nobody_is_asked(client, forms, clock):
    clock.advance(minutes=10)
    assert {client.get(path).status_code for path in forms} == {200}


def test_then_each_form_asks_before_it_is_filled(client, forms, clock):
    clock.advance(minutes=11)
    asked = {path: client.get(path).headers.get("Location") for path in forms}
    assert asked == {path: f"{CONFIRM}?next={path}" for path in forms}


def _addresses(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        path = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield path
        else:
            yield from _addresses(pattern, path)


def test_whatever_is_sent_to_whatever_page_is_not_done(client, rows, clock):
    """Each address that the admin has: none is forgotten."""
    clock.advance(minutes=11)
    own = {"admin/login/", "admin/logout/", "admin/password_change/", "admin/password_change/done/"}
    paths = {p for p in _addresses(get_resolver()) if p.startswith("admin/")} - own
    assert len(paths) > 60
    before = [list(model.objects.values()) for model in (User, Membership, PersonalAccessToken)]
    key = rows["personalaccesstoken"].pk
    for path in paths:
        filled = path.replace("<path:object_id>", str(key)).replace("<id>", "1")
        filled = filled.replace("<path:content_type_id>", "1").replace("(?P<url>.*)$", "nothing/")
        filled = filled.replace("^(?P<app_label>auth|shellui)/$", "shellui/")
        answer = client.post(f"/{filled}", {"post": "yes", "action": "delete_selected"})
        assert answer.headers.get("Location", "").startswith(CONFIRM), filled
    after = [list(model.objects.values()) for model in (User, Membership, PersonalAccessToken)]
    assert after == before
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("action", ["grant_again", "revoke_selected"])
def test_an_action_of_a_list_asks_too(client, root, clock, action):
    token = PersonalAccessTokenFactory(access_global_metrics=True, read_only=True)
    sent = {"action": action, "_selected_action": [token.pk], "confirmed": "yes"}
    clock.advance(minutes=11)
    lists = page("personalaccesstoken")
    response = client.post(lists, sent, follow=True)
    assert response.redirect_chain == [(f"{CONFIRM}?next={lists}", 302)]
    assert "choose and type once more" in messages_of(response)[0]
    token.refresh_from_db()
    assert (token.revoked_at, token.granted_by) == (None, None)
    give_password_again(client)
    client.post(lists, sent)
    token.refresh_from_db()
    assert (token.revoked_at is not None) or token.granted_by == root


def test_afterwards_the_way_leads_back_to_the_form(client, forms, clock):
    clock.advance(minutes=11)
    response = client.post(forms[0], {"name": "x"}, follow=True)
    assert "Nothing was done" in messages_of(response)[0]
    give_password_again(client)
    assert client.get(forms[0]).status_code == 200


def test_looking_takes_no_password(client, staff, allow, clock):
    """Lists, histories, and rows of which one may see and not change."""
    token = PersonalAccessTokenFactory()
    session = Session.objects.first()
    allow(staff, "view_personalaccesstoken", "view_session", "view_user", "view_company")
    clock.advance(minutes=11)
    rows = [
        page("personalaccesstoken", "change", token.pk),
        page("session", "change", session.pk),
        page("user", "change", token.user_id),
        page("company", "change", token.company_id),
        page("personalaccesstoken", "history", token.pk),
    ]
    lists = [page(name) for name in ("personalaccesstoken", "session", "user", "company")]
    assert {client.get(path).status_code for path in ["/admin/", *lists, *rows]} == {200}


def test_ones_own_password_is_changed_at_the_account(client, staff):
    for path in ("/admin/password_change/", "/admin/password_change/done/"):
        assert client.get(path)["Location"] == "/tokens/account/password/"
