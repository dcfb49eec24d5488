"""More fields than Django reads are the client's fault, and said so."""

from __future__ import annotations

import pytest

from tests.helpers.answers import assert_error

PART = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
URLS = ["/api/v1/metrics", "/api/v1/metrics/all", "/api/v1/personal-access-tokens"]


@pytest.mark.parametrize("url", URLS)
def test_in_the_query(client, staff, url):
    response = client.get(f"{url}?" + "a&" * 1001, **staff)
    assert_error(response, 400, "bad_request")


def test_in_a_multipart_body(client, staff):
    body = PART * 1001 + "--x--\r\n"
    content_type = "multipart/form-data; boundary=x"
    response = client.generic("GET", "/api/v1/metrics", body, content_type, **staff)
    assert_error(response, 400, "bad_request")
