"""Content negotiation: a header in, a choice out (RFC 9110 section 12).

``prometheus_client.exposition.choose_encoder`` ignores q-values and raises on a malformed header.
Nothing here raises: what cannot be read counts for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_QVALUE = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII)
_MAX_ITEMS = 64


@dataclass(frozen=True)
class Accepted:
    """One element of a list header, with its parameters and its weight."""

    value: str
    parameters: dict[str, str]
    quality: float


def prefers_openmetrics(accept: str) -> bool:
    """Whether to answer with OpenMetrics 1.0.0 rather than the text format.

    OpenMetrics has to be asked for by name, in a version we have, and not be less welcome than
    text. At equal weight the one named first is taken, as Prometheus means it.
    """
    offered = list(_elements(accept))
    openmetrics = _best(offered, _is_openmetrics)
    text = _best(offered, _is_text)
    return openmetrics > (0.0, 0) and openmetrics > text


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether gzip is named, or meant by ``*``, and not refused by ``q=0``."""
    weights = {item.value: item.quality for item in _elements(accept_encoding)}
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def _best(offered: list[Accepted], matches: Callable[[Accepted], bool]) -> tuple[float, int]:
    """The weight of the most welcome match, and how early it stands; (0, 0) without one."""
    found = [
        (item.quality, len(offered) - place)
        for place, item in enumerate(offered)
        if matches(item) and item.quality > 0
    ]
    return max(found, default=(0.0, 0))


def _is_openmetrics(item: Accepted) -> bool:
    version = item.parameters.get("version", "1.0.0")
    return item.value == "application/openmetrics-text" and version == "1.0.0"


def _is_text(item: Accepted) -> bool:
    version = item.parameters.get("version", "0.0.4")
    return item.value in {"text/plain", "text/*"} and version in {"0.0.4", "1.0.0"}


def _elements(header: str) -> Iterator[Accepted]:
    for element in header.split(",")[:_MAX_ITEMS]:
        value, *rest = (part.strip() for part in element.split(";"))
        parameters = {}
        for part in rest:
            name, _, text = part.partition("=")
            parameters[name.strip().lower()] = text.strip().strip('"')
        quality = parameters.pop("q", "1")
        if value and _QVALUE.fullmatch(quality):
            yield Accepted(value.lower(), parameters, float(quality))
