"""What people are and may do: changed by use cases, accounted for, told; and somebody stays."""

from __future__ import annotations

import logging

import pytest
from django.contrib.auth.models import Group, Permission

from adapters.orm.models import Membership, Session, TokenEvent, User
from tests.admin.pages import messages_of, page, shown_form, untick
from tests.admin.test_users import NEW, _add, _set_password
from tests.factories import (
    PASSWORD,
    CompanyFactory,
    MembershipFactory,
    PersonalAccessTokenFactory,
    SessionFactory,
    SocialAccountFactory,
    StaffFactory,
    UserFactory,
)
from tests.helpers.doors import sit_down
from tests.helpers.sign_in import sign_in
from tests.service import NOON
from tests.tokens import bearer, pat_token

pytestmark = pytest.mark.django_db

LAST = "Nobody would be left who may do everything. Make another active superuser first."


@pytest.fixture
def second(db):
    return StaffFactory(is_superuser=True)


@pytest.fixture
def told(caplog, django_capture_on_commit_callbacks):
    """What the security log got of a call."""

    def run(call, *args, **kwargs):
        caplog.clear()
        with (
            caplog.at_level(logging.INFO, logger="security"),
            django_capture_on_commit_callbacks(execute=True),
        ):
            call(*args, **kwargs)
        return [record.fields for record in caplog.records if record.name == "security"]

    return run


def _save(client, user, *unticked, **changed):
    url = page("user", "change", user.pk)
    form = shown_form(client, url, "user")
    for name in unticked:
        form = untick(form, name)
    return client.post(url, {**form, **changed}, follow=True)


def _events(*columns: str):
    return list(TokenEvent.objects.order_by("id").values_list(*columns))


@pytest.mark.parametrize("name", ["is_active", "is_staff", "is_superuser"])
def test_the_last_superuser_stays_what_they_are(client, root, name):
    response = _save(client, root, name, name_of_nothing="")
    assert messages_of(response) == [f"Nothing was done. {LAST}"]
    row = User.objects.values("is_active", "is_staff", "is_superuser", "generation").get()
    assert row == {"is_active": True, "is_staff": True, "is_superuser": True, "generation": 0}
    assert client.get("/admin/").status_code == 200


def test_the_last_superuser_becomes_no_service_account(client, root):
    _save(client, root, "is_staff", "is_superuser", is_service_account="on")
    root.refresh_from_db()
    assert root.is_superuser
    assert root.has_usable_password()
    assert client.get("/admin/").status_code == 200


def test_one_of_two_superusers_may_leave(client, root, second):
    _save(client, root, "is_superuser")
    assert list(User.objects.filter(is_superuser=True)) == [second]


@pytest.mark.parametrize("way", ["page", "list"])
def test_the_last_superuser_is_not_deleted(client, root, way):
    """Though nothing else kept them: the page says why before it is pressed."""
    Session.objects.update(user=UserFactory())  # history keeps whoever has a session
    sit_down(client, root)
    url, chosen = page("user", "delete", root.pk), {"_selected_action": [root.pk], "post": "yes"}
    assert LAST in client.get(url).content.decode()
    if way == "page":
        client.post(url, {"post": "yes"})
    else:
        client.post(page("user"), {"action": "delete_selected", **chosen})
    assert User.objects.filter(pk=root.pk).exists()


def test_users_are_deleted_and_it_is_told(client, root, told):
    chosen = [UserFactory(email="ada@example.test"), UserFactory(email="grace@example.test")]
    sent = {"action": "delete_selected", "post": "yes"}
    sent |= {"_selected_action": [user.pk for user in chosen]}
    lines = told(client.post, page("user"), sent)
    assert [(line["event"], line["account"], line["by"]) for line in lines] == [
        ("user_deleted", user.email, root.email) for user in chosen
    ]
    (line,) = told(client.post, page("user", "delete", UserFactory().pk), {"post": "yes"})
    assert line["event"] == "user_deleted"
    assert User.objects.get() == root


