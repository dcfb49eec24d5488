"""Two cookies, ours alone: nobody else sets them, and no row of a table makes one."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session as BrowserSession
from django.test import Client

from tests.factories import PASSWORD, OwnershipFactory, StaffFactory
from tests.production import environment, manage

SESSION, CSRF = "__Host-shellui-session", "__Host-shellui-csrf"
SIGN_IN, SIGN_OUT = "/tokens/sign-in/", "/tokens/sign-out/"


def signed_in(user) -> Client:
    client = Client()
    client.post(f"{SIGN_IN}?next=/admin/", {"email": user.email, "password": PASSWORD})
    return client


def with_cookies(header: str) -> Client:
    """A browser that sends this, and keeps nothing."""
    return Client(headers={"Cookie": header})


@pytest.fixture
def thief(db):
    """The cookie of an attacker's own session: what they would plant."""
    return signed_in(StaffFactory(is_superuser=True)).cookies[SESSION].value


@pytest.mark.django_db
def test_a_whole_visit_sets_these_two_cookies_and_no_other():
    """Secure, for this host alone, for all paths, out of the reach of scripts and other sites."""
    place = OwnershipFactory(user__is_staff=True, user__is_superuser=True)
    client = signed_in(place.user)
    for path in ("/admin/", "/admin/shellui/user/", "/tokens/", "/api/docs/", "/nothing"):
        client.get(path)
    client.post(f"/admin/shellui/user/{place.user_id}/revoke-tokens/", follow=True)
    assert set(client.cookies) == {SESSION, CSRF}
    for cookie in client.cookies.values():
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
        assert (cookie["path"], cookie["domain"]) == ("/", "")


def test_where_plain_http_is_allowed_the_names_have_no_prefix():
    """No browser would take a ``__Host-`` cookie there."""
    told = manage("diffsettings", env=environment(DEBUG="true")).stdout
    assert "SESSION_COOKIE_NAME = 'shellui-session'" in told
    assert "CSRF_COOKIE_NAME = 'shellui-csrf'" in told
    assert "SESSION_COOKIE_SECURE" not in told  # as Django has it: off


PLANTED = [
    "shellui-session={}",
    "sessionid={}",
    "__host-shellui-session={}",
    "__Secure-shellui-session={}",
    "\u2000__Host-shellui-session={}",
    "\u00a0__Host-shellui-session={}",
    "\u0085__Host-shellui-session={}",
    "\u3000__Host-shellui-session\u3000={}",
    "\x1f__Host-shellui-session={}",
    "x=__Host-shellui-session={}",
]


@pytest.mark.parametrize("planted", PLANTED, ids=ascii)
def test_a_cookie_that_another_host_or_path_may_set_is_none_of_ours(thief, planted):
    """Browsers keep the prefix for us; a name that only reads like ours has not got it."""
    assert with_cookies(f"{SESSION}={thief}").get("/admin/").status_code == 200
    assert with_cookies(_sent(planted, thief)).get("/admin/").status_code == 302


@pytest.mark.parametrize("planted", PLANTED, ids=ascii)
@pytest.mark.parametrize("order", ["{0}; {1}", "{1}; {0}"])
def test_nor_does_it_take_the_place_of_ours(thief, planted, order):
    victim = StaffFactory(is_superuser=True, email="victim@example.test")
    own = signed_in(victim).cookies[SESSION].value
    browser = with_cookies(order.format(f"{SESSION}={own}", _sent(planted, thief)))
    assert victim.email in browser.get("/admin/").content.decode()


def _sent(cookie: str, value: str) -> str:
    """As WSGI has it: the bytes of UTF-8, one character each."""
    return cookie.format(value).encode().decode("latin-1")


def test_what_the_table_holds_opens_nothing(thief):
    """It is a digest: the table, or a backup of it, signs nobody in."""
    (row,) = BrowserSession.objects.all()
    assert thief not in str(BrowserSession.objects.values())
    for value in (row.session_key, row.session_data):
        assert with_cookies(f"{SESSION}={value}").get("/admin/").status_code == 302
    assert with_cookies(f"{SESSION}={thief}").get("/admin/").status_code == 200


def test_a_row_of_before_which_holds_the_cookie_itself_is_ended(thief):
    (row,) = BrowserSession.objects.all()
    BrowserSession(thief, row.session_data, row.expire_date).save(force_insert=True)
    row.delete()
    assert with_cookies(f"{SESSION}={thief}").get("/admin/").status_code == 302


@pytest.mark.django_db
def test_a_stranger_makes_no_rows():
    """Whatever they post, as often as they like."""
    client, place = Client(), OwnershipFactory()
    wrong = {"email": place.user.email, "password": "wrong"}
    for _ in range(50):
        client.post(SIGN_OUT)
    for path in (SIGN_IN, "/admin/logout/", "/admin/login/", "/tokens/", "/admin/", "/nothing"):
        client.get(path)
        client.post(path, wrong)
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    client.post(SIGN_OUT)
    assert not BrowserSession.objects.exists()
