"""``X-Forwarded-Host`` is not read, whoever sends it: no page and no redirect repeats it."""

from __future__ import annotations

import pytest

from adapters.server.address import address
from tests.helpers.wire import HOST, send


@pytest.mark.parametrize("peer", ["10.9.8.7", "203.0.113.9"])
@pytest.mark.parametrize("said", [b"evil.example", b"testserver:666", b"\xff", b"a, b"])
@pytest.mark.parametrize("path", [b"/api/openapi.json", b"/tokens/", b"/api/v1/user"])
def test_it_changes_nothing(settings, peer, said, path):
    settings.SECURE_SSL_REDIRECT = True
    plain = send("GET", path, [HOST], peer=peer)
    with_it = send("GET", path, [HOST, (b"x-forwarded-host", said)], peer=peer)
    assert with_it.status_code == plain.status_code
    assert with_it.headers.get("Location") == plain.headers.get("Location")


def test_a_page_shows_the_base_url_where_there_is_one(rf, settings):
    request = rf.get("/", headers={"host": "localhost:8000", "x-forwarded-host": "evil.example"})
    assert address(request) == {"service": {"scheme": "http", "host": "localhost:8000"}}
    settings.BASE_URL = "https://metrics.example.com"
    assert address(request) == {"service": {"scheme": "https", "host": "metrics.example.com"}}
