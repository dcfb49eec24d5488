"""Every number equals a model of the world that was computed without the database."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import SessionFactory
from tests.helpers.exposition import Series, series_of
from tests.helpers.model import company_series, platform_series
from tests.helpers.worlds import Person, World, built, worlds
from tests.service import NOON
from tests.tokens import bearer, session_token

pytestmark = pytest.mark.django_db

ACCEPTS = st.sampled_from(["", "application/openmetrics-text"])
SCRAPER = Person(is_active=True, is_staff=True, seen=None, accounts=0)
EXPIRY = NOON.timestamp() + 300


def with_scraper(world: World) -> World:
    return World(
        world.companies, (*world.people, SCRAPER), world.places, world.tokens, world.logins
    )


def scraped(url: str, user, company, accept: str) -> Series:
    session = SessionFactory(user=user, company=company)
    headers = {**bearer(session_token(session))["headers"], "Accept": accept}
    found = series_of(Client().get(url, headers=headers))
    return {key: value for key, value in found.items() if not key[0].endswith("duration_seconds")}


def own_series(**tenant: str) -> Series:
    prefix = "shellui_auth_"
    found = {(f"{prefix}scrape_token_expiry_timestamp_seconds", frozenset(tenant.items())): EXPIRY}
    for name in ("users", "tokens", "logins", *(() if tenant else ("load",))):
        labels = frozenset({"collector": name, **tenant}.items())
        found[f"{prefix}collector_success", labels] = 1.0
        found[f"{prefix}collector_data_age_seconds", labels] = 0.0
    return found


@settings(max_examples=40)
@given(world=worlds().map(with_scraper), accept=ACCEPTS)
def test_a_company_s_numbers(world, accept):
    with built(world) as rows:
        for index, company in enumerate(rows.companies):
            expected = company_series(world, rows, index)
            expected |= own_series(company_id=str(company.pk))
            assert scraped("/api/v1/metrics", rows.people[-1], company, accept) == expected


@settings(max_examples=40)
@given(world=worlds().map(with_scraper), accept=ACCEPTS)
def test_the_platform_s_numbers(world, accept):
    with built(world) as rows:
        expected = platform_series(world, rows) | own_series()
        assert scraped("/api/v1/metrics/all", rows.people[-1], None, accept) == expected
