"""What production's settings promise at every door."""

from __future__ import annotations

import pytest

from tests.helpers.answers import assert_error

PAGES = ["/health/live", "/.well-known/jwks.json", "/api/docs/", "/api/v1/metrics", "/tokens/"]


@pytest.fixture
def https(settings):
    """The tests speak plain HTTP elsewhere; here the redirect is on, as in production."""
    settings.HTTPS_REQUIRED = settings.SECURE_SSL_REDIRECT = True


@pytest.mark.parametrize("url", ["/api/docs/", "/tokens/", "/admin/", "/nothing"])
def test_a_page_over_plain_http_is_redirected(client, db, https, url):
    response = client.get(f"{url}?a=b")
    assert response.status_code == 301
    assert response["Location"] == f"https://testserver{url}?a=b"


def test_a_redirect_leads_to_the_base_url(client, https, settings):
    settings.SECURE_SSL_HOST = "metrics.example.com"
    assert client.get("/tokens/")["Location"] == "https://metrics.example.com/tokens/"


@pytest.mark.parametrize("url", [*PAGES[:2], "/health/ready"])
def test_probes_may_come_over_plain_http(client, db, https, url):
    assert client.get(url).status_code == 200


def test_production_redirects_unless_told_otherwise():
    from config import settings as production

    assert production.HTTPS_REQUIRED is production.SECURE_SSL_REDIRECT is True
    assert production.DEBUG is False


def test_a_trusted_proxy_says_it_was_https(client, db, https):
    headers = {"X-Forwarded-Proto": "https"}
    assert client.get("/api/docs/", headers=headers, REMOTE_ADDR="10.9.8.7").status_code == 200
    assert client.get("/api/docs/", headers=headers).status_code == 301


@pytest.mark.parametrize("url", PAGES)
def test_security_headers(client, db, url):
    response = client.get(url, secure=True)
    assert response["X-Content-Type-Options"] == "nosniff"
    framed = url == "/api/docs/"  # by ShellUI Admin, which that header cannot say
    assert response.headers.get("X-Frame-Options") == (None if framed else "DENY")
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Strict-Transport-Security"] == "max-age=31536000"
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["attacker.example", "testserver.attacker.example", "a b", "[::1"])
@pytest.mark.parametrize("url", ["/api/v1/metrics", "/api/docs/", "/nothing"])
def test_another_host_is_400_json(client, db, host, url):
    response = client.get(url, headers={"Host": host})
    assert_error(response, 400, "bad_request")
    assert host.encode() not in response.content


def test_the_api_sets_no_session(client, db, owner):
    client.get("/api/v1/metrics", **owner)
    assert not client.cookies
