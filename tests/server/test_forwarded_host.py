"""``X-Forwarded-Host`` counts only from a trusted proxy, and has to be one of ours even then."""

from __future__ import annotations

import pytest

PROXY, STRANGER = "10.9.8.7", "203.0.113.9"


@pytest.mark.parametrize(
    ("address", "host", "status"),
    [
        (PROXY, "localhost", 200),
        (PROXY, "evil.example", 400),
        (STRANGER, "evil.example", 200),
    ],
)
@pytest.mark.django_db
def test_who_may_say_the_host(client, settings, address, host, status):
    """A stranger's word is dropped; a proxy's is held against ALLOWED_HOSTS."""
    settings.SECURE_SSL_REDIRECT = True  # so that the host is asked for
    headers = {"X-Forwarded-Host": host, "X-Forwarded-Proto": "https"}
    response = client.get(
        "/api/openapi.json", headers=headers, REMOTE_ADDR=address, secure=address == STRANGER
    )
    assert response.status_code == status
