"""Every address that the service answers, found in its routes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

_SAMPLES = {"uuid": "11111111-1111-4111-8111-111111111111", "int": "1"}


def addresses() -> list[str]:
    """One address a route, with a sample for each of its parts."""
    return sorted(set(_below(get_resolver(), "/")))


def _below(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        path = prefix + _sample(entry.pattern)
        if isinstance(entry, URLPattern):
            yield path
        else:
            yield from _below(entry, path)


def _sample(pattern) -> str:
    if isinstance(pattern, RoutePattern):
        return re.sub(
            r"<(?:(\w+):)?\w+>", lambda found: _SAMPLES.get(found[1], "1"), pattern._route
        )
    return re.sub(r"\(\?P<\w+>[^)]*\)|[\^$\\]", "", pattern._regex)
