"""One service and one Prometheus for each database, shared by all tests of the run."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e import databases
from tests.e2e.browser import Window, chromium
from tests.e2e.browser import window as open_window
from tests.e2e.databases import Database
from tests.e2e.processes import ROOT, tail
from tests.e2e.prometheus import Prometheus
from tests.e2e.service import Service

ARTIFACTS = ROOT / "artifacts" / "e2e"
"""Screenshots, and the logs of failed tests."""
_STARTED = time.time()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """An empty database, on each kind of server."""
    with databases.MAKERS[request.param](tmp_path_factory.mktemp("database")) as made:
        yield made


@pytest.fixture(scope="session")
def service(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with the demo's rows, running."""
    made = Service(tmp_path_factory.mktemp("service"), database)
    made.fill()
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def prometheus(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A Prometheus that scrapes the service with tokens made over the API."""
    made = Prometheus(tmp_path_factory.mktemp("prometheus"), service)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def artifacts(database: Database) -> Path:
    """A folder whose files CI shows."""
    folder = ARTIFACTS / database.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not longer than a module: while Playwright runs, Django takes this thread for async."""
    with chromium() as started:
        yield started


@pytest.fixture
def window(browser: Browser, service: Service, artifacts: Path) -> Iterator[Window]:
    """A page at the service; leaving it, nobody else was asked for anything."""
    opened = open_window(browser, url=service.url, pictures=artifacts)
    yield opened
    opened.page.context.close()
    assert opened.watch.strangers == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """With a failure go what the servers wrote and what the page looked like."""
    report = yield
    if report.failed:
        for used in getattr(item, "funcargs", {}).values():
            if isinstance(used, Service | Prometheus) and used.log.exists():
                report.sections.append((f"the end of {used.log.name}", tail(used.log)))
                shutil.copy(used.log, _kept(item.name))
            elif isinstance(used, Window) and report.when == "call":
                used.page.screenshot(path=_kept(item.name) / "page.png", full_page=True)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where there is something to look at."""
    reports = [each for group in terminalreporter.stats.values() for each in group]
    if any("tests/e2e/" in getattr(each, "nodeid", "") for each in reports):
        terminalreporter.section("artifacts")
        for path in sorted(ARTIFACTS.rglob("*.*")):
            if path.stat().st_mtime >= _STARTED:
                terminalreporter.write_line(str(path.relative_to(ROOT)))


def _kept(test: str) -> Path:
    folder = ARTIFACTS / "failed" / "".join(c if c.isalnum() or c in "-_" else "-" for c in test)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
