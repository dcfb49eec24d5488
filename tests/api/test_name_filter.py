"""``?name[]=`` keeps only the families named; an unknown one is refused."""

from __future__ import annotations

import pytest

from domain.metrics import catalogue
from tests.helpers.answers import assert_error
from tests.helpers.exposition import families, series_of

COMPANY, PLATFORM = "/api/v1/metrics", "/api/v1/metrics/all"
OWN = [
    "shellui_auth_scrape_token_expiry_timestamp_seconds",
    "shellui_auth_collector_success",
    "shellui_auth_collector_duration_seconds",
    "shellui_auth_collector_data_age_seconds",
]
NAMES = [*(family.name for family in catalogue.COMPANY_FAMILIES), *OWN]
PLATFORM_NAMES = [family.name for family in catalogue.PLATFORM_FAMILIES]


def names_in(response) -> set[str]:
    return {name for name, _ in series_of(response)}


@pytest.mark.parametrize("url", [COMPANY, PLATFORM])
@pytest.mark.parametrize("name", NAMES)
def test_one_family(client, staff, url, name):
    response = client.get(url, {"name[]": name}, **staff)
    assert response.status_code == 200
    assert len(families(response)) == 1
    assert names_in(response) <= {name}


@pytest.mark.parametrize("name", PLATFORM_NAMES)
def test_a_platform_s_family_is_served_to_the_platform_only(client, staff, name):
    assert names_in(client.get(PLATFORM, {"name[]": name}, **staff)) == {name}
    assert_error(client.get(COMPANY, {"name[]": name}, **staff), 400, "unknown_metric")


@pytest.mark.parametrize("url", [COMPANY, PLATFORM])
def test_several_families_and_repeated_ones(client, staff, url):
    query = {"name[]": [NAMES[0], NAMES[1], NAMES[0], OWN[0]]}
    assert names_in(client.get(url, query, **staff)) == {NAMES[0], NAMES[1], OWN[0]}


def test_none_means_all(client, staff):
    names = {f.name for f in families(client.get(COMPANY, **staff))}
    served = set(NAMES) - {"shellui_auth_successful_logins_total"}
    assert names == served | {"shellui_auth_successful_logins"}


def test_a_counter_answers_to_both_its_names(client, staff):
    """OpenMetrics calls the family by its name without ``_total``."""
    for name in ("shellui_auth_successful_logins", "shellui_auth_successful_logins_total"):
        response = client.get(COMPANY, {"name[]": name}, **staff)
        assert names_in(response) == {"shellui_auth_successful_logins_total"}


@pytest.mark.parametrize("url", [COMPANY, PLATFORM])
@pytest.mark.parametrize(
    "name", ["", "nothing", "shellui_auth", "SHELLUI_AUTH_COMPANY_INFO", "é\x00", "x" * 5000]
)
def test_an_unknown_name_is_refused_with_the_known_ones(client, staff, url, name):
    body = assert_error(client.get(url, {"name[]": name}, **staff), 400, "unknown_metric")
    assert "shellui_auth_company_users_total" in body["detail"]
    assert len(body["detail"]) < 4000


def test_an_unknown_name_among_known_ones_is_refused(client, staff):
    query = {"name[]": [NAMES[0], "nothing"]}
    assert_error(client.get(COMPANY, query, **staff), 400, "unknown_metric")


def test_only_what_is_asked_for_is_computed(client, staff, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get(COMPANY, {"name[]": "shellui_auth_successful_logins_total"}, **staff)
