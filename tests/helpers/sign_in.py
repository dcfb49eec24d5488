"""Signing in over HTTP."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from tests.factories import PASSWORD

URL = "/api/v1/token"


def grant(client: Client, grant_type: str, body: dict[str, Any], **more: Any) -> Any:
    """Ask for tokens."""
    return client.post(
        f"{URL}?grant_type={grant_type}", json.dumps(body), content_type="application/json", **more
    )


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    """Ask with a password; ``REMOTE_ADDR`` and headers may be among ``more``."""
    extra = {name: more.pop(name) for name in ("REMOTE_ADDR", "headers") if name in more}
    return grant(client, "password", {"email": email, "password": password, **more}, **extra)


def refresh(client: Client, token: str) -> Any:
    """Ask with a refresh token."""
    return grant(client, "refresh_token", {"refresh_token": token})
