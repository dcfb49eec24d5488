"""ShellUI Admin frames the documentation and nothing else. Nobody else frames anything."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.e2e.browser import Window
from tests.e2e.service import Service

pytestmark = pytest.mark.e2e

ADMIN, ELSEWHERE = "https://admin.shellui.com", "https://elsewhere.example"
DOCS = {"/api/docs/": "Authorize", "/api/docs/redoc/": "ShellUI metrics"}
OTHERS = ["/tokens/sign-in/", "/admin/login/", "/api/openapi.json", "/health/live"]


@pytest.fixture
def framed(window: Window, service: Service):
    """A page of some origin, made here, that frames a path of the service."""

    def opened(origin: str, path: str) -> FrameLocator:
        html = (
            f'<!doctype html><iframe src="{service.url}{path}" width="1200" height="800"></iframe>'
        )
        window.page.context.route(
            f"{origin}/**", lambda route: route.fulfill(body=html, content_type="text/html")
        )
        window.page.goto(f"{origin}/apis")
        return window.page.frame_locator("iframe")

    yield opened
    made_here = {f"{ADMIN}/apis", f"{ELSEWHERE}/apis"}
    window.watch.strangers[:] = [url for url in window.watch.strangers if url not in made_here]


@pytest.mark.parametrize("path", DOCS)
def test_admin_frames_the_documentation(framed, window: Window, path: str):
    expect(framed(ADMIN, path).get_by_text(DOCS[path]).first).to_be_visible()
    window.picture(f"framed{path.replace('/', '-')}".rstrip("-"))
    assert window.watch.errors == []


@pytest.mark.parametrize(
    ("origin", "path"), [*((ADMIN, p) for p in OTHERS), *((ELSEWHERE, p) for p in (*DOCS, *OTHERS))]
)
def test_nobody_frames_anything_else(framed, window: Window, origin: str, path: str):
    """The browser says so itself, for the policy that the answer carries."""
    with window.page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        framed(origin, path)
