"""Users in the admin."""

from __future__ import annotations

import pytest

from adapters.orm.models import User, UserActivity
from tests.admin.pages import messages_of, page, shown_form, untick
from tests.factories import (
    PASSWORD,
    CompanyFactory,
    MembershipFactory,
    PersonalAccessTokenFactory,
    SessionFactory,
    SocialAccountFactory,
    StaffFactory,
    UserActivityFactory,
    UserFactory,
)
from tests.helpers.doors import sit_down
from tests.service import SERVICES

pytestmark = pytest.mark.django_db

NEW = "a new horse battery staple"


def _add(client, **changed):
    form = {"email": "Ada@Example.test", "name": "Ada", "usable_password": "true"}
    return client.post(
        page("user", "add"), {**form, "password1": NEW, "password2": NEW, **changed}, follow=True
    )


def test_adding_a_user_with_a_password(client, root):
    response = _add(client)
    user = User.objects.get(email="ada@example.test")
    assert user.check_password(NEW)
    assert not user.is_staff
    assert response.redirect_chain == [(page("user", "change", user.pk), 302)]


def test_adding_a_service_account_without_a_password(client, root):
    _add(client, usable_password="false", password1="", password2="")
    assert not User.objects.get(email="ada@example.test").has_usable_password()


def test_an_address_that_is_taken_in_another_case_is_an_error_on_the_form(client, root):
    UserFactory(email="ada@example.test")
    response = _add(client)
    assert "already exists" in response.context["adminform"].form.errors["email"][0]
    assert User.objects.filter(email__iexact="ada@example.test").count() == 1


def test_a_weak_password_is_an_error_on_the_form(client, root):
    response = _add(client, password1="12345", password2="12345")
    assert "password2" in response.context["adminform"].form.errors


def test_changing_a_users_name_keeps_the_rest(client, root):
    user = UserFactory()
    before = User.objects.values().get(pk=user.pk)
    url = page("user", "change", user.pk)
    response = client.post(url, {**shown_form(client, url, "user"), "name": "Grace"})
    assert response.status_code == 302
    assert User.objects.values().get(pk=user.pk) == {**before, "name": "Grace"}


def test_a_page_from_before_does_not_bring_a_stopped_user_back(client, root):
    user = UserFactory()
    url = page("user", "change", user.pk)
    old = shown_form(client, url, "user")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.post(url, {**old, "name": "Grace"}).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.is_active) == ("Grace", False)


def test_unticking_active_stops_a_user(client, root):
    user = UserFactory()
    url = page("user", "change", user.pk)
    client.post(url, untick(shown_form(client, url, "user"), "is_active"))
    user.refresh_from_db()
    assert not user.is_active


def _set_password(client, user, **changed):
    form = {"usable_password": "true", "password1": NEW, "password2": NEW, "set-password": "1"}
    return client.post(f"/admin/shellui/user/{user.pk}/password/", {**form, **changed})


def test_the_password_form_sets_the_password_and_nothing_else(client, root, monkeypatch):
    """A user deactivated meanwhile stays deactivated."""
    user, people = UserFactory(), type(SERVICES.people)
    use_case = people.set_password

    def late(self, *args, **kwargs):
        User.objects.filter(pk=user.pk).update(is_active=False)
        use_case(self, *args, **kwargs)

    monkeypatch.setattr(people, "set_password", late)
    assert _set_password(client, user).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert not user.is_active


def test_no_page_shows_a_password_hash(client, root, staff, allow):
    user = UserFactory()
    digest = user.password.rpartition("$")[2]
    allow(staff, "view_user")
    for who in (root, staff):
        sit_down(client, who)
        text = client.get(page("user", "change", user.pk)).content.decode()
        assert digest not in text
        assert "md5" in text  # Django's widget: the algorithm, and stars


def test_the_password_page_is_not_there_for_viewers(client, staff, allow):
    allow(staff, "view_user")
    response = client.get(f"/admin/shellui/user/{UserFactory().pk}/password/")
    assert response.status_code == 403


def test_who_may_change_users_cannot_give_rights(client, staff, allow):
    """Else they could give themselves anything, the grant of global metrics too."""
    allow(staff, "view_user", "change_user")
    user = UserFactory()
    url = page("user", "change", user.pk)
    form = shown_form(client, url, "user")
    assert "is_staff" not in form
    client.post(url, {**form, "is_staff": "on", "is_superuser": "on", "user_permissions": ["1"]})
    user.refresh_from_db()
    assert not user.is_staff
    assert not user.is_superuser
    assert not user.user_permissions.exists()


@pytest.mark.parametrize("facts", [{"is_staff": True}, {"is_superuser": True}])
def test_who_may_change_users_cannot_touch_staff(client, staff, allow, facts):
    allow(staff, "view_user", "change_user", "delete_user")
    other = UserFactory(**facts)
    url = page("user", "change", other.pk)
    assert client.get(url).status_code == 200  # to look at
    assert client.post(url, {"email": "x@example.test"}).status_code == 403
    assert client.post(f"/admin/shellui/user/{other.pk}/password/").status_code == 403
    assert client.post(page("user", "delete", other.pk), {"post": "yes"}).status_code == 403
    other.refresh_from_db()
    assert other.check_password(PASSWORD)


def test_a_user_with_presence_and_memberships_can_be_deleted(client, root):
    user = MembershipFactory().user
    UserActivityFactory(user=user)
    SocialAccountFactory(user=user)
    client.post(page("user", "delete", user.pk), {"post": "yes"})
    assert not User.objects.filter(pk=user.pk).exists()
    assert not UserActivity.objects.exists()


@pytest.mark.parametrize("factory", [PersonalAccessTokenFactory, SessionFactory])
def test_a_user_with_tokens_or_sessions_is_kept(client, root, factory):
    """Deleting would take history with it; the page says what to do instead."""
    user = factory().user
    response = client.get(page("user", "delete", user.pk))
    assert "Untick “active” on the user&#x27;s page to stop them instead." in (
        response.content.decode()
    )
    client.post(page("user", "delete", user.pk), {"post": "yes"})
    selected = {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"}
    client.post(page("user"), selected)
    assert User.objects.filter(pk=user.pk).exists()


def test_deleting_who_granted_keeps_the_token_and_lapses_the_grant(client, root):
    token = PersonalAccessTokenFactory(access_global_metrics=True, granted_by=StaffFactory())
    client.post(page("user", "delete", token.granted_by.pk), {"post": "yes"})
    token.refresh_from_db()
    assert token.access_global_metrics
    assert token.granted_by is None


def test_a_membership_is_added_on_the_users_page(client, root):
    user, company = UserFactory(), CompanyFactory()
    url = page("user", "change", user.pk)
    row = {"company": company.pk, "role": "owner", "is_enabled": "on"}
    form = shown_form(client, url, "user")
    form |= {f"memberships-2-0-{name}": value for name, value in row.items()}
    response = client.post(url, form, follow=True)
    assert "was changed successfully" in messages_of(response)[0]
    membership = user.memberships.get()
    assert (membership.company, membership.role) == (company, "owner")
    assert membership.is_enabled


def test_moments_are_written_so_that_they_sort(client, root):
    user = UserActivityFactory().user
    for url in (page("user"), page("user", "change", user.pk)):
        assert "2026-03-18 12:00" in client.get(url).content.decode()


def test_users_are_found_by_address_and_name(client, root):
    UserFactory(email="needle@example.test", name="Ada Lovelace")
    for term in ("needle", "lovelace"):
        found = client.get(page("user"), {"q": term}).context["cl"].queryset
        assert [user.name for user in found] == ["Ada Lovelace"]
