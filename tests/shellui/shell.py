"""ShellUI's shell: it signs a person in, and keeps the session."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from tests.shellui.page import Page

ZONE = "Europe/Paris"


@dataclass
class Shell:
    """Sends and reads what the shell does. ``stored`` is the pair that it holds."""

    page: Page
    stored: dict[str, Any] | None = None

    def sign_in(self, email: str, password: str, **more: Any) -> int:
        """By password; the status."""
        body = {"email": email, "password": password, "client_timezone": ZONE, **more}
        return self._token("password", body)

    def refresh(self) -> int:
        """Before the access token ends; after a 401 the session is dropped. The status."""
        assert self.stored is not None
        body = {"refresh_token": self.stored["refresh_token"], "client_timezone": ZONE}
        status = self._token("refresh_token", body)
        if status == 401:
            self.stored = None
        return status

    def sign_out(self, *, with_body: bool) -> int:
        """With no body, or with the refresh token; the status is all it reads."""
        assert self.stored is not None
        body = {"refresh_token": self.stored["refresh_token"]} if with_body else None
        return int(self.ask("POST", "/api/v1/logout", body=body).status_code)

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """A request with the access token that it holds."""
        assert self.stored is not None
        return self.page.fetch(method, path, token=self.stored["access_token"], **more)

    def who(self) -> dict[str, Any]:
        """What it shows of the person: it reads the access token, and asks nobody."""
        assert self.stored is not None
        claims = _claims(self.stored["access_token"])
        shown = claims["user_metadata"]
        return {
            "id": claims.get("sub") or claims["user_id"],
            "email": claims["email"],
            "name": shown.get("full_name") or shown["name"],
            "avatar": shown.get("avatar_url"),
            "is_staff": shown["is_staff"],
            "is_company_owner": shown["is_company_owner"],
            "groups": shown["groups"],
            "provider": claims["app_metadata"]["provider"],
            "ends": claims["exp"],
        }

    def _token(self, grant_type: str, body: dict[str, Any]) -> int:
        answer = self.page.fetch("POST", f"/api/v1/token?grant_type={grant_type}", body=body)
        if answer.status_code == 200:
            pair = answer.json()
            names = ("access_token", "refresh_token", "expires_at", "expires_in", "token_type")
            self.stored = {name: pair[name] for name in names}
        return int(answer.status_code)


def _claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))