def test_stopping_somebody_is_accounted_for_and_told(client, root, told):
    user = UserFactory()
    token = bearer(pat_token(PersonalAccessTokenFactory(user=user)))
    ended, changed = told(_save, client, user, "is_active")
    assert (ended["event"], ended["because"]) == ("credentials_ended", "stopped")
    assert (changed["event"], changed["changed"]) == ("rights_changed", "is_active")
    for line in (ended, changed):
        assert (line["account"], line["by"], line["means"]) == (user.email, root.email, "admin")
        assert line["credential"].startswith("session:")
    assert _events("kind", "user_id", "actor_id") == [("credentials_ended", user.pk, root.pk)]
    _save(client, user, is_active="on")
    answer = client.get("/api/v1/metrics", **token)
    assert answer.json()["code"] == "credentials_ended"
    assert len(_events("kind")) == 1


def test_a_password_that_an_administrator_sets_is_accounted_for(client, root, told):
    user = UserFactory()
    SessionFactory(user=user)
    lines = told(_set_password, client, user)
    assert [line["event"] for line in lines] == ["password_changed", "credentials_ended"]
    assert _events("kind", "user_id", "actor_id", "detail") == [
        ("password_changed", user.pk, root.pk, {"removed": False}),
        ("credentials_ended", user.pk, root.pk, {"because": "password"}),
    ]
    user.refresh_from_db()
    assert (user.generation, user.check_password(NEW)) == (1, True)
    _set_password(client, user, usable_password="false", **{"unset-password": "1"})
    user.refresh_from_db()
    assert (user.generation, user.has_usable_password()) == (2, False)
    assert NEW not in str(_events("detail"))


@pytest.mark.parametrize("written", ["{}", "0{}", "+{}", " {}", "_2B{}"])
def test_ones_own_password_is_not_set_without_the_present_one(client, written):
    """However one's own id is written in the address."""
    root = StaffFactory(pk=7, is_superuser=True)
    sit_down(client, root)
    form = {"usable_password": "true", "password1": NEW, "password2": NEW, "set-password": "1"}
    url = f"/admin/shellui/user/{written.format(root.pk)}/password/"
    response = client.post(url, form)
    assert response["Location"] == "/tokens/account/password/"
    root.refresh_from_db()
    assert root.check_password(PASSWORD)
    assert root.generation == 0


def test_whoever_becomes_a_service_account_keeps_tokens_and_nothing_else(client, root):
    user = MembershipFactory(role="owner").user
    company = user.memberships.get().company
    token = bearer(pat_token(PersonalAccessTokenFactory(user=user, company=company)))
    session = SessionFactory(user=user)
    _save(client, user, is_service_account="on")
    user.refresh_from_db()
    session.refresh_from_db()
    assert (user.is_service_account, user.has_usable_password()) == (True, False)
    assert session.revoked_at == NOON
    assert sign_in(client, user.email).json()["code"] == "invalid_credentials"
    assert client.get("/api/v1/metrics", **token).status_code == 200
    assert _events("kind", "user_id", "actor_id", "session_id") == [
        ("password_changed", user.pk, root.pk, None),
        ("session_ended", user.pk, root.pk, session.pk),
    ]


@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_a_service_account_is_no_staff_and_the_form_says_so(client, root, right):
    user = UserFactory()
    response = _save(client, user, is_service_account="on", **{right: "on"})
    assert "A service account is neither staff nor superuser." in response.content.decode()
    user.refresh_from_db()
    assert not user.is_service_account


def test_a_service_account_has_no_password_page(client, root):
    user = UserFactory(is_service_account=True)
    assert "/password/" not in client.get(page("user", "change", user.pk)).content.decode()
    response = _set_password(client, user)
    assert "A service account has no password" in messages_of(client.get(response["Location"]))[0]
    user.refresh_from_db()
    assert user.check_password(PASSWORD)  # of the factory's, by which nobody signs in
    assert sign_in(client, user.email).status_code == 401


def test_a_service_account_is_added_without_a_password(client, root, told):
    typed = {"password1": "", "password2": ""}
    lines = told(_add, client, is_service_account="on", **typed)
    user = User.objects.get(email="ada@example.test")
    assert (user.is_service_account, user.has_usable_password()) == (True, False)
    (line,) = lines
    assert (line["event"], line["account"]) == ("user_created", "ada@example.test")
    assert line["service_account"] is True


