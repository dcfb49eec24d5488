"""The soak in its short form: the long one is ``python -m tests.faults.soak``."""

from __future__ import annotations

import pytest

from tests.faults.soak import Report, soak

pytestmark = pytest.mark.e2e

MEGABYTE = 1024 * 1024


def test_memory_files_and_threads_stay_flat(site):
    report = soak(site, seconds=8, pause=0.01)
    assert report.faults == []
    assert report.requests > 100


@pytest.mark.parametrize(
    ("grown", "said"),
    [
        ({"memory": (100 * MEGABYTE, 140 * MEGABYTE)}, "memory"),
        ({"files": (40, 80)}, "files"),
        ({"threads": (20, 40)}, "threads"),
        ({"wrong": {"GET /api/v1/user 503": 2}}, "503"),
    ],
)
def test_a_leak_would_be_seen(grown, said):
    flat = {"memory": (100 * MEGABYTE,) * 2, "files": (40, 40), "threads": (20, 20), "wrong": {}}
    report = Report("sqlite", 60, 1000, **{**flat, **grown})
    assert len(report.faults) == 1
    assert said in report.faults[0]
