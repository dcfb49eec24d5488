"""What every error promises (docs/api.md, Errors), checked in one place."""

from __future__ import annotations

from typing import Any

INVALID = "invalid_token"
SCOPE = "insufficient_scope"


def assert_error(
    response: Any, status: int, code: str, *, challenge: str | None = None
) -> dict[str, Any]:
    """The status, the shape, the code and the challenge; returns the body.

    ``challenge``: None for no WWW-Authenticate, "" for a bare one, else its error code.
    """
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json"
    body = response.json()
    assert body["code"] == code
    assert body["detail"].endswith(".")
    assert set(body) == {"detail", "code"} | _more(status, code)
    _assert_challenge(response, challenge)
    return body


def assert_unauthenticated(response: Any, code: str) -> dict[str, Any]:
    """A 401 for a token that was sent."""
    return assert_error(response, 401, code, challenge=INVALID)


def _more(status: int, code: str) -> set[str]:
    return {"errors"} if status == 422 else {"choices"} if code == "company_required" else set()


def _assert_challenge(response: Any, challenge: str | None) -> None:
    sent = response.headers.get("WWW-Authenticate")
    if challenge is None:
        assert sent is None
    elif challenge == "":
        assert sent == "Bearer"
    else:
        assert sent.startswith(f'Bearer error="{challenge}", error_description="')
        assert sent.endswith('"')
        assert sent.isascii()
