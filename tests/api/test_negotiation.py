"""The format and the encoding of a scrape follow ``Accept`` and ``Accept-Encoding``."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers import people
from tests.helpers.exposition import families, series, series_of

URLS = ["/api/v1/metrics", "/api/v1/metrics/all"]
TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;"
    "version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
    "application/openmetrics-text;version=0.0.1;q=0.4,"
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
)
ACCEPT = {
    "": TEXT,
    "*/*": TEXT,
    "text/html,application/xhtml+xml,*/*;q=0.8": TEXT,
    "application/json": TEXT,
    "image/png": TEXT,
    "application/vnd.google.protobuf": TEXT,
    "application/openmetrics-text": OPENMETRICS,
    "application/openmetrics-text; version=1.0.0": OPENMETRICS,
    "APPLICATION/OPENMETRICS-TEXT; VERSION=1.0.0": OPENMETRICS,
    "application/openmetrics-text;version=0.0.1": TEXT,
    "application/openmetrics-text; version=2.0.0": TEXT,
    "application/openmetrics-text;q=0": TEXT,
    "application/openmetrics-text;q=0.000, */*": TEXT,
    "application/openmetrics-text;q=0.4, text/plain;q=0.5": TEXT,
    "text/plain;q=0.5, application/openmetrics-text;q=0.6": OPENMETRICS,
    "text/plain, application/openmetrics-text": TEXT,
    "application/openmetrics-text, text/plain": OPENMETRICS,
    PROMETHEUS_2: OPENMETRICS,
    PROMETHEUS_3: OPENMETRICS,
    "application/openmetrics-text;q=2": TEXT,
    "application/openmetrics-text;q=": TEXT,
    "application/openmetrics-text;q=NaN": TEXT,
    ";;;,,,===": TEXT,
    "text": TEXT,
    "/": TEXT,
    "\x00\xff": TEXT,
    "a/b;" * 500: TEXT,
    "a/b," * 5000: TEXT,
}


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("accept", ACCEPT, ids=lambda value: repr(value)[:70])
def test_the_format(client, staff, url, accept):
    response = client.get(url, **people.with_headers(staff, Accept=accept))
    assert response.status_code == 200
    assert response["Content-Type"] == ACCEPT[accept]
    assert families(response)


@given(accept=st.text(st.characters(max_codepoint=255)), encoding=st.text(max_size=20))
def test_no_header_at_all_makes_it_fail(accept, encoding):
    """Never 406, never JSON, never 500: the rendering is fed what a server hands through."""
    from adapters.prometheus.exposition import render
    from domain.metrics.family import Snapshot

    exposition = render(Snapshot(()), accept=accept, accept_encoding=encoding)
    assert exposition.content_type in {TEXT, OPENMETRICS}


@pytest.mark.parametrize("url", URLS)
def test_both_formats_say_the_same(client, staff, url):
    text = series_of(client.get(url, **staff))
    sent = people.with_headers(staff, Accept="application/openmetrics-text")
    openmetrics = series_of(client.get(url, **sent))
    assert {k for k in text if "duration" not in k[0]} == {
        k for k in openmetrics if "duration" not in k[0]
    }


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("encoding", ["gzip", "deflate, gzip;q=1.0, *;q=0.5", "*", "x-gzip, br"])
def test_gzip_when_it_is_accepted(client, staff, url, encoding):
    response = client.get(url, **people.with_headers(staff, Accept_Encoding=encoding))
    assert response["Content-Encoding"] == "gzip"
    assert int(response["Content-Length"]) == len(response.content)
    plain = gzip.decompress(response.content).decode()
    assert plain.startswith("# HELP shellui_auth_company_info ")


@pytest.mark.parametrize(
    "encoding", ["", "identity", "br", "gzip;q=0", "gzip;q=0, *", "*;q=0", "gzip;q=x", "zip,;=,"]
)
def test_no_gzip_when_it_is_not(client, staff, encoding):
    response = client.get(URLS[0], **people.with_headers(staff, Accept_Encoding=encoding))
    assert "Content-Encoding" not in response.headers
    assert families(response)


@pytest.mark.parametrize("url", URLS)
def test_caches_are_told_what_the_answer_depends_on(client, staff, url):
    vary = {part.strip().lower() for part in client.get(url, **staff)["Vary"].split(",")}
    assert {"accept", "accept-encoding"} <= vary


@pytest.mark.parametrize("url", URLS)
def test_openmetrics_ends_with_eof_and_counters_are_counters(client, staff, url):
    sent = people.with_headers(staff, Accept="application/openmetrics-text")
    response = client.get(url, **sent)
    assert response.content.endswith(b"\n# EOF\n")
    counters = [family.name for family in families(response) if family.type == "counter"]
    load = ["shellui_http_requests", "shellui_auth_rejections"] if url.endswith("/all") else []
    assert counters == ["shellui_auth_successful_logins", *load]
    assert series(families(response))
