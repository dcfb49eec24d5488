"""The cost of a scrape in things that can be counted: never in seconds."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.helpers.people import with_headers
from tests.speed.loading import platform

pytestmark = pytest.mark.django_db

COMPANY, ALL = "/api/v1/metrics", "/api/v1/metrics/all"
MOST = {COMPANY: 4, ALL: 12}
"""Statements, authentication included."""
LAST_USE = "UPDATE"
"""In the service a thread writes it; in tests it is written at once."""
BYTES_FOR_A_SERIES = 700
"""Its row, its labels, its sample and its line, all at once."""


def statements(client, url, arguments) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url, **arguments).status_code == 200
    return [query["sql"] for query in captured if not query["sql"].startswith(LAST_USE)]


@pytest.mark.parametrize("url", [COMPANY, ALL])
def test_statements_do_not_grow_with_the_platform(client, url):
    """As many for 3 companies as for 300, with 3 users each or 30."""
    counts = []
    for companies, users in ((3, 9), (300, 900), (300, 9000)):
        with platform(companies, users=users) as scraper:
            counts.append(len(statements(client, url, scraper)))
    assert counts == counts[:1] * 3
    assert counts[0] <= MOST[url]


@pytest.mark.parametrize("url", [COMPANY, ALL])
def test_a_time_limit_costs_no_statement(client, url):
    with platform(3, users=9) as scraper:
        plain = statements(client, url, scraper)
        header = {"X_Prometheus_Scrape_Timeout_Seconds": "60"}
        bounded = statements(client, url, with_headers(scraper, **header))
    assert bounded == plain


def test_what_is_not_named_is_not_asked_for(client):
    with platform(3, users=9) as scraper:
        url = f"{COMPANY}?name[]=shellui_auth_successful_logins_total"
        assert len(statements(client, url, scraper)) == 2


def test_a_large_scrape_is_compressed_to_a_tenth_or_less(client):
    with platform(300, users=900) as scraper:
        plain = client.get(ALL, **scraper).content
        zipped = client.get(ALL, **with_headers(scraper, Accept_Encoding="gzip")).content
    assert len(zipped) * 10 <= len(plain)


def test_memory_grows_with_the_answer_and_with_nothing_else(client):
    with platform(3, users=9) as scraper:
        scrape(client, scraper)  # what is compiled once is compiled now
    figures = []
    for companies, users in ((20, 60), (600, 1200), (600, 12_000)):
        with platform(companies, users=users) as scraper:
            figures.append(scrape(client, scraper))
    (small, few), (large, many), (larger, as_many) = figures
    assert (large - small) / (many - few) < BYTES_FOR_A_SERIES
    assert as_many == many
    assert larger < large * 1.1


def scrape(client, scraper) -> tuple[int, int]:
    """The most bytes held at once by a compressed scrape, and the series it answers with."""
    arguments = with_headers(scraper, Accept_Encoding="gzip")
    tracemalloc.start()
    try:
        response = client.get(ALL, **arguments)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    lines = gzip.decompress(response.content).splitlines()
    return peak, sum(not line.startswith(b"#") for line in lines)
