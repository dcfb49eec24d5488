"""Expositions read with Prometheus's own parsers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prometheus_client.core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def families(response: Any) -> list[Metric]:
    """The families of an answer, by the parser that its Content-Type asks for."""
    parse = openmetrics if response["Content-Type"].startswith("application/openm") else text
    return list(parse(response.content.decode()))


def series(found: Iterable[Metric]) -> Series:
    """Every sample, by name and labels."""
    samples = [sample for family in found for sample in family.samples]
    keyed = {(s.name, frozenset(s.labels.items())): s.value for s in samples}
    assert len(keyed) == len(samples), "a series is there twice"
    return keyed


def series_of(response: Any) -> Series:
    """Every sample of a successful answer."""
    assert response.status_code == 200, response.content
    return series(families(response))


def value(found: Series, name: str, **labels: str) -> float:
    """One sample's value."""
    return found[f"shellui_auth_{name}", frozenset(labels.items())]


def company_ids(found: Series) -> set[str | None]:
    """The companies that any series speaks of; None for a series that speaks of none."""
    return {dict(labels).get("company_id") for _, labels in found}
