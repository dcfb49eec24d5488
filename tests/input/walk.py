"""Every route of the service, from its resolver, and every field that its pages offer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, urlsplit

from django.apps import apps
from django.contrib.admin.views.main import IGNORED_PARAMS
from django.db.models import Field, Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

NUMBERS = ["99999999999999999999", "-1", "0", "1.5", "1e306", "NaN", "٣", "9" * 5000]
TEXTS = ["", "abc", "\x00", "a\x00b", "\x1b[2K", "é€\U0001f600", "(((a+)+)+$", "%", "1,abc,"]
SURROGATE = "\ud800"
LONG = "x" * 200_000
JUNK = [*NUMBERS, *TEXTS, SURROGATE, LONG, "1," * 2000, "0001-01-01T00:00:00+14:00", "2026-99-99"]
"""What a column, a loop or a parser may stumble over."""

_ASKS = frozenset(IGNORED_PARAMS) | {"next", "term", "app_label", "model_name", "field_name"}
_GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
_CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """One address, with ``{}`` where a part of the path is said."""

    path: str
    parts: tuple[str, ...]
    model: type[Model] | None = None

    def at(self, **said: str) -> str:
        """The address; what is said is encoded as a browser does."""
        quoted = {name: encoded(said[name]) for name in self.parts}
        return f"/{self.path.format(**quoted)}"


def encoded(text: str) -> str:
    """For a path; half of a pair of surrogates goes as its three bytes."""
    return quote(text.encode(errors="surrogatepass"), safe="")


def query(pairs: list[tuple[str, str]]) -> str:
    """A query string of anything."""
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)


def routes() -> list[Route]:
    """Whatever the resolver knows, each once."""
    return list(dict.fromkeys(_walk(get_resolver().url_patterns, "")))


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Route]:
    for pattern in patterns:
        path = before + _as_format(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        else:
            yield Route(path, tuple(re.findall(r"{(\w+)}", path)), _model(path))


def _as_format(pattern) -> str:
    if isinstance(pattern, RegexPattern):
        text = _GROUP.sub(r"{\1}", str(pattern))
        return text.removeprefix("^").removesuffix("$").replace("\\Z", "")
    return _CONVERTED.sub(r"{\1}", str(pattern))


def _model(path: str) -> type[Model] | None:
    """The table that a page of the admin is about."""
    named = re.match(r"admin/(auth|shellui)/(\w+)/", path)
    return apps.get_model(*named.groups()) if named else None


@dataclass
class Form:
    """A form as a browser would send it, untouched."""

    action: str
    method: str
    fields: dict[str, str]


class Page(HTMLParser):
    """What a page offers: its forms, and the parameters of its links."""

    def __init__(self, response) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.asks: set[str] = set()
        self.actions: set[str] = set()
        self._choice = ""
        if "html" in response.headers.get("Content-Type", "") and not response.streaming:
            self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        a = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(a.get("action", ""), a.get("method", "get").lower(), {}))
        elif tag == "a":
            self.asks |= {name for name, _ in parse_qsl(urlsplit(a.get("href", "")).query, True)}
        elif self.forms and a.get("name"):
            self._field(tag, a)
        elif tag == "option" and self._choice == "action":
            self.actions.add(a.get("value", ""))
        elif tag == "option" and self.forms and self._choice and "selected" in a:
            self.forms[-1].fields[self._choice] = a.get("value", "")

    def _field(self, tag, a):
        self._choice = a["name"] if tag == "select" else ""
        fields = self.forms[-1].fields
        if a.get("type") in {"checkbox", "radio"} and "checked" not in a:
            fields.setdefault(a["name"], a.get("value", "on"))
        else:
            fields[a["name"]] = a.get("value", "")


def lookups(model: type[Model]) -> list[str]:
    """Everything that Django's language could ask of the table, one relation deep."""
    return sorted({name for field in model._meta.get_fields() for name in _of(field)} | _ASKS)


def _of(field: Field) -> Iterator[str]:
    yield field.name
    for lookup in field.get_lookups() if isinstance(field, Field) else ():
        yield f"{field.name}__{lookup}"
    if field.is_relation and field.related_model:
        for other in field.related_model._meta.concrete_fields:
            yield from (f"{field.name}__{other.name}{end}" for end in ("", "__in", "__lt"))
