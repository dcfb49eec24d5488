"""What every test gets."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite",
    derandomize=True,  # the same examples in every run: a failure is the change's, not luck's
    deadline=None,  # these machines are shared: time decides nothing
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """What only PostgreSQL can show is left out on SQLite: it runs in the suite's other half.

    The benchmark comes first: it starts five servers, and later on those of other tests hold most
    of the connections that PostgreSQL has.
    """
    items.sort(key=lambda item: item.path.name != "test_bench.py")
    particular = [item for item in items if item.get_closest_marker("postgresql")]
    if particular and _is_sqlite():
        config.hook.pytest_deselected(items=particular)
        items[:] = [item for item in items if item not in particular]


def _is_sqlite():
    from django.db import connection

    return connection.vendor == "sqlite"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """In CI everything is there: a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("CI") == "true" and skipped and exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"FAILED: {len(skipped)} skipped in CI, where nothing may be", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session", autouse=True)
def _flush_empties_the_account_of_events():
    """A test's database is emptied after it; the account of events resists that by design."""
    from tests.flush import flush_empties_events

    with flush_empties_events():
        yield


@pytest.fixture(autouse=True)
def _as_it_was():
    """The clock and the plugins are the same for every test."""
    from tests.service import NOON, clock, plugins

    before = list(plugins)
    clock.time = NOON
    yield
    plugins[:] = before


@pytest.fixture
def clock():
    from tests.service import clock

    return clock


@pytest.fixture
def services():
    from tests.service import SERVICES

    return SERVICES
