"""A page of some origin, as a browser lets it: asked first, and blind to what it may not read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

_UNASKED_METHODS = {"GET", "HEAD", "POST"}
_UNASKED_HEADERS = {"Accept"}


class BlockedError(Exception):
    """The browser says no: a page there may not send this, or not read the answer."""


@dataclass
class Page:
    """What JavaScript's ``fetch`` is to a page of ``origin`` (the Fetch standard, section 3.3)."""

    client: Client
    origin: str

    def fetch(
        self, method: str, path: str, *, token: str | None = None, body: Any = None, **more: str
    ) -> Any:
        """Send a request, without cookies, and give what came back.

        Raises:
            BlockedError: the page may not.
        """
        headers = {"Origin": self.origin, **more}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        self._ask(method, path, {*headers} - {"Origin"})
        text = "" if body is None else json.dumps(body)
        answer = self.client.generic(
            method, path, text, headers.pop("Content-Type", ""), headers=headers
        )
        self._check_origin(answer)
        return answer

    def _ask(self, method: str, path: str, headers: set[str]) -> None:
        """Send the preflight, where a browser would."""
        unusual = sorted(name.lower() for name in headers - _UNASKED_HEADERS)
        if method in _UNASKED_METHODS and not unusual:
            return
        asked = {"Origin": self.origin, "Access-Control-Request-Method": method}
        if unusual:
            asked["Access-Control-Request-Headers"] = ",".join(unusual)
        answer = self.client.options(path, headers=asked)
        self._check_origin(answer)
        allowed = _listed(answer, "Access-Control-Allow-Headers")
        methods = _listed(answer, "Access-Control-Allow-Methods")
        if answer.status_code not in range(200, 300) or set(unusual) - allowed:
            raise BlockedError(f"{method} {path} with {unusual}")
        if method not in _UNASKED_METHODS and method.lower() not in methods:
            raise BlockedError(f"{method} {path}")

    def _check_origin(self, answer: Any) -> None:
        if answer.headers.get("Access-Control-Allow-Origin") not in {"*", self.origin}:
            raise BlockedError(self.origin)


def _listed(answer: Any, name: str) -> set[str]:
    return {item.strip().lower() for item in answer.headers.get(name, "").split(",")}
