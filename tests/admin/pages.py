"""The admin's pages as a person meets them: addresses, and forms sent back as they were shown."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from django.urls import reverse

from adapters.orm.models import TokenEvent
from tests.service import NOON


def page(model: str, name: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:shellui_{model}_{name}", args=args)


class _Inputs(HTMLParser):
    """Reads what a browser would send of the main form, untouched."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self._form_id = form_id
        self._inside = False
        self._select: str | None = None
        self.sent: dict[str, Any] = {}

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self._inside = a.get("id") == self._form_id
        if not self._inside or "disabled" in a:
            return
        if tag == "input" and "name" in a:
            kind = a.get("type", "text")
            if kind in {"checkbox", "radio"} and "checked" not in a:
                return
            if kind not in {"submit", "button"}:
                self.sent[a["name"]] = a.get("value") or ("on" if kind == "checkbox" else "")
        elif tag == "select":
            self._select = a["name"]
        elif tag == "option" and "selected" in a and self._select:
            self.sent[self._select] = a.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = None


def shown_form(client, url: str, model: str) -> dict[str, Any]:
    """What the page's form would send if nothing were changed."""
    response = client.get(url)
    assert response.status_code == 200
    return form_of(response, f"{model}_form")


def form_of(response, form_id: str) -> dict[str, Any]:
    """What the answer's form would send if nothing were changed."""
    parser = _Inputs(form_id)
    parser.feed(response.content.decode())
    return parser.sent


def untick(form: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in form.items() if key != name}


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def token_in(response) -> str:
    """The token a page shows, this once."""
    text = response.content.decode()
    return re.search(r'<textarea id="token"[^>]*>([^<]+)</textarea>', text)[1]


def token_event(**columns: Any) -> TokenEvent:
    """An event as the service writes them."""
    plain = {
        "at": NOON,
        "kind": "issued",
        "user_id": 1,
        "user_email": "ada@example.test",
        "company_slug": "acme",
        "actor_name": "grace@example.test",
        "address": "192.0.2.7",
        "means": "api",
        "detail": {"name": "prometheus"},
    }
    return TokenEvent.objects.create(**{**plain, **columns})
