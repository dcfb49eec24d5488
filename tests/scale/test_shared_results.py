"""Two hosts share what is dear to measure, through the database they have anyway.

The rows of the shared table are put as they would be at another moment: no test waits for one.
"""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.databases import Database, postgresql_server
from tests.e2e.processes import eventually
from tests.e2e.service import Service
from tests.helpers.exposition import Series, series
from tests.scale.conftest import two_hosts

pytestmark = pytest.mark.e2e

COMPANIES = 10_000
"""So many that measuring them is dear on any machine."""
ALL = "/api/v1/metrics/all?name[]=shellui_auth_companies&name[]=shellui_auth_users_total"
OWN = "&name[]=shellui_auth_collector_data_age_seconds&name[]=shellui_auth_collector_success"
CLOCKS = {
    "postgresql": "EXTRACT(EPOCH FROM clock_timestamp())",
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
}
NUMBERS = {
    "postgresql": "generate_series(1, ?) AS n",
    "sqlite": "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ?) "
    "SELECT n FROM s)",
}


class Hosts:
    """Two hosts, a global token, and the table that they share."""

    def __init__(self, one: Service, two: Service) -> None:
        self.both = (one, two)
        self.database = one.database
        self.clock = CLOCKS[self.database.name]
        self.token = one.global_pat()["access_token"]
        self.database.execute(
            "INSERT INTO shellui_company (slug, name, created_at) "
            "SELECT 'many-' || n, 'Many', CURRENT_TIMESTAMP "
            f"FROM {NUMBERS[self.database.name]}",
            COMPANIES,
        )

    def scrape(self, host: int) -> Series:
        answer = self.both[host].call("GET", ALL + OWN, token=self.token)
        assert answer.status == 200, answer.text
        return series(text_string_to_metric_families(answer.text))

    def set(self, assignments: str) -> None:
        self.database.execute(f"UPDATE shellui_sharedresult SET {assignments}")

    def measured(self) -> None:
        """Both collectors' results are there, as new ones that took a second."""

        def are_there() -> bool:
            self.scrape(0)
            rows = self.database.execute("SELECT text IS NOT NULL FROM shellui_sharedresult")
            return len(rows) == 2 and all(row[0] for row in rows)

        self.database.execute("DELETE FROM shellui_sharedresult")
        eventually(are_there, "both were measured")
        self.set(f"cost = 1, measured_at = {self.clock} - 1, claimed_until = 0")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(request, tmp_path_factory):
    """Hosts that share one SQLite file are processes of one machine."""
    folder = tmp_path_factory.mktemp(request.param)
    file = Database("sqlite", f"sqlite:///{folder / 'shared.sqlite3'}")
    database = nullcontext(file) if request.param == "sqlite" else postgresql_server(folder)
    with database as made, two_hosts(folder, made) as hosts:
        yield Hosts(*hosts)


def own(samples: Series, what: str) -> dict[str, float]:
    """Of the collectors that share."""
    name = f"shellui_auth_collector_{what}"
    found = {dict(labels)["collector"]: v for (n, labels), v in samples.items() if n == name}
    return {collector: found[collector] for collector in ("users", "tokens") if collector in found}


def ages(samples: Series) -> list[float]:
    return list(own(samples, "data_age_seconds").values())


def numbers(samples: Series) -> Series:
    return {key: v for key, v in samples.items() if "collector" not in key[0]}


def test_one_measures_and_the_other_serves_the_same_numbers_with_their_age(pair):
    pair.measured()
    pair.database.execute("UPDATE shellui_company SET slug = 'renamed' WHERE slug = 'many-1'")
    pair.database.execute("DELETE FROM shellui_company WHERE slug = 'many-2'")
    first, second = pair.scrape(0), pair.scrape(1)
    assert numbers(first) == numbers(second)
    assert min(ages(first)) >= 1
    assert sum(ages(second)) > sum(ages(first))
    pair.measured()
    assert numbers(pair.scrape(1)) != numbers(second), "now the company is gone"


def test_a_failed_measurement_is_told_by_both_and_tried_again(pair):
    pair.measured()
    pair.set(f"text = NULL, version = 'failed', measured_at = {pair.clock} - 1")
    other = pair.scrape(1)
    assert set(own(other, "success").values()) == {0.0}
    assert numbers(other) == {}

    def is_well() -> bool:
        return all(set(own(pair.scrape(n), "success").values()) == {1.0} for n in (0, 1))

    eventually(is_well, "it was measured anew")


def test_a_holder_that_died_is_waited_for_no_longer_than_its_claim(pair):
    pair.measured()
    pair.set(f"measured_at = {pair.clock} - 55, claim = 'dead', claimed_until = {pair.clock} + 2")
    before = pair.scrape(0), pair.scrape(1)
    assert min(ages(before[0]) + ages(before[1])) >= 55, "the last one is served meanwhile"
    eventually(lambda: max(ages(pair.scrape(1))) < 55, "another measured anew")


def test_what_a_restore_brings_back_is_served_by_nobody(pair):
    pair.measured()
    pair.set("measured_at = measured_at - 86400, version = 'restored'")
    assert max(ages(pair.scrape(1))) < 3600
