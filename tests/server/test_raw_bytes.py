"""Raw bytes in any part of a request line or a header: a 4xx, or ignored; never a 500."""

from __future__ import annotations

import pytest

from tests.helpers.answers import assert_error
from tests.helpers.wire import HOST, send

EURO = "€".encode()
RAW = [EURO, b"\xff", b"\xe9", b"%ff", b"%E2%82%AC", b"\x80\x80", b"\xed\xa0\x80"]


def header_of(arguments) -> tuple[bytes, bytes]:
    return (b"authorization", arguments["headers"]["Authorization"].encode())


@pytest.mark.parametrize("raw", RAW)
def test_in_the_grant_type(db, raw):
    assert_error(
        send("POST", b"/api/v1/token?grant_type=" + raw, body=b"{}"), 400, "unsupported_grant_type"
    )


@pytest.mark.parametrize("raw", RAW)
def test_in_a_parameter_nobody_reads(owner, raw):
    for query in (b"x=" + raw, raw, raw + b"=x", b"name[]=" + raw + b"&name[]="):
        answer = send("GET", b"/api/v1/metrics?" + query, [HOST, header_of(owner)])
        assert answer.status_code == (400 if query.startswith(b"name") else 200)


@pytest.mark.parametrize("raw", RAW)
def test_it_hides_no_company_id(owner, raw):
    for query in (raw + b"&company_id=1", b"company_id=" + raw, b"company_id" + raw):
        answer = send("GET", b"/api/v1/metrics?" + query, [HOST, header_of(owner)])
        assert_error(answer, 400, "company_id_not_allowed")


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize(
    "path", [b"/", b"/api/v1/", b"/api/v1/personal-access-tokens/", b"/static/"]
)
def test_in_a_path(db, path, raw):
    assert send("GET", path + raw).status_code in {401, 404}


@pytest.mark.parametrize("raw", RAW)
def test_in_where_to_go_after_a_sign_in(db, raw):
    for path in (b"/admin/login/?next=", b"/admin/?next=", b"/tokens/sign-in/?next="):
        assert send("GET", path + raw).status_code in {200, 302}


@pytest.mark.parametrize("raw", RAW)
@pytest.mark.parametrize(
    "name", [b"accept", b"accept-encoding", b"user-agent", b"x-request-id", b"origin", b"referer"]
)
def test_in_a_header_that_decides_nothing(owner, name, raw):
    """Or, like Accept, that counts for nothing where it cannot be read."""
    answer = send("GET", b"/api/v1/metrics", [HOST, header_of(owner), (name, raw)])
    assert (answer.status_code, answer["Content-Type"][:10]) == (200, "text/plain")
