"""The time that Prometheus gives a scrape, and numbers that are none."""

from __future__ import annotations

import pytest

from tests.helpers import people
from tests.helpers.exposition import series_of

URLS = ["/api/v1/metrics", "/api/v1/metrics/all"]
NO_LIMIT = [
    *(
        "1e306",
        "1e308",
        "1.7976931348623157e308",
        "1e999",
        "86401",
        "9" * 400,
        "9223372036854775808",
    ),
    *("inf", "-inf", "nan", "0", "-0.0", "-1", "-1e306", "", "x", "\xb2", "1,2", "0x10"),
]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("seconds", NO_LIMIT)
def test_what_is_no_sensible_time_is_no_limit(client, staff, url, seconds):
    sent = people.with_headers(staff, X_Prometheus_Scrape_Timeout_Seconds=seconds)
    found = series_of(client.get(url, **sent))
    successes = {key: n for key, n in found.items() if key[0].endswith("collector_success")}
    assert len(successes) >= 3
    assert set(successes.values()) == {1}


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("seconds", ["1e-300", "5e-324", "0.000001"])
def test_a_time_that_is_too_short_is_one(client, staff, url, seconds):
    """What is ready is answered, and nothing is."""
    sent = people.with_headers(staff, X_Prometheus_Scrape_Timeout_Seconds=seconds)
    found = series_of(client.get(url, **sent))
    successes = {key: n for key, n in found.items() if key[0].endswith("collector_success")}
    assert set(successes.values()) == {0}
