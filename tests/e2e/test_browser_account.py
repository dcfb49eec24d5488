"""A person's account in a browser: the password again, their sessions, another password."""

from __future__ import annotations

import secrets

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import Window
from tests.e2e.service import PASSWORD, STAFF, Service

pytestmark = pytest.mark.e2e

SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
NEW = "a new horse battery staple"
OWNER_OF_ACME = """
from adapters.orm.models import Company, Membership, User
user = User.objects.create_user({email!r}, {password!r})
Membership.objects.create(user=user, company=Company.objects.get(slug="acme"), role="owner")
"""
TEN_MINUTES_PASS = """
from datetime import UTC, datetime
from adapters.orm.models import Session
Session.objects.update(confirmed_at=datetime(2020, 1, 1, tzinfo=UTC))
"""


@pytest.fixture
def email(service: Service) -> str:
    """Somebody new, whose password may change: an owner."""
    address = f"{secrets.token_hex(4)}@acme.example"
    service.manage("shell", "-c", OWNER_OF_ACME.format(email=address, password=PASSWORD))
    return address


def sign_in(page: Page, path: str, email: str, password: str = PASSWORD) -> None:
    page.goto(path)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def give_password(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your password again")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def pictures(window: Window, name: str) -> None:
    """On a phone and on a desk, by day and by night; nothing hangs over the edge."""
    for size, viewport in SIZES.items():
        window.page.set_viewport_size(viewport)
        for scheme in ("light", "dark"):
            window.page.emulate_media(color_scheme=scheme)
            window.picture(f"{name}-{size}-{scheme}")
            assert window.page.evaluate("document.body.scrollWidth") <= viewport["width"]


def test_a_person_looks_after_their_account(window: Window, service: Service, email: str):
    page = window.page
    program = service.sign_in(email)["access_token"]
    pat = service.create_pat(program, name="prometheus")["access_token"]
    sign_in(page, "/tokens/account/", email)
    expect(page.get_by_text("this one", exact=True)).to_have_count(1)
    pictures(window, "account")

    service.manage("shell", "-c", TEN_MINUTES_PASS)
    page.get_by_role("link", name="End the session").click()
    pictures(window, "account-password-again")
    give_password(page)
    pictures(window, "account-end")
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_text("That session has ended.")).to_be_visible()
    assert service.call("GET", "/api/v1/user", token=program).status == 401
    assert service.call("GET", "/api/v1/user", token=pat).status == 200

    page.get_by_role("link", name="Change your password").click()
    pictures(window, "account-password")
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("New password again").fill(NEW)
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    assert service.call("GET", "/api/v1/user", token=pat).status == 200

    page.get_by_role("link", name="Sign out everywhere").click()
    expect(page.get_by_text("1 token of yours ends too")).to_be_visible()
    pictures(window, "account-everything")
    page.get_by_role("button", name="End everything").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert service.call("GET", "/api/v1/user", token=pat).status == 401
    assert window.watch.errors == []


def test_the_admin_asks_for_the_password_before_a_form(window: Window, service: Service):
    page = window.page
    sign_in(page, "/admin/", STAFF)
    expect(page.get_by_role("link", name="Users", exact=True).first).to_be_visible()
    service.manage("shell", "-c", TEN_MINUTES_PASS)
    page.goto("/admin/shellui/company/add/")
    give_password(page)
    expect(page.get_by_role("heading", name="Add company")).to_be_visible()

    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/tokens/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert window.watch.errors == []


def test_who_is_not_staff_is_told_so_by_the_admin(window: Window, email: str):
    page = window.page
    sign_in(page, "/admin/", email)
    expect(page.get_by_text(f"You are signed in as {email}, who is not staff.")).to_be_visible()
    pictures(window, "admin-for-staff")
    page.get_by_role("button", name="Sign in as somebody else").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
