"""Personal access tokens over HTTP."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from tests.helpers.people import Arguments

URL = "/api/v1/personal-access-tokens"
ROW = {
    "id",
    "user_id",
    "company_id",
    "name",
    "read_only",
    "access_global_metrics",
    "created_at",
    "expires_at",
    "last_used_at",
    "revoked_at",
}


def create(client: Client, who: Arguments, body: Any = None) -> Any:
    """Ask for a new token; ``body`` may be bytes, or what is to be JSON."""
    sent = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
    return client.post(URL, sent, content_type="application/json", **who)


def created(client: Client, who: Arguments, **body: Any) -> dict[str, Any]:
    """A new token: its row, with ``access_token``."""
    response = create(client, who, body)
    assert response.status_code == 201, response.content
    return dict(response.json())


def reissue(client: Client, who: Arguments, pat_id: object, **body: Any) -> Any:
    """Re-issue one."""
    url = f"{URL}/{pat_id}/reissue"
    return client.post(url, json.dumps(body), content_type="application/json", **who)


def revoke(client: Client, who: Arguments, pat_id: object) -> Any:
    """Revoke one."""
    return client.post(f"{URL}/{pat_id}/revoke", **who)
