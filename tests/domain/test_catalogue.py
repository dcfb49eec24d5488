"""Names that dashboards read, to the letter."""

from __future__ import annotations

import pytest

from domain.metrics import catalogue
from domain.metrics.checks import checked_families
from domain.metrics.collection import own_families
from domain.metrics.family import Family, Kind
from domain.policy.scope import CompanyScope, PlatformScope

TOTALS = ("users_total", "users_active", "users_staff", "social_accounts_total")
ACTIVE = ("daily_active_users", "weekly_active_users", "monthly_active_users")
EXPIRY = "shellui_auth_company_personal_access_token_earliest_expiry_timestamp_seconds"


def shape(families) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {family.name: (family.kind.value, family.labels) for family in families}


def test_a_companys_families():
    gauge = ("gauge", ("company_id",))
    assert shape(catalogue.COMPANY_FAMILIES) == {
        **{f"shellui_auth_company_{name}": gauge for name in (*TOTALS, *ACTIVE, "owners")},
        "shellui_auth_company_info": ("gauge", ("company_id", "slug")),
        "shellui_auth_company_personal_access_tokens": (
            "gauge",
            ("company_id", "state", "access"),
        ),
        EXPIRY: gauge,
        "shellui_auth_successful_logins_total": ("counter", ("company_id", "provider")),
    }


def test_the_platforms_families():
    assert shape(catalogue.PLATFORM_FAMILIES) == {
        f"shellui_auth_{name}": ("gauge", ()) for name in (*TOTALS, *ACTIVE, "companies")
    }


@pytest.mark.parametrize(
    ("scope", "tenant"), [(CompanyScope(7), ("company_id",)), (PlatformScope(), ())]
)
def test_the_scrapes_own_families(scope, tenant):
    assert shape(own_families(scope)) == {
        "shellui_auth_scrape_token_expiry_timestamp_seconds": ("gauge", tenant),
        "shellui_auth_collector_success": ("gauge", (*tenant, "collector")),
        "shellui_auth_collector_duration_seconds": ("gauge", (*tenant, "collector")),
        "shellui_auth_collector_data_age_seconds": ("gauge", (*tenant, "collector")),
    }


@pytest.mark.parametrize("scope", [CompanyScope(7), PlatformScope()])
def test_the_catalogue_passes_the_checks_that_plugins_pass(scope):
    families = (
        *catalogue.COMPANY_FAMILIES,
        *catalogue.PLATFORM_FAMILIES,
        *catalogue.LOAD_FAMILIES,
        *own_families(scope),
    )
    assert checked_families(families) == families
    names = [name for family in families for name in family.names]
    assert len(names) == len(set(names))
    assert all(family.help.endswith(".") for family in families)


COUNTER = Family("shellui_things_total", Kind.COUNTER, "x")
GAUGE = Family("shellui_users_total", Kind.GAUGE, "x")


@pytest.mark.parametrize(
    ("family", "name", "answer"),
    [
        (COUNTER, "shellui_things_total", True),
        (COUNTER, "shellui_things", True),  # as OpenMetrics calls it
        (COUNTER, "shellui_things_created", False),
        (COUNTER, "shellui", False),
        (COUNTER, "", False),
        (GAUGE, "shellui_users_total", True),
        (GAUGE, "shellui_users", False),  # a gauge's _total is part of its name
        (GAUGE, "SHELLUI_USERS_TOTAL", False),
    ],
)
def test_a_family_answers_to_its_names(family, name, answer):
    assert family.answers_to(name) is answer
