"""Scraping: decide, run what is needed, answer."""

from __future__ import annotations

import pytest

from domain.metrics import catalogue
from domain.metrics.family import Measured
from domain.policy.scope import CompanyScope, PlatformScope
from domain.refusal import RefusalReason, RefusedError
from tests.domain.make import Cast, pat_record
from tests.fakes.collectors import FakeUsersCollector, ScriptedCollector, SpeechlessCollector
from tests.fakes.service import NOW

LOGINS = catalogue.SUCCESSFUL_LOGINS


@pytest.fixture
def logins():
    return ScriptedCollector((Measured(LOGINS, ()),), name="logins")


@pytest.fixture
def served(people: Cast, logins) -> Cast:
    people.service.plug_in(FakeUsersCollector(people.service.world), logins)
    return people


def company_names(people: Cast, *names, **options) -> list[str]:
    who = people.caller(people.owner, people.acme)
    taken = people.service.scrape.company(who, names=names, now=NOW, **options)
    return [item.family.name.removeprefix("shellui_auth_") for item in taken.measured]


HEALTH = ["collector_success", "collector_duration_seconds", "collector_data_age_seconds"]
OWN = ["scrape_token_expiry_timestamp_seconds", *HEALTH]


def test_without_names_everything_is_served(served: Cast):
    assert company_names(served) == [
        "company_info",
        "company_users_total",
        "successful_logins_total",
        *OWN,
    ]


def test_only_the_named_families_are_served(served: Cast):
    names = ["shellui_auth_company_users_total", "shellui_auth_collector_success"]
    assert company_names(served, *names) == ["company_users_total", "collector_success"]


def test_a_counter_may_be_named_as_openmetrics_does(served: Cast):
    assert company_names(served, "shellui_auth_successful_logins") == ["successful_logins_total"]


def test_only_the_collectors_that_are_needed_are_run(served: Cast, logins):
    company_names(served, "shellui_auth_company_users_total")
    company_names(served, "shellui_auth_scrape_token_expiry_timestamp_seconds")
    assert logins.runs == []
    company_names(served, "shellui_auth_successful_logins_total")
    assert logins.runs == [CompanyScope(served.acme)]


@pytest.mark.parametrize("own", HEALTH)
def test_a_collectors_health_is_asked_of_all_of_them(served: Cast, logins, own):
    assert company_names(served, f"shellui_auth_{own}") == [own]
    assert logins.runs


@pytest.mark.parametrize("name", ["shellui_auth_nothing", "", "shellui_auth_company_users", "up"])
def test_an_unknown_name_is_refused_with_the_names_there_are(served: Cast, logins, name):
    with pytest.raises(RefusedError) as caught:
        company_names(served, "shellui_auth_company_info", name)
    assert caught.value.reason is RefusalReason.UNKNOWN_METRIC
    served_names = ", ".join(served.service.scrape.company_names())
    assert caught.value.detail == f"No metric {name!r} here. Use one of: {served_names}."
    assert logins.runs == []


def test_a_long_name_is_not_repeated_in_full(served: Cast):
    with pytest.raises(RefusedError) as caught:
        company_names(served, "a" * 101)
    assert f"No metric {'a' * 100!r} here." in caught.value.detail


def test_what_may_be_named(served: Cast):
    scrape = served.service.scrape
    users, logins, platform = "company_users_total", "successful_logins", "users_total"
    prefix = "shellui_auth_"
    assert {prefix + users, prefix + logins, f"{prefix}{logins}_total"} < {*scrape.company_names()}
    assert prefix + platform not in scrape.company_names()
    assert {prefix + platform, prefix + users, prefix + OWN[0]} < {*scrape.platform_names()}
    assert scrape.platform_names() == sorted({*scrape.platform_names()})


def test_a_platform_total_is_unknown_on_the_company_endpoint(served: Cast):
    name = "shellui_auth_users_total"
    with pytest.raises(RefusedError) as caught:
        company_names(served, name)
    assert caught.value.reason is RefusalReason.UNKNOWN_METRIC
    who = served.caller(served.staff, None)
    taken = served.service.scrape.platform(who, names=[name], now=NOW)
    assert [item.family for item in taken.measured] == [catalogue.USERS]


def test_an_unknown_name_is_refused_on_the_platform_too(served: Cast, logins):
    who = served.caller(served.staff, None)
    with pytest.raises(RefusedError) as caught:
        served.service.scrape.platform(who, names=["up"], now=NOW)
    assert caught.value.reason is RefusalReason.UNKNOWN_METRIC
    assert "shellui_auth_users_total" in caught.value.detail
    assert logins.runs == []


def test_a_bad_name_is_told_before_a_missing_right(served: Cast):
    who = served.caller(served.member, served.acme)
    with pytest.raises(RefusedError) as caught:
        served.service.scrape.company(who, names=["up"], now=NOW)
    assert caught.value.reason is RefusalReason.UNKNOWN_METRIC


def test_a_caller_without_the_right_starts_no_collector(served: Cast, logins):
    member, owner = (served.caller(u, served.acme) for u in (served.member, served.owner))
    with pytest.raises(RefusedError) as caught:
        served.service.scrape.company(member, now=NOW)
    assert caught.value.reason is RefusalReason.OWNER_REQUIRED
    with pytest.raises(RefusedError) as caught:
        served.service.scrape.platform(owner, now=NOW)
    assert caught.value.reason is RefusalReason.STAFF_REQUIRED
    assert logins.runs == []


def test_the_expiry_is_that_of_the_very_token(served: Cast):
    who = served.caller(served.staff, served.rival)
    expiry = {"names": ["shellui_auth_scrape_token_expiry_timestamp_seconds"], "now": NOW}
    for taken in (
        served.service.scrape.company(who, **expiry),
        served.service.scrape.platform(who, **expiry),
    ):
        (item,) = taken.measured
        assert [s.value for s in item.samples] == [who.token_expires_at.timestamp()]


def test_the_budget_counts_from_the_scrapes_own_start(served: Cast, logins):
    served.service.timer.reading = 1000.0
    served.service.timer.step = 1.0
    company_names(served, budget_seconds=4.5)
    assert logins.runs  # read at 1 (start), 2 and 3 (users), 4 (logins)
    logins.runs.clear()
    company_names(served, budget_seconds=2.5)
    assert logins.runs == []


def test_each_endpoint_runs_its_collectors_in_its_own_scope(served: Cast, logins):
    served.service.scrape.platform(served.caller(served.staff, None), now=NOW)
    company_names(served)
    assert logins.runs == [PlatformScope(), CompanyScope(served.acme)]


@pytest.mark.parametrize("names", [(), ("shellui_auth_company_info",)])
def test_a_plugin_that_cannot_say_what_it_delivers_fails_alone(people: Cast, names):
    people.service.plug_in(SpeechlessCollector(), FakeUsersCollector(people.service.world))
    assert "company_info" in company_names(people, *names)


def test_two_collectors_of_one_name_are_refused_when_plugged_in(people: Cast):
    """Their reports would be one series twice, which Prometheus takes as no scrape at all."""
    world = people.service.world
    with pytest.raises(ValueError, match="one name"):
        people.service.plug_in(FakeUsersCollector(world), FakeUsersCollector(world))


def test_a_scrape_writes_the_pats_last_use_and_nothing_else(served: Cast):
    record = pat_record(user_id=served.owner, company_id=served.acme)
    who = served.pat_caller(record)
    served.service.scrape.company(who, now=NOW)
    assert served.service.world.writes == ["LastUse.note"]
    used_at = served.service.world.pats[record.id].last_used_at
    assert used_at == NOW.replace(microsecond=0)
