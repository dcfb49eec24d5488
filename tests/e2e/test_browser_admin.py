"""An administrator gives a token the global flag in Django admin, as the page warns them."""

from __future__ import annotations

import secrets

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Window
from tests.e2e.service import OWNER, PASSWORD, STAFF, Service

pytestmark = pytest.mark.e2e

WARNING = "makes every string of this token that was issued before useless (401)"


def sign_in(window: Window) -> None:
    page = window.page
    page.goto("/admin/")
    page.get_by_label("E-mail address").fill(STAFF)
    page.get_by_label("Password").fill(PASSWORD)
    window.picture("admin-sign-in")
    page.get_by_role("button", name="Sign in").click()


def find_token(window: Window, name: str) -> None:
    page = window.page
    page.get_by_role("link", name="Personal access tokens", exact=True).first.click()
    page.locator("#searchbar").fill(name)
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    window.picture("admin-tokens")
    page.get_by_role("link", name=name, exact=True).click()


def test_ticking_the_global_flag_ends_the_old_string(window: Window, service: Service):
    name = f"prometheus-{secrets.token_hex(4)}"
    session = service.sign_in(OWNER)["access_token"]
    old = service.create_pat(session, name=name, read_only=True)["access_token"]
    before = service.call("GET", "/api/v1/metrics", token=old)
    assert before.status == 200

    sign_in(window)
    find_token(window, name)
    page = window.page
    expect(page.locator("#content")).to_contain_text(WARNING)
    flag = page.get_by_role("checkbox", name="Global metrics")
    expect(flag).not_to_be_checked()
    flag.check()
    window.picture("admin-token-flag", of=flag)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_contain_text("changed successfully")
    window.picture("admin-token-saved")

    after = service.call("GET", "/api/v1/metrics", token=old)
    assert after.status == 401
    assert after.json()["code"] == "token_flags_changed"
    assert "e-issue" in after.json()["detail"]
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.locator("#content")).to_contain_text(f"Yes, while {STAFF} is active staff.")
    expect(page.get_by_role("checkbox", name="Global metrics")).to_be_checked()
    assert window.watch.errors == []
