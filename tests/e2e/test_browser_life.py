"""A token's life in a browser: on its person's own page, and in Django admin."""

from __future__ import annotations

import secrets

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import Window
from tests.e2e.service import OWNER, PASSWORD, STAFF, Service

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 844}


def sign_in(page: Page, path: str, email: str, *, button: str) -> None:
    page.goto(path)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name=button).click()


def copied(page: Page, button: str) -> str:
    """What the copy button put into the clipboard: the token that is shown, for once."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    token = str(page.evaluate("navigator.clipboard.readText()"))
    is_the_shown_one = page.get_by_label("Token “").input_value() == token
    assert is_the_shown_one
    assert token not in page.url
    return token


def answer(service: Service, token: str) -> tuple[int, str | None]:
    """The status of a scrape with the token, and the code of its refusal."""
    found = service.call("GET", "/api/v1/metrics", token=token)
    return found.status, found.json()["code"] if found.status != 200 else None


@pytest.fixture
def name() -> str:
    return f"laptop-{secrets.token_hex(4)}"


def test_a_person_creates_reissues_and_revokes(window: Window, service: Service, name: str):
    page = window.page
    page.set_viewport_size(PHONE)
    sign_in(page, "/tokens/", OWNER, button="Sign in")
    page.get_by_role("link", name="New token").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Create token").click()
    first = copied(page, "Copy")
    window.picture("tokens-shown-once")
    assert answer(service, first) == (200, None)

    page.get_by_role("link", name="Back to your tokens").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    assert first not in page.content()
    page.emulate_media(color_scheme="dark")
    window.picture("tokens-dark")
    page.emulate_media(color_scheme="light")

    page.get_by_role("link", name=f"Re-issue {name}").click()
    window.picture("tokens-reissue")
    page.get_by_role("button", name="Re-issue").click()
    second = copied(page, "Copy")
    assert answer(service, second) == (200, None)
    assert answer(service, first) == (401, "token_superseded")

    page.get_by_role("link", name="Back to your tokens").click()
    page.get_by_role("link", name=f"Revoke {name}").click()
    window.picture("tokens-revoke")
    page.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_role("heading", name="Your access tokens")).to_be_visible()
    assert answer(service, second) == (401, "token_revoked")
    assert window.watch.errors == []


def test_an_administrator_reissues_and_revokes(window: Window, service: Service, name: str):
    pat = service.create_pat(service.sign_in(OWNER)["access_token"], name=name, read_only=True)
    page = window.page
    sign_in(page, f"/admin/shellui/personalaccesstoken/{pat['id']}/", STAFF, button="Sign in")
    page.get_by_role("link", name="Re-issue", exact=True).click()
    window.picture("admin-reissue")
    page.get_by_role("button", name="Re-issue").click()
    token = copied(page, "Copy the token")
    window.picture("admin-shown-once")
    assert answer(service, token) == (200, None)
    assert answer(service, pat["access_token"]) == (401, "token_superseded")

    page.get_by_role("link", name="I have it").click()
    events = page.locator("#token-events")
    expect(events).to_contain_text(STAFF)
    assert token not in page.content()
    window.picture("admin-token-events", of=events)
    page.get_by_role("link", name="Revoke", exact=True).click()
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator(".messagelist")).to_be_visible()
    assert answer(service, token) == (401, "token_revoked")
    assert window.watch.errors == []
