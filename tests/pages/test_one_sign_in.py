"""One sign-in opens both doors, ``/tokens/`` and the admin; one sign-out closes both."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F
from django.test import Client

from adapters.orm.models import Membership, Session, TokenEvent, User
from tests.factories import PASSWORD, CompanyFactory, MembershipFactory, StaffFactory
from tests.service import NOON

pytestmark = pytest.mark.django_db

DOORS = ("/tokens/", "/admin/")
SIGN_IN, SIGN_OUT = "/tokens/sign-in/", "/tokens/sign-out/"


@pytest.fixture
def company():
    return CompanyFactory()


@pytest.fixture
def staff(sign_in, company):
    """Staff, signed in to a company."""
    user = StaffFactory(is_superuser=True)
    assert sign_in(user.email, company_id=company.id).status_code == 302
    return user


def are_open(client) -> list[bool]:
    return [client.get(door).status_code == 200 for door in DOORS]


def landed(client, path: str):
    """Where a stranger who asks for a page ends up, and by how many redirects."""
    response = client.get(path, follow=True)
    return response.redirect_chain[-1][0], len(response.redirect_chain)


def test_one_sign_in_opens_both(client, staff):
    assert are_open(client) == [True, True]
    assert Session.objects.count() == 1


@pytest.mark.parametrize("path", [SIGN_OUT, "/admin/logout/"])
def test_one_sign_out_closes_both(client, staff, path):
    assert client.post(path)["Location"] == SIGN_IN
    assert are_open(client) == [False, False]
    assert Session.objects.get().revoked_at is not None


def test_whoever_has_no_place_any_more_signs_out_and_the_row_ends_too(client, sign_in):
    """Not the cookie alone, of which somebody may have a copy."""
    user = MembershipFactory().user
    sign_in(user.email)
    Membership.objects.update(is_enabled=False)
    assert client.get("/tokens/").status_code == 403
    client.post("/tokens/sign-out/")
    assert Session.objects.get(user=user).revoked_at == NOON
    assert TokenEvent.objects.filter(kind="session_ended", user_id=user.pk).exists()


@pytest.mark.parametrize("path", [SIGN_OUT, "/admin/logout/"])
def test_nobody_is_signed_out_by_a_link(client, staff, path):
    assert client.get(path).status_code == 405
    assert are_open(client) == [True, True]


def test_the_admin_sends_a_stranger_to_the_one_sign_in_and_back(client):
    staff = StaffFactory(is_superuser=True)
    wanted = "/admin/shellui/user/?q=ada&o=1"
    asked = client.get(wanted)
    credentials = {"email": staff.email.upper(), "password": PASSWORD}
    assert client.post(asked["Location"], credentials)["Location"] == wanted
    assert client.get(wanted).status_code == 200


def test_the_admins_own_address_of_its_sign_in_leads_there_too(client):
    where, _ = landed(client, "/admin/login/?next=/admin/shellui/user/")
    assert where == f"{SIGN_IN}?next=/admin/shellui/user/"
    assert client.post("/admin/login/", {"username": "a", "password": "b"}).status_code == 302


def test_staff_without_a_company_enter_the_admin(client):
    staff = StaffFactory()
    client.post(f"{SIGN_IN}?next=/admin/", {"email": staff.email, "password": PASSWORD})
    assert Session.objects.get().company_id is None
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test/",
        "///evil.test",
        "javascript:alert(1)",
        "http:///evil.test",
        "\x00/admin/",
        "",
    ],
)
def test_only_a_page_of_ours_is_gone_back_to(client, wanted):
    from urllib.parse import urlencode

    staff = StaffFactory()
    path = f"{SIGN_IN}?{urlencode({'next': wanted})}"
    response = client.post(path, {"email": staff.email, "password": PASSWORD})
    assert response["Location"] == "/tokens/"


def test_who_is_signed_in_and_not_staff_is_told_so(client, owner, sign_in):
    """A clear page, and no way round in circles."""
    sign_in(owner.user.email)
    for path in ("/admin/", "/admin/shellui/user/", "/admin/nothing/"):
        response = client.get(path, follow=True)
        assert (response.status_code, response.redirect_chain) == (403, [])
        text = response.content.decode()
        assert "The administration is for staff" in text
        assert f"You are signed in as {owner.user.email}" in text
        assert f'action="{SIGN_OUT}"' in text


def revoke_session(user):
    Session.objects.update(revoked_at=F("created_at"))


def raise_generation(user):
    User.objects.filter(pk=user.pk).update(generation=F("generation") + 1)


def stop(user):
    user.is_active = False
    user.save()


def set_another_password(user):
    user.set_password("another horse battery staple")
    user.save()


@pytest.mark.parametrize("end", [revoke_session, raise_generation, stop, set_another_password])
def test_what_ends_the_session_closes_both(client, staff, end):
    end(staff)
    assert are_open(client) == [False, False]
    assert landed(client, "/admin/")[0].startswith(SIGN_IN)
    assert client.post("/admin/shellui/company/add/", {"slug": "x"}).status_code == 302


def test_a_session_that_expires_closes_both(client, staff, clock):
    clock.advance(days=8)
    assert are_open(client) == [False, False]


def test_who_is_no_longer_staff_is_out_of_the_admin(client, staff):
    User.objects.update(is_staff=False, is_superuser=False)
    assert client.get("/admin/").status_code == 403


def test_a_session_that_ends_while_the_admin_writes_writes_nothing(client, staff, monkeypatch):
    """The use case reads its session again, under a lock."""
    from domain.administer_tokens import AdministerTokens

    revoke_all = AdministerTokens.revoke_all

    def late(self, *args, **kwargs):
        revoke_session(staff)
        return revoke_all(self, *args, **kwargs)

    monkeypatch.setattr(AdministerTokens, "revoke_all", late)
    response = client.post(f"/admin/shellui/user/{staff.pk}/revoke-tokens/")
    assert response["Location"].startswith(SIGN_IN)


def test_a_planted_session_is_worth_nothing_after_a_sign_in(client, owner, sign_in, settings):
    """Neither the account in it, nor its cookie, nor the CSRF token that came with it."""
    thief = Client()
    thief.post(SIGN_IN, {"email": StaffFactory().email, "password": PASSWORD})
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    thief.get("/admin/")
    planted = {name: thief.cookies[name].value for name in names}
    for name, value in planted.items():
        client.cookies[name] = value
    sign_in(owner.user.email)
    assert not set(planted.values()) & {client.cookies[name].value for name in names}
    assert owner.user.email in client.get("/tokens/").content.decode()
    assert thief.get("/admin/").status_code == 302
    client.cookies[names[0]] = planted[names[0]]
    assert client.get("/tokens/").status_code == 302


def test_signing_out_leaves_no_cookie_that_means_anything(client, staff, settings):
    session, csrf = settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME
    client.get("/admin/")
    before = client.cookies[csrf].value, client.cookies[session].value
    client.post(SIGN_OUT)
    assert client.cookies[csrf].value != before[0]
    client.cookies[session] = before[1]
    assert are_open(client) == [False, False]


def test_signing_in_again_ends_the_session_before(client, staff, sign_in, owner):
    sign_in(owner.user.email)
    ended = Session.objects.get(revoked_at__isnull=False)
    assert ended.user == staff


def test_the_account_names_the_session_by_which_an_administrator_acted(client, staff):
    """Issue 14: who, and with which credential."""
    from tests.factories import PersonalAccessTokenFactory

    token = PersonalAccessTokenFactory()
    client.post(f"/admin/shellui/personalaccesstoken/{token.pk}/revoke/")
    event = TokenEvent.objects.get(kind="revoked")
    session = Session.objects.get()
    assert (event.actor_id, event.actor_session_id, event.means) == (staff.pk, session.pk, "admin")


def test_the_commands_for_users_work(client, sign_in, monkeypatch):
    """They need no way of Django's to sign in."""
    address, quiet = "root@example.test", {"stdout": StringIO(), "stderr": StringIO()}
    call_command("createsuperuser", "--noinput", email=address, **quiet)
    monkeypatch.setattr("getpass.getpass", lambda *_args: PASSWORD)
    call_command("changepassword", address, **quiet)
    sign_in(address)
    assert client.get("/admin/").status_code == 200
