"""A Content-Type hides nothing and breaks nothing, whatever charset or parameters it names."""

from __future__ import annotations

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from tests.helpers.answers import assert_error
from tests.helpers.wsgi import call

URL = "/api/v1/metrics"
CHARSETS = ["utf-16", "utf-7", "cp037", "base64", "rot13", "idna", "undefined", "no-such", "\x00"]
WITHOUT_BOUNDARY = [
    "multipart/form-data; boundary*=no-such'en'%41",
    "multipart/form-data; boundary=" + "b" * 20_000,
]
CONTENT_TYPES = [
    *(f"text/plain; charset={charset}" for charset in CHARSETS),
    *(f"multipart/form-data; charset={charset}; boundary=x" for charset in CHARSETS),
    "text/plain; a*=no-such'en'%41",
    "text/plain; a*=x",
    "text/plain; " + "a=b; " * 20_000,
    *WITHOUT_BOUNDARY,
]


@pytest.fixture(autouse=True)
def _one_connection():
    """The test's transaction outlives its requests."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("content_type", CONTENT_TYPES, ids=lambda value: repr(value)[:60])
def test_the_query_is_read_as_utf_8(owner, content_type):
    sent = {
        "HTTP_AUTHORIZATION": owner["headers"]["Authorization"],
        "CONTENT_TYPE": content_type,
        "body": b"--x--",
    }
    expected = 400 if content_type in WITHOUT_BOUNDARY else 200
    assert call(URL, query="a=1", **sent).status_code == expected
    assert_error(call(URL, query="company_id=1", **sent), 400, "company_id_not_allowed")
