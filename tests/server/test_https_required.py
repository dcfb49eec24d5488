"""Plain HTTP under ``/api/v1/`` is refused, before any token is read; a page is led to HTTPS."""

from __future__ import annotations

import pytest

from tests.helpers.answers import assert_error
from tests.helpers.wire import HOST, send

PROXY, STRANGER = "10.9.8.7", "203.0.113.9"
PATHS = ["/api/v1/metrics", "/api/v1/token", "/api/v1/nothing"]
PLAIN = [b"http", b"wss", b"\xff", b"", b"https, unknown", b"https,http", b"on"]


@pytest.fixture(autouse=True)
def production(settings):
    """The tests speak plain HTTP elsewhere."""
    settings.HTTPS_REQUIRED = settings.SECURE_SSL_REDIRECT = True


def over(proto: bytes | None, *headers, path=PATHS[0], method="GET", peer=PROXY):
    said = [] if proto is None else [(b"x-forwarded-proto", proto)]
    return send(method, path.encode(), [HOST, *said, *headers], peer=peer)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "OPTIONS"])
def test_plain_http_is_refused(path, method):
    """No database is asked: this test may use none."""
    token = (b"authorization", b"Bearer x")
    answer = over(None, token, path=path, method=method)
    assert answer.status_code == 403
    assert answer["Cache-Control"] == "no-store"
    assert "Location" not in answer.headers
    assert "WWW-Authenticate" not in answer.headers
    if method != "HEAD":
        assert_error(answer, 403, "https_required")


@pytest.mark.parametrize("proto", PLAIN)
def test_what_cannot_be_read_is_plain(proto):
    assert_error(over(proto), 403, "https_required")


def test_a_stranger_s_word_is_none():
    assert_error(over(b"https", peer=STRANGER), 403, "https_required")


def test_a_trusted_proxy_s_word_counts():
    assert over(b"https").status_code == 401


@pytest.mark.parametrize(
    "unreadable",
    [(b"x-forwarded-for", b"unknown"), (b"content-type", b"\xff"), (b"host", b"other")],
)
def test_it_is_the_first_judgement(unreadable):
    assert_error(over(b"http", unreadable), 403, "https_required")
    assert_error(over(b"https", unreadable), 400, "header_unreadable")


def test_a_browser_learns_why():
    """A preflight is answered, and the refusal may be read by the page."""
    asks = (b"origin", b"https://app.test"), (b"access-control-request-method", b"GET")
    preflight = over(None, *asks, method="OPTIONS")
    assert preflight.status_code == 200
    assert preflight["access-control-allow-origin"] == "https://app.test"
    assert over(None, asks[0])["access-control-allow-origin"] == "https://app.test"


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/.well-known/jwks.json"])
@pytest.mark.parametrize("proto", [b"http", b"https", None])
@pytest.mark.django_db
def test_what_says_the_same_to_everybody_answers_on_both(path, proto):
    assert over(proto, path=path).status_code == 200


def test_a_closed_network_may_do_without(settings):
    settings.HTTPS_REQUIRED = settings.SECURE_SSL_REDIRECT = False
    assert over(None).status_code == 401
    assert over(None, path="/api/docs/").status_code == 200