def test_a_service_account_is_not_added_with_a_password(client, root):
    response = _add(client, is_service_account="on")
    errors = response.context["adminform"].form.errors
    assert errors["password1"] == ["A service account has no password."]
    assert not User.objects.filter(email="ada@example.test").exists()


def test_only_superusers_make_service_accounts(client, staff, allow):
    allow(staff, "view_user", "add_user", "change_user")
    assert "is_service_account" not in shown_form(client, page("user", "add"), "user")
    _add(client, is_service_account="on")
    user = User.objects.get(email="ada@example.test")
    _save(client, user, is_service_account="on")
    user.refresh_from_db()
    assert not user.is_service_account


def test_service_accounts_are_found_in_the_list(client, root):
    user = UserFactory(is_service_account=True)
    found = client.get(page("user"), {"is_service_account__exact": "1"}).context["cl"].queryset
    assert list(found) == [user]


def test_groups_and_permissions_are_written_and_told(client, root, told):
    user, group = UserFactory(), Group.objects.create(name="helpers")
    permission = Permission.objects.get(codename="revoke_session")
    given = {"groups": [group.pk], "user_permissions": [permission.pk], "is_staff": "on"}
    (line,) = told(_save, client, user, **given)
    assert (line["event"], line["account"]) == ("rights_changed", user.email)
    assert line["changed"] == "is_staff,groups,permissions"
    assert list(user.groups.all()) == [group]
    assert list(user.user_permissions.all()) == [permission]
    assert told(_save, client, user, name="Ada") == []


def test_a_page_from_before_does_not_bring_a_right_back(client, root):
    user, group = UserFactory(), Group.objects.create(name="helpers")
    user.groups.add(group)
    url = page("user", "change", user.pk)
    old = shown_form(client, url, "user")
    assert old["groups"] == old["initial-groups"] == str(group.pk)
    user.groups.clear()
    client.post(url, {**old, "name": "Ada"})
    user.refresh_from_db()
    assert (user.name, user.groups.count()) == ("Ada", 0)


@pytest.mark.parametrize("name", ["add", "change", "delete"])
def test_groups_are_changed_by_superusers_only(client, staff, name):
    """Else whoever may change groups could give their own whatever they like."""
    auth = Permission.objects.filter(content_type__app_label="auth", codename__endswith="_group")
    staff.user_permissions.add(*auth)
    group = Group.objects.create(name="helpers")
    url = "/admin/auth/group/add/" if name == "add" else f"/admin/auth/group/{group.pk}/{name}/"
    permission = Permission.objects.first()
    sent = {"name": "all", "permissions": [permission.pk], "post": "yes"}
    assert client.post(url, sent).status_code == 403
    assert list(Group.objects.values_list("name", flat=True)) == ["helpers"]
    assert not group.permissions.exists()


def test_a_groups_rights_are_told(client, root, told):
    permission = Permission.objects.first()
    sent = {"name": "helpers", "permissions": [permission.pk]}
    (line,) = told(client.post, "/admin/auth/group/add/", sent)
    assert (line["event"], line["group"], line["changed"]) == (
        "rights_changed",
        "helpers",
        "permissions",
    )
    group = Group.objects.get()
    url = f"/admin/auth/group/{group.pk}"
    old = shown_form(client, f"{url}/change/", "group")
    (line,) = told(client.post, f"{url}/change/", untick(old, "permissions"))
    assert line["changed"] == "permissions"
    assert not group.permissions.exists()
    client.post(f"{url}/change/", {**old, "name": "helpers, renamed"})
    assert not group.permissions.exists()  # an old page brings nothing back
    (line,) = told(client.post, f"{url}/delete/", {"post": "yes"})
    assert line["changed"] == "deleted"


