"""A person reads the API's document in ReDoc, with no network outside."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Window

pytestmark = pytest.mark.e2e


def test_the_document_is_shown(window: Window):
    page = window.page
    page.goto("/api/docs/redoc/")
    expect(page.get_by_role("heading", name="ShellUI metrics")).to_be_visible()
    expect(
        page.get_by_role("heading", name="Every company's metrics, and the platform's")
    ).to_be_visible()
    window.picture("redoc")
    route = page.get_by_role("heading", name="Create a token")
    expect(route).to_be_attached()
    window.picture("redoc-create", of=route)
    assert window.watch.errors == []


def test_it_can_be_searched(window: Window):
    """In a worker of the page's own."""
    page = window.page
    page.goto("/api/docs/redoc/")
    page.get_by_placeholder("Search...").fill("revoke")
    found = page.get_by_role("search").get_by_role("menuitem").first
    expect(found).to_contain_text("Revoke")
    window.picture("redoc-search")
    assert window.watch.errors == []
