"""Histograms of plugins are checked as everything else is."""

from __future__ import annotations

import math

import pytest

from domain.metrics.collection import has_nothing_in, run_collectors, snapshot
from domain.metrics.family import Distribution, Family, Kind, Measured, Sample
from domain.metrics.ports import Aged
from domain.policy.scope import CompanyScope, PlatformScope
from tests.fakes.collectors import ScriptedCollector, SpeechlessCollector
from tests.fakes.service import NOW, FakeTimer

TIMES = Family("times", Kind.HISTOGRAM, "Times.", ("route",))
GOOD = Distribution(("/",), ((0.5, 1.0), (math.inf, 3.0)), 4.5)


def outcome(*delivered: Measured, scope=PlatformScope(), declared=None):  # noqa: B008
    collector = ScriptedCollector(delivered, declared=declared)
    [one] = run_collectors([collector], scope, now=NOW, timer=FakeTimer())
    return one


def histogram(*distributions, family=TIMES) -> Measured:
    return Measured(family, (), distributions)


def test_a_good_one_is_served_in_plain_floats():
    delivered = Distribution(("/",), ((0.5, 1), (math.inf, 3)), 4.5)
    assert outcome(histogram(delivered)).measured == (histogram(GOOD),)


@pytest.mark.parametrize(
    "bad",
    [
        GOOD._replace(buckets=()),
        GOOD._replace(buckets=((0.5, 1.0),)),
        GOOD._replace(buckets=((math.inf, 3.0), (0.5, 1.0))),
        GOOD._replace(buckets=((0.5, 1.0), (0.5, 1.0), (math.inf, 3.0))),
        GOOD._replace(buckets=((-0.5, 1.0), (math.inf, 3.0))),
        GOOD._replace(buckets=((0.5, 4.0), (math.inf, 3.0))),
        GOOD._replace(buckets=((0.5, -1.0), (math.inf, 3.0))),
        GOOD._replace(buckets=((0.5, 1.0), (math.inf, math.inf))),
        GOOD._replace(buckets=((math.nan, 1.0), (math.inf, 3.0))),
        GOOD._replace(sum=math.nan),
        GOOD._replace(labels=()),
        GOOD._replace(labels=(3,)),
    ],
)
def test_one_that_no_histogram_can_be_is_dropped(bad):
    assert not outcome(histogram(bad)).succeeded


def test_the_same_series_twice():
    assert not outcome(histogram(GOOD, GOOD)).succeeded


def test_a_histogram_has_no_plain_samples_and_a_gauge_no_distributions():
    assert not outcome(Measured(TIMES, (Sample(("/",), 1.0),))).succeeded
    gauge = Family("level", Kind.GAUGE, "Level.", ("route",))
    assert not outcome(histogram(GOOD, family=gauge)).succeeded


def test_the_label_of_its_buckets_is_not_its_own():
    assert not outcome(histogram(family=Family("times", Kind.HISTOGRAM, "x", ("le",)))).succeeded


def test_its_suffixed_names_are_taken_too():
    count = Measured(Family("times_count", Kind.GAUGE, "x"), (Sample((), 1.0),))
    assert not outcome(histogram(GOOD), count).succeeded
    assert TIMES.answers_to("times_bucket")


def test_another_companys_is_dropped():
    family = Family("times", Kind.HISTOGRAM, "x", ("company_id",))
    own, other = GOOD._replace(labels=("7",)), GOOD._replace(labels=("8",))
    seven = CompanyScope(7)
    assert outcome(histogram(own, family=family), scope=seven).succeeded
    assert not outcome(histogram(other, family=family), scope=seven).succeeded
    assert not outcome(histogram(GOOD), scope=seven).succeeded


class Late(ScriptedCollector):
    """Delivers what it measured some time ago."""

    def collect(self, scope, *, now):
        return Aged(self.measured, 12.5)


@pytest.mark.parametrize(("scope", "tenant"), [(PlatformScope(), ()), (CompanyScope(7), ("7",))])
def test_the_age_of_what_is_not_live_is_told(scope, tenant):
    late, live = Late((), name="late"), ScriptedCollector((), name="live")
    broken = SpeechlessCollector()
    outcomes = run_collectors([late, live, broken], scope, now=NOW, timer=FakeTimer())
    taken = snapshot(outcomes, scope, token_expires_at=NOW)
    [ages] = [m for m in taken.measured if m.family.name.endswith("data_age_seconds")]
    assert dict(ages.samples) == {(*tenant, "late"): 12.5, (*tenant, "live"): 0.0}


def test_who_has_nothing_in_a_scope_is_not_run_and_who_cannot_say_is():
    assert has_nothing_in(PlatformScope(), ScriptedCollector(()))
    assert not has_nothing_in(PlatformScope(), ScriptedCollector((histogram(GOOD),)))
    assert not has_nothing_in(PlatformScope(), SpeechlessCollector())


def test_whether_a_collector_has_nothing_is_a_plain_yes_or_no():
    scope = PlatformScope()
    assert has_nothing_in(scope, ScriptedCollector(())) is True
    assert has_nothing_in(scope, ScriptedCollector((histogram(GOOD),))) is False


@pytest.mark.parametrize(
    "buckets",
    [((0.0, 1.0), (math.inf, 3.0)), ((0.5, 3.0), (math.inf, 3.0)), ((0.5, 0.0), (math.inf, 0.0))],
)
def test_buckets_may_start_at_zero_and_hold_no_more_than_the_one_below(buckets):
    assert outcome(histogram(GOOD._replace(buckets=buckets))).succeeded
