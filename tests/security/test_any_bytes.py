"""Any bytes in any part of a request: what comes back is an answer in the promise's shape."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import CompanyFactory
from tests.helpers import people
from tests.helpers.wire import HOST, send

METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "X"]
PATHS = [
    *(b"/api/v1/metrics", b"/api/v1/metrics/all", b"/api/v1/user", b"/api/v1/logout"),
    *(b"/api/v1/token", b"/api/v1/personal-access-tokens", b"/api/v1/personal-access-tokens/"),
    *(b"/api/", b"/api/v1/", b"/api/docs", b"/api/docs/", b"/api/openapi.json", b"/"),
    *(b"/health/live", b"/health/ready", b"/.well-known/jwks.json", b"/static/", b"*", b"//"),
    *(
        b"/tokens/",
        b"/tokens/sign-in/",
        b"/tokens/sign-out/",
        b"/tokens/confirm/",
        b"/tokens/account/",
        b"/admin/",
        b"/admin/login/",
    ),
]
NAMES = [
    *(b"accept", b"accept-encoding", b"accept-language", b"authorization", b"content-encoding"),
    *(b"content-length", b"content-type", b"cookie", b"expect", b"forwarded", b"host", b"origin"),
    *(b"if-modified-since", b"if-none-match", b"range", b"referer", b"te", b"transfer-encoding"),
    *(b"upgrade", b"x-csrftoken", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"),
    *(b"x-prometheus-scrape-timeout-seconds", b"x-request-id", b"x-http-method-override"),
    *(b"access-control-request-method", b"access-control-request-headers", b"user-agent"),
]
PIECES = [
    *(b"\xff", b"\x80", "€".encode(), b"\xed\xa0\x80", b"%", b"%00", b"%ff", b"%ED%A0%80", b"\x7f"),
    *(b",", b";", b"=", b"&", b'"', b"\\", b"/", b"//", b"..", b"[", b"]", b"{", b"}", b"*", b" "),
    *(b"9" * 30, b"-1", b"1e306", b"NaN", b"null", b"a", b"id", b"name[]", b"company_id", b"next"),
    *(b"grant_type", b"password", b"refresh_token", b"Bearer ", b"application/json", b"charset"),
    *(b"application/x-www-form-urlencoded", b"multipart/form-data", b"boundary", b"--x", b"\r\n"),
    *(b"http://[", b"203.0.113.9", b"https", b"bytes=", b"GET", b"q=0.5", b"testserver"),
]
ANY = st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=6).map(b"".join)
BODY = ANY | st.sampled_from([b"[" * 50_000, b"a&" * 2000, b"\x00" * 70_000, b'{"a": 1e999}'])


@pytest.fixture
def credential(db):
    company = CompanyFactory()
    session = people.session_of(people.owner_of(company), company)
    return session["headers"]["Authorization"].encode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(METHODS),
    path=st.sampled_from(PATHS),
    rest=ANY,
    query=ANY,
    headers=st.lists(st.tuples(st.sampled_from(NAMES), ANY), max_size=4),
    body=BODY,
    peer=st.sampled_from(["10.9.8.7", "203.0.113.9", "::ffff:10.9.8.7"]),
    signed_in=st.booleans(),
)
def test_no_bytes_make_a_500(  # noqa: PLR0917 - Hypothesis gives them by name
    credential, method, path, rest, query, headers, body, peer, signed_in
):
    target = path + rest.replace(b"?", b"") + b"?" + query
    sent = [HOST, (b"authorization", credential)] if signed_in else [HOST]
    answer = send(method, target, [*sent, *headers], body, peer=peer)
    assert answer.status_code < 500
    assert answer.content.count(b"Traceback") == 0
    if path.startswith(b"/api/v1/") and answer.status_code >= 400:
        assert set(answer.json()) >= {"detail", "code"}
