"""Each panel of the shipped dashboards gets data from a Prometheus that scrapes the service."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest

from tests.e2e.prometheus import Prometheus, Series
from tests.e2e.promtool import GRAFANA
from tests.e2e.service import Service

pytestmark = pytest.mark.e2e

DASHBOARDS = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in GRAFANA.glob("*.json")
}
PANELS = {
    f"{name}: {panel['title']} {target['refId']}": target["expr"]
    for name, dashboard in sorted(DASHBOARDS.items())
    for panel in dashboard["panels"]
    for target in panel.get("targets", [])
}
COMPANY_VARIABLE = next(
    variable
    for variable in DASHBOARDS["shellui-company"]["templating"]["list"]
    if variable["name"] == "company_id"
)


@pytest.fixture(scope="session")
def scraped(prometheus: Prometheus) -> Prometheus:
    """With two samples of each series: a rate needs them."""
    prometheus.wait_for_scrapes()
    return prometheus


def choices(variable: dict[str, Any], prometheus: Prometheus) -> dict[str, str]:
    """A variable's values by the text shown for each, read from its query's rows as Grafana does.

    The regex may find the groups ``text`` and ``value`` in matches of their own.
    """
    query = re.fullmatch(r"query_result\((.*)\)", variable["query"]["query"])
    regex = re.fullmatch(r"/(.*)/g", variable["regex"])
    assert query
    assert regex
    pattern = regex[1].replace("(?<", "(?P<")
    found = {}
    for labels in prometheus.query(query[1]):
        groups: dict[str, str] = {}
        for match in re.finditer(pattern, row(labels)):
            groups |= {name: text for name, text in match.groupdict().items() if text}
        found[groups["text"]] = groups["value"]
    return found


def row(labels: frozenset[tuple[str, str]]) -> str:
    """A series as Grafana hands it to a variable's regex."""
    inside = ",".join(f'{name}="{value}"' for name, value in sorted(labels))
    return f"{{{inside}}} 1 0"


def answer(query: str, prometheus: Prometheus, company_id: int) -> Series:
    for variable, value in {"__rate_interval": "1m", "company_id": company_id}.items():
        query = query.replace(f"${variable}", str(value))
    return prometheus.query(query)


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_gets_data(panel: str, scraped: Prometheus, service: Service):
    data = answer(PANELS[panel], scraped, service.company("acme"))
    assert data
    assert not any(math.isnan(value) for value in data.values())


def test_the_company_variable_offers_each_company_by_its_slug(
    scraped: Prometheus, service: Service
):
    offered = choices(COMPANY_VARIABLE, scraped)
    assert offered == {slug: str(service.company(slug)) for slug in ("acme", "globex")}
