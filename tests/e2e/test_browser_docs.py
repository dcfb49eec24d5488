"""A person in the interactive docs, with no network outside."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.browser import Window
from tests.e2e.service import Service

pytestmark = pytest.mark.e2e

REFUSED = "Failed to load resource: the server responded with a status of 401 (Unauthorized)"
"""Chromium's own line for an answer of 401."""


def authorize(window: Window, token: str) -> None:
    """Authorize → bearerAuth → paste → Authorize → Close."""
    page = window.page
    page.goto("/api/docs/")
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".modal-ux")
    expect(dialog).to_contain_text("bearerAuth")
    dialog.get_by_label("Value").fill(token)
    dialog.get_by_role("button", name="Apply credentials").click()
    dialog.get_by_role("button", name="Close", exact=True).click()


def try_out(window: Window, path: str) -> Locator:
    """Try it out → Execute; the block of the answer."""
    route = window.page.locator(".opblock", has=window.page.locator(f'[data-path="{path}"]'))
    route.locator(".opblock-summary-control").click()
    route.get_by_role("button", name="Try it out").click()
    route.get_by_role("button", name="Execute", exact=True).click()
    return route.locator(".live-responses-table .response")


def test_a_pat_shows_its_companys_metrics(window: Window, service: Service):
    authorize(window, service.company_pat()["access_token"])
    answer = try_out(window, "/api/v1/metrics")
    label = f'company_id="{service.company("acme")}"'
    expect(answer).to_contain_text("200")
    expect(answer).to_contain_text(f"shellui_auth_company_users_total{{{label}}}")
    window.picture("docs-company", of=answer)
    assert window.watch.errors == []


def test_a_global_pat_shows_everybodys_metrics(window: Window, service: Service):
    authorize(window, service.global_pat()["access_token"])
    answer = try_out(window, "/api/v1/metrics/all")
    expect(answer).to_contain_text("200")
    expect(answer).to_contain_text("shellui_auth_companies 2.0")
    window.picture("docs-global", of=answer)
    assert window.watch.errors == []


@pytest.mark.parametrize("path", ["/api/v1/metrics", "/api/v1/metrics/all"])
def test_a_bad_token_is_told_what_is_wrong(window: Window, service: Service, path: str):
    token = service.company_pat()["access_token"]
    authorize(window, token[:-8] + "AAAAAAAA")
    answer = try_out(window, path)
    expect(answer).to_contain_text("401")
    words = service.call("GET", path, token=token[:-8] + "AAAAAAAA").json()
    assert words["code"] == "token_signature_invalid"
    expect(answer).to_contain_text(words["detail"])
    window.picture(f"docs-refused{path.replace('/', '-')}", of=answer)
    assert window.watch.errors == [REFUSED]