def test_memberships_are_told_wherever_they_are_changed(client, root, told):
    user, company = UserFactory(), CompanyFactory()
    sent = {"user": user.pk, "company": company.pk, "role": "owner", "is_enabled": "on"}
    (line,) = told(client.post, page("membership", "add"), sent)
    assert (line["event"], line["account"]) == ("membership_changed", user.email)
    assert (line["company"], line["role"], line["is_enabled"]) == (company.pk, "owner", True)
    url = page("company", "change", company.pk)
    form = shown_form(client, url, "company")
    (line,) = told(client.post, url, {**form, "memberships-0-role": "member"})
    assert (line["role"], line["is_enabled"]) == ("member", True)
    assert told(client.post, url, shown_form(client, url, "company")) == []
    membership = Membership.objects.get()
    (line,) = told(client.post, page("membership", "delete", membership.pk), {"post": "yes"})
    assert (line["event"], line["deleted"]) == ("membership_changed", True)
    rows = MembershipFactory.create_batch(2)
    chosen = {"_selected_action": [row.pk for row in rows], "post": "yes"}
    lines = told(client.post, page("membership"), {"action": "delete_selected", **chosen})
    assert [line["account"] for line in lines] == [row.user.email for row in reversed(rows)]


def test_of_what_was_refused_it_is_told_that_it_was_and_nothing_else(client, root, told):
    (line,) = told(_save, client, root, "is_active")
    assert (line["event"], line["reason"]) == ("administration_refused", "last_superuser")
    assert (line["by"], line["page"]) == (root.email, "admin:shellui_user_change")
    assert line["credential"].startswith("session:")


def test_whoever_tries_what_they_may_not_is_told_of(client, staff, allow, told):
    """By a form that they do not have, and by one that says no."""
    boss = StaffFactory(is_superuser=True)
    sent = {"usable_password": "true", "password1": NEW, "password2": NEW}
    (line,) = told(client.post, f"/admin/shellui/user/{boss.pk}/password/", sent)
    assert (line["event"], line["reason"]) == ("administration_refused", "permission_required")
    allow(staff, "view_personalaccesstoken", "add_personalaccesstoken")
    (line,) = told(client.post, page("personalaccesstoken", "add"), {"user": boss.pk})
    assert (line["event"], line["by"]) == ("administration_refused", staff.email)
    assert told(client.get, page("personalaccesstoken")) == []


def test_a_page_of_staff_says_why_it_cannot_be_changed(client, staff, allow):
    allow(staff, "view_user", "change_user")
    text = client.get(page("user", "change", StaffFactory().pk)).content.decode()
    assert '<p class="why-not">Staff are changed, and rights are given, by superusers.' in text
    assert "why-not" not in client.get(page("user", "change", UserFactory().pk)).content.decode()


def test_a_social_account_of_staff_is_linked_and_unlinked_by_superusers(client, staff, allow):
    """It is a way to be that user."""
    names = ("view", "add", "change", "delete")
    allow(staff, "view_user", *(f"{name}_socialaccount" for name in names))
    boss = StaffFactory()
    sent = {"user": boss.pk, "provider": "github", "uid": "mine"}
    response = client.post(page("socialaccount", "add"), sent, follow=True)
    assert messages_of(response)[0].startswith("Nothing was done. Staff are changed")
    linked = SocialAccountFactory(user=boss)
    for name, form in (("change", {"uid": "mine"}), ("delete", {"post": "yes"})):
        assert client.post(page("socialaccount", name, linked.pk), form).status_code == 403
    chosen = {"_selected_action": [linked.pk], "post": "yes"}
    client.post(page("socialaccount"), {"action": "delete_selected", **chosen})
    assert boss.social_accounts.get().uid == linked.uid


@pytest.mark.parametrize("seen", [(), ("view_user",), ("view_company",)])
def test_no_id_names_what_one_may_not_see(client, staff, allow, seen):
    """In whatever form it is sent."""
    allow(staff, "view_membership", "add_membership", "add_socialaccount", *seen)
    user, company = UserFactory(), CompanyFactory()
    sent = {"user": user.pk, "company": company.pk, "role": "member", "is_enabled": "on"}
    client.post(page("membership", "add"), sent)
    assert not Membership.objects.exists()
    client.post(page("socialaccount", "add"), {"user": user.pk, "provider": "x", "uid": "y"})
    assert user.social_accounts.exists() is ("view_user" in seen)
