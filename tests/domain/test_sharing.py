"""When a result is shared, for how long it is good, and what a scrape gets of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.metrics.sharing import DEAR_SECONDS, LONGEST_SECONDS, NOTHING, Dear, Shared, Use
from domain.policy.scope import CompanyScope, PlatformScope

PLATFORM, COMPANY = PlatformScope(), CompanyScope(7)
SECONDS = st.floats(0, 1e6)


@pytest.mark.parametrize(
    ("cost", "good"), [(0.004, 0.2), (0.6, 30), (1.2, 60), (8, 60), (80, 60), (0, 0)]
)
def test_good_for_fifty_times_what_it_cost_and_a_minute_at_most(cost, good):
    assert Shared(cost, cost).good_for == pytest.approx(good)


@pytest.mark.parametrize(
    ("age", "cost", "use"),
    [
        (0.5, 0.5, Use.SERVE),
        (25.4, 0.5, Use.SERVE),
        (25.6, 0.5, Use.SERVE_AND_RENEW),
        (50.4, 0.5, Use.SERVE_AND_RENEW),
        (50.6, 0.5, Use.AWAIT),
        (3600, 0.5, Use.AWAIT),
        (67, 8, Use.SERVE),
        (69, 8, Use.SERVE_AND_RENEW),
        (139, 80, Use.SERVE),
        (141, 80, Use.SERVE_AND_RENEW),
        (299, 80, Use.SERVE_AND_RENEW),
        (301, 80, Use.AWAIT),
        (-1, 0.5, Use.AWAIT),
    ],
)
def test_what_is_served_by_its_age(age, cost, use):
    assert Shared(age, cost).use is use


def test_what_was_never_measured_is_awaited():
    assert NOTHING.use is Use.AWAIT


@pytest.mark.parametrize(("age", "use"), [(0.5, Use.TELL_FAILURE), (60, Use.TELL_FAILURE)])
def test_a_failure_is_told(age, use):
    assert Shared(age, 0.5, failed=True).use is use


@pytest.mark.parametrize("age", [60.6, 3600, -1])
def test_a_failure_of_long_ago_is_forgotten(age):
    assert Shared(age, 0.5, failed=True).use is Use.AWAIT


@given(age=SECONDS, cost=SECONDS)
def test_nothing_is_served_that_is_older_than_measuring_it_three_times_and_two_minutes(age, cost):
    if Shared(age, cost).use in {Use.SERVE, Use.SERVE_AND_RENEW}:
        assert age <= 3 * cost + 2 * LONGEST_SECONDS


@given(cost=SECONDS)
def test_the_last_one_is_served_as_long_as_measuring_anew_takes(cost):
    begun = cost + Shared(0, cost).good_for
    assert Shared(begun + cost, cost).use is not Use.AWAIT or cost == 0


@pytest.mark.parametrize(("cost", "claimed"), [(0, 30), (0.5, 30), (10, 30), (80, 240)])
def test_who_measures_is_left_alone_for_three_times_as_long_as_it_takes(cost, claimed):
    assert Shared(0, cost).claimed_for == claimed


def test_the_platform_s_is_dear_until_it_shows_that_it_is_not():
    dear = Dear()
    assert PLATFORM in dear
    dear.note(PLATFORM, cost=DEAR_SECONDS)
    assert PLATFORM not in dear
    dear.note(PLATFORM, cost=DEAR_SECONDS + 0.001)
    assert PLATFORM in dear


def test_a_company_s_is_dear_when_it_took_long_three_times_in_a_row():
    dear = Dear()
    for cost in (0.021, 0.021, 0.020, 0.021, 0.021):
        dear.note(COMPANY, cost=cost)
        assert COMPANY not in dear
    dear.note(COMPANY, cost=0.021)
    assert COMPANY in dear
    assert CompanyScope(8) not in dear
    dear.note(COMPANY, cost=0.020)
    assert COMPANY not in dear


def test_a_quick_failure_says_nothing_of_the_cost_and_a_slow_one_does():
    dear = Dear()
    dear.note(PLATFORM, cost=0.001, failed=True)
    assert PLATFORM in dear
    for _ in range(3):
        dear.note(COMPANY, cost=8.0, failed=True)
    assert COMPANY in dear
