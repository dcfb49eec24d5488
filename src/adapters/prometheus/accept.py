"""Content negotiation: a header in, a choice out (RFC 9110 section 12).

``prometheus_client.exposition.choose_encoder`` ignores q-values and raises on a malformed header.
Nothing here raises: what cannot be read counts for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

_QVALUE = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII)
_ELEMENT = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^,])+')
_PARAMETER = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^;])+')
_ANY, _FAMILY, _NAMED = 1, 2, 3
"""How closely ``*/*``, ``text/*`` and ``text/plain`` mean a type; each parameter more is closer."""
_MAX_LENGTH = 4096
"""A longer header is none: reading takes a bounded time."""


@dataclass(frozen=True)
class _Range:
    """One element of a list header: what it accepts, and how gladly."""

    value: str
    parameters: Mapping[str, str]
    quality: float
    place: int

    def specificity(self, type_: str, parameters: Mapping[str, str]) -> int:
        """How closely it means a representation (RFC 9110 section 12.5.1); 0: not at all."""
        if self.value == "*/*":
            return _ANY
        if self.value == f"{type_.partition('/')[0]}/*":
            return _FAMILY
        if self.value == type_ and self.parameters.items() <= parameters.items():
            return _NAMED + len(self.parameters)
        return 0


class _Welcome(NamedTuple):
    """How welcome a representation is: the more, the greater; of equals, what is named first."""

    quality: float
    earliness: int
    is_named: bool


def prefers_openmetrics(accept: str) -> bool:
    """Whether to answer with OpenMetrics 1.0.0 rather than the text format.

    OpenMetrics has to be asked for by name, in a version we have, and not be less welcome than
    text. At equal weight the one named first is taken, as Prometheus means it.
    """
    ranges = list(_ranges(accept))
    openmetrics = _welcome(ranges, "application/openmetrics-text", version="1.0.0")
    text = _welcome(ranges, "text/plain", version="0.0.4")
    return openmetrics.is_named and openmetrics.quality > 0 and openmetrics > text


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether gzip is named, or meant by ``*``, and not less welcome than no coding at all."""
    weights: dict[str, float] = {}
    for item in _ranges(accept_encoding):
        weights[item.value] = max(item.quality, weights.get(item.value, 0.0))
    rest = weights.get("*", 0.0)
    gzip = weights.get("gzip", weights.get("x-gzip", rest))
    return gzip > 0 and gzip >= weights.get("identity", rest)


def _welcome(ranges: list[_Range], type_: str, *, version: str) -> _Welcome:
    """By the ranges that mean it most closely, whatever the others say."""
    parameters = {"version": version, "charset": "utf-8"}
    closeness = [item.specificity(type_, parameters) for item in ranges]
    closest = max(closeness, default=0)
    return max(
        (
            _Welcome(item.quality, -item.place, closest >= _NAMED)
            for item, close in zip(ranges, closeness, strict=True)
            if close == closest > 0
        ),
        default=_Welcome(0.0, -len(ranges), is_named=False),
    )


def _ranges(header: str) -> Iterator[_Range]:
    if len(header) > _MAX_LENGTH:
        return
    for place, element in enumerate(_ELEMENT.findall(header)):
        value, *rest = (part.strip(" \t") for part in _PARAMETER.findall(element) or [""])
        parameters, quality = _parameters(rest)
        if value and _QVALUE.fullmatch(quality):
            yield _Range(value.lower(), parameters, float(quality), place)


def _parameters(parts: list[str]) -> tuple[dict[str, str], str]:
    """The parameters and the weight; what stands behind the weight says nothing.

    ``escaping`` is no property of what we have: names of ours need none.
    """
    parameters: dict[str, str] = {}
    for part in parts:
        name, _, text = (piece.strip(" \t") for piece in part.partition("="))
        if name.lower() == "q":
            return parameters, text
        if name and name.lower() != "escaping":
            value = text.strip('"')
            parameters[name.lower()] = value.lower() if name.lower() == "charset" else value
    return parameters, "1"
