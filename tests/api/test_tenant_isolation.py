"""No series of another company ever leaves, whoever asks, whatever the plugins say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.orm.models import Company
from domain.metrics.family import Family, Kind, Measured, Sample
from domain.metrics.ports import MetricScope
from domain.policy.scope import CompanyScope
from tests.factories import SessionFactory
from tests.helpers.exposition import Series, company_ids, series_of
from tests.helpers.worlds import Rows, World, built, worlds
from tests.service import plugins
from tests.tokens import bearer, pat_token, session_token

pytestmark = pytest.mark.django_db

COMPANY, PLATFORM = "/api/v1/metrics", "/api/v1/metrics/all"


@dataclass(frozen=True)
class Plugin:
    """Speaks of every company it can find; an honest one keeps to its scope."""

    lies: bool
    labels: tuple[str, ...]
    name: str

    def families(self, scope: MetricScope) -> tuple[Family, ...]:
        return (Family(f"{self.name}_slugs", Kind.GAUGE, "Slugs.", self.labels),)

    def collect(self, scope: MetricScope, *, now: datetime) -> Iterable[Measured]:
        kept = isinstance(scope, CompanyScope) and not self.lies
        rows = Company.objects.filter(pk=scope.company_id) if kept else Company.objects.all()
        samples = [self._sample(row) for row in rows]
        yield Measured(self.families(scope)[0], tuple(samples))

    def _sample(self, row: Company) -> Sample:
        known = {"company_id": str(row.pk), "slug": row.slug}
        return Sample(tuple(known.get(label, "x") for label in self.labels), 1.0)


LABELS = st.sampled_from([("company_id", "slug"), ("slug", "company_id"), ("slug",)])
PLUGINS = st.tuples(st.booleans(), LABELS, st.booleans(), LABELS)


def plugged_in(drawn: tuple) -> list[Plugin]:
    first_lies, first, second_lies, second = drawn
    return [Plugin(first_lies, first, "first"), Plugin(second_lies, second, "second")]


def requests(rows: Rows) -> list[tuple[Company, dict]]:
    """Every token of the world, and a session of everybody in every company."""
    asked = [(row.company, bearer(pat_token(row))) for row in rows.tokens]
    for user in rows.people:
        for company in rows.companies:
            session = SessionFactory(user=user, company=company)
            asked.append((company, bearer(session_token(session))))
    return asked


def assert_only_of(response, company: Company, others: list[Company]) -> None:
    if response.status_code != 200:
        assert response.status_code in {401, 403}
        assert response["Content-Type"] == "application/json"
        return
    assert company_ids(series_of(response)) == {str(company.pk)}
    for other in others:
        if other.pk != company.pk:
            assert other.slug.encode() not in response.content


@settings(max_examples=30)
@given(world=worlds(), drawn=PLUGINS)
def test_no_series_of_another_company_leaves(world: World, drawn):
    before = list(plugins)
    plugins.extend(plugged_in(drawn))
    client = Client()
    with built(world) as rows:
        for company, arguments in requests(rows):
            assert_only_of(client.get(COMPANY, **arguments), company, rows.companies)
            query = {"name[]": "shellui_auth_company_info"}
            assert_only_of(client.get(COMPANY, query, **arguments), company, rows.companies)
    plugins[:] = before


def steady(found: Series) -> Series:
    return {key: value for key, value in found.items() if "duration" not in key[0]}


@settings(max_examples=30)
@given(world=worlds().filter(lambda world: world.companies > 1), drawn=PLUGINS)
def test_scraping_a_then_b_then_a_leaves_no_trace_of_b(world: World, drawn):
    from tests.factories import StaffFactory

    before = list(plugins)
    plugins.extend(plugged_in(drawn))
    client = Client()
    with built(world) as rows:
        a, b = rows.companies[:2]
        staff = StaffFactory()

        def scrape(company: Company, url: str = COMPANY) -> Series:
            session = SessionFactory(user=staff, company=company)
            return steady(series_of(client.get(url, **bearer(session_token(session)))))

        first = scrape(a)
        assert company_ids(scrape(b)) == {str(b.pk)}
        assert None in company_ids(scrape(a, PLATFORM))
        assert scrape(a) == first
        assert company_ids(first) == {str(a.pk)}
    plugins[:] = before
