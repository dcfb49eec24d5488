"""SQLite under 16 writers and as many readers: nobody hears that the database is locked."""

from __future__ import annotations

import os

import pytest

from tests.faults.errands import reader, writer
from tests.faults.load import at_once, on_the_line, total, wait
from tests.faults.seed import OWNERS

pytestmark = pytest.mark.e2e

SECONDS = float(os.environ.get("FAULTS_BUSY_SECONDS", "5"))


def test_nobody_is_locked_out(site):
    """PostgreSQL has no such lock: there it is a load like any other."""
    writers = [site.person(name) for name in OWNERS]
    readers = [site.person(name) for name in OWNERS]
    tasks = [*map(writer, writers), *map(reader, readers)]
    with on_the_line(*writers, *readers), at_once(tasks) as stop:
        wait(stop, seconds=SECONDS)
    found = total([*writers, *readers])
    assert {status for _, _, status in found} <= {200, 201, 429}
    written = sum(count for (method, _, _), count in found.items() if method == "POST")
    assert written > len(OWNERS)
    assert "locked" not in site.service.log.read_text()
