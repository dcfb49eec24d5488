"""A scrape's time limit reaches the statement that runs, and nothing else."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from adapters.collectors.scoping import ByScope, column
from adapters.orm.deadline import seconds_left, statements_within
from adapters.orm.models import Company
from domain.metrics import catalogue
from domain.policy.scope import PlatformScope
from tests.factories import CompanyFactory
from tests.helpers.exposition import series_of, value
from tests.helpers.people import owner, staff, with_headers
from tests.service import plugins

pytestmark = pytest.mark.django_db(transaction=True)

FOR_EVER = {
    "postgresql": "(SELECT 1 FROM pg_sleep(600))",
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
    "SELECT COUNT(*) FROM n)",
}


def endless(companies):
    """The companies, with a column that does not come to an end."""
    return companies.values_list(RawSQL(FOR_EVER[connection.vendor], (), IntegerField()))


class Endless:
    """A plugin whose statement does not end by itself."""

    name = "endless"
    rows = ByScope(endless)

    def families(self, scope):
        return (catalogue.COMPANY_OWNERS,)

    def collect(self, scope, *, now):
        rows = self.rows.rows(scope, using="default")
        yield column(catalogue.COMPANY_OWNERS, rows, rows)


class EndlessByTheOrm(Endless):
    """One by somebody who knows Django and nothing of ours."""

    def collect(self, scope, *, now):
        rows = list(endless(Company.objects.all()))
        yield column(catalogue.COMPANY_OWNERS, rows, rows)


def limits() -> list[str]:
    """What holds for a statement of the connection outside of any scrape."""
    if connection.vendor == "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return [cursor.fetchone()[0]]


def stopped(plugin, around) -> None:
    with statements_within(0.2), around:
        list(plugin.collect(PlatformScope(), now=None))


@pytest.mark.parametrize("plugin", [Endless(), EndlessByTheOrm()])
@pytest.mark.parametrize("in_transaction", [True, False])
def test_a_statement_that_runs_on_is_stopped_and_the_next_one_is_free(plugin, in_transaction):
    CompanyFactory()
    before = limits()
    with pytest.raises(OperationalError):
        stopped(plugin, transaction.atomic() if in_transaction else nullcontext())
    assert limits() == before
    assert CompanyFactory().pk


@pytest.mark.parametrize("url", ["/api/v1/metrics", "/api/v1/metrics/all"])
def test_a_scrape_is_answered_in_time_with_what_there_is(client, url):
    company = CompanyFactory()
    tenant = {"company_id": str(company.pk)} if url == "/api/v1/metrics" else {}
    plugins.append(Endless())
    sent = with_headers(staff(company), X_Prometheus_Scrape_Timeout_Seconds="2")
    before = limits()
    found = series_of(client.get(url, **sent))
    assert value(found, "collector_success", collector="endless", **tenant) == 0
    assert value(found, "collector_success", collector="users", **tenant) == 1
    assert limits() == before


def test_the_first_collectors_are_not_taken_along_by_a_later_one(client):
    company = CompanyFactory()
    plugins.insert(0, Endless())
    sent = with_headers(owner(company), X_Prometheus_Scrape_Timeout_Seconds="1")
    found = series_of(client.get("/api/v1/metrics", **sent))
    tenant = {"company_id": str(company.pk)}
    assert value(found, "collector_success", collector="endless", **tenant) == 0
    assert value(found, "collector_success", collector="users", **tenant) == 0
    assert client.get("/api/v1/metrics/all", **sent).status_code == 403


def test_what_is_left_is_told():
    assert seconds_left() == float("inf")
    with statements_within(float("inf")):
        assert seconds_left() == float("inf")
    with statements_within(100):
        assert 0 < seconds_left() <= 100
    with statements_within(0):
        assert seconds_left() == 0
