"""What is judged before a route is chosen, and whom it is not judged of."""

from __future__ import annotations

import logging

import pytest
from django.conf import settings

from tests.helpers.answers import assert_error, assert_unauthenticated
from tests.helpers.wire import HOST, send

OPEN = ["/health/live", "/health/ready", "/.well-known/jwks.json"]
CLOSED = ["/api/v1/metrics", "/api/docs/", "/admin/login/", "/tokens/", "/nothing"]
HOSTS = [b"10.1.2.3:8000", b"attacker.example", b"a b", b"[::1", b"", b"\xff", b"\xe2\x82\xac"]
PROXY = "10.9.8.7"
SESSION = settings.SESSION_COOKIE_NAME.encode()
CSRF = settings.CSRF_COOKIE_NAME.encode()


@pytest.fixture
def production(settings):
    """The tests speak plain HTTP elsewhere; here the redirect is on."""
    settings.HTTPS_REQUIRED = settings.SECURE_SSL_REDIRECT = True


def bearer(arguments) -> tuple[bytes, bytes]:
    return (b"authorization", arguments["headers"]["Authorization"].encode())


@pytest.mark.usefixtures("db", "production")
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", OPEN)
def test_a_probe_is_answered_whatever_host_it_sends(client, caplog, path, host):
    """Kubernetes sends an address and a port, over plain HTTP; nothing is logged for it."""
    with caplog.at_level(logging.DEBUG, logger="django"):
        response = client.get(path, headers={"Host": host.decode("latin-1")})
    assert response.status_code == 200
    assert "Location" not in response.headers
    assert not caplog.records


@pytest.mark.parametrize(
    "header",
    [
        (b"host", b"other"),  # a second one
        (b"cookie", SESSION + b"=\xff; " + CSRF + b"=\xff"),
        (b"content-type", b"\xff"),
        (b"transfer-encoding", b"gzip, chunked"),
        (b"authorization", b"\xff"),
        (b"x-forwarded-for", b"unknown"),
        (b"x-forwarded-proto", b"\xff"),
        (b"x-forwarded-host", b"\xff"),
    ],
)
@pytest.mark.parametrize("path", OPEN)
def test_no_header_is_judged_of_a_probe(db, path, header):
    assert send("GET", path.encode(), [HOST, header], peer=PROXY).status_code == 200


@pytest.mark.parametrize("host", HOSTS[:5])
@pytest.mark.parametrize("path", CLOSED)
def test_a_stranger_s_host_is_one_line_in_the_log(client, db, caplog, path, host):
    response = client.get(path, headers={"Host": host.decode("latin-1")})
    assert response.status_code == 400
    (record,) = caplog.records
    assert (record.levelname, record.exc_info) == ("WARNING", None)


UNREADABLE = {
    "a host twice": [HOST, HOST],
    "a host that is not ASCII": [(b"host", b"\xff")],
    "a host in UTF-8": [(b"host", "testserver€".encode())],
    "a type twice": [HOST, (b"content-type", b"a/b"), (b"content-type", b"a/b")],
    "a type that is not ASCII": [HOST, (b"content-type", "application/json€".encode())],
    "a coding nobody decodes": [HOST, (b"transfer-encoding", b"gzip, chunked")],
    "a coding that is not ASCII": [HOST, (b"transfer-encoding", b"\xff")],
    "a cookie that is no UTF-8": [HOST, (b"cookie", b"a=b; c=\xff")],
    "our session that is not ASCII": [HOST, (b"cookie", SESSION + "=€".encode())],
    "our session, not UTF-8": [HOST, (b"cookie", SESSION + b"=\xff")],
    "our CSRF token that is not ASCII": [HOST, (b"cookie", b"a=b; " + CSRF + "=€".encode())],
    "one of two cookie lines": [HOST, (b"cookie", b"a=b"), (b"cookie", SESSION + b"=\xff")],
}


@pytest.mark.parametrize("headers", UNREADABLE.values(), ids=list(UNREADABLE))
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/metrics"),
        ("POST", "/api/v1/token"),
        ("GET", "/admin/"),
        ("GET", "/nothing"),
    ],
)
def test_a_header_that_decides_and_cannot_be_read_is_refused(db, method, path, headers):
    """Before any token is looked at, and before any route is chosen."""
    answer = send(method, path.encode(), [*headers, (b"authorization", b"Bearer x")])
    assert_error(answer, 400, "header_unreadable")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Request-ID"]


READABLE = {
    "another site's cookie in UTF-8": (b"cookie", "theme=été; a=€".encode()),
    "a comma that is quoted": (b"content-type", b'multipart/form-data; boundary="a,b"'),
    "no type": (b"content-type", b""),
    "a type nobody knows": (b"content-type", b"nothing"),
    "chunks": (b"transfer-encoding", b"Chunked"),
}


@pytest.mark.parametrize("header", READABLE.values(), ids=list(READABLE))
def test_what_can_be_read_is_no_matter(owner, header):
    answer = send("GET", b"/api/v1/metrics", [HOST, bearer(owner), header])
    assert answer.status_code == 200


BAD_CREDENTIALS = {
    "a byte order mark before it": b"\xef\xbb\xbfBearer TOKEN",
    "a byte order mark before the token": b"Bearer \xef\xbb\xbfTOKEN",
    "a quotation mark of a word processor": "Bearer “TOKEN”".encode(),
    "a byte that is no UTF-8": b"Bearer TOKEN\xff",
    "another scheme": b"Basic YTpi",
    "no token": b"Bearer",
    "a tab": b"Bearer\tTOKEN",
}


@pytest.mark.parametrize("raw", BAD_CREDENTIALS.values(), ids=list(BAD_CREDENTIALS))
def test_a_credential_that_cannot_be_read_is_a_bad_one(owner, raw, django_assert_num_queries):
    """Never a missing one: who reads ``token_missing`` looks in the wrong place."""
    token = bearer(owner)[1].removeprefix(b"Bearer ")
    headers = [HOST, (b"authorization", raw.replace(b"TOKEN", token))]
    with django_assert_num_queries(0):
        assert_unauthenticated(send("GET", b"/api/v1/metrics", headers), "token_malformed")


@pytest.mark.parametrize("other", [b"Bearer x", b"\xff", b"Basic YTpi", b""])
def test_of_two_credentials_none_is_taken(owner, other):
    """Not even if one of them is good, whichever comes first."""
    for first, second in ((bearer(owner)[1], other), (other, bearer(owner)[1])):
        headers = [HOST, (b"authorization", first), (b"authorization", second)]
        assert_unauthenticated(send("GET", b"/api/v1/metrics", headers), "token_malformed")


def test_only_a_reader_is_sent_to_the_address_with_its_slash(client, settings):
    """In development Django would raise for a form."""
    settings.DEBUG = True
    assert client.get("/api/docs")["Location"] == "/api/docs/"
    assert client.head("/api/docs")["Location"] == "/api/docs/"
    for method in ("POST", "PUT", "DELETE"):
        assert_error(client.generic(method, "/api/docs"), 404, "not_found")
