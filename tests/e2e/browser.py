"""Chromium, driven by Playwright, kept off the network, and watched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.e2e.clients import need

_FLAGS = (
    "--no-sandbox",  # CI is root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-features=LocalNetworkAccessChecks",  # a page of elsewhere may frame this machine
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_LOCAL_SCHEMES = {"data", "blob", "about"}
PATIENCE_MS = 60_000


@dataclass
class Watch:
    """What went on behind a page.

    Attributes:
        errors: what the console showed in red, and what no script caught.
        strangers: requests to any host but the service's.
    """

    host: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in _LOCAL_SCHEMES and url.netloc != self.host:
            self.strangers.append(request.url)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium with an empty profile."""
    program = need("chromium", package="chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Window:
    """A page, what is watched of it, and where its pictures go."""

    page: Page
    watch: Watch
    pictures: Path

    def picture(self, name: str, *, of: Locator | None = None) -> None:
        """Keep a PNG of what is on the screen, with a part of the page in view if one is given."""
        if of is not None:
            of.scroll_into_view_if_needed()
        self.page.screenshot(path=self.pictures / f"{name}.png")


def window(browser: Browser, *, url: str, pictures: Path) -> Window:
    """Open a page in a profile of its own."""
    context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    watch = Watch(urlsplit(url).netloc)
    watch.over(page)
    return Window(page, watch, pictures)
