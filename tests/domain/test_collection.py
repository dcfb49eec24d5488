"""Collectors are run one by one; a faulty one is dropped whole and reported."""

from __future__ import annotations

import logging
import math
from decimal import Decimal

import pytest

from domain.metrics import catalogue
from domain.metrics.collection import run_collectors, snapshot
from domain.metrics.family import Family, Kind, Measured, Sample, Snapshot
from domain.policy.scope import CompanyScope, PlatformScope
from tests.fakes.collectors import BrokenCollector, ScriptedCollector, SpeechlessCollector
from tests.fakes.service import NOW, FakeTimer

SEVEN = CompanyScope(7)
GOOD = ScriptedCollector((Measured(catalogue.COMPANY_USERS, (Sample(("7",), 2.0),)),), name="good")


def scrape(*collectors, scope=SEVEN, timer=None, give_up_at=math.inf) -> Snapshot:
    outcomes = run_collectors(
        collectors, scope, now=NOW, timer=timer or FakeTimer(), give_up_at=give_up_at
    )
    return snapshot(outcomes, scope, token_expires_at=NOW)


def values(taken: Snapshot) -> dict[str, dict[tuple[str, ...], float]]:
    return {m.family.name: {s.labels: s.value for s in m.samples} for m in taken.measured}


def success(taken: Snapshot) -> dict[str, float]:
    """Each collector's ``collector_success``."""
    series = values(taken)["shellui_auth_collector_success"]
    return {labels[-1]: value for labels, value in series.items()}


def users(*samples: tuple[tuple, object], family: Family = catalogue.COMPANY_USERS) -> Measured:
    return Measured(family, tuple(Sample(labels, value) for labels, value in samples))


def test_a_good_collectors_series_arrive_with_the_scrapes_own():
    assert values(scrape(GOOD, timer=FakeTimer(step=0.5))) == {
        "shellui_auth_company_users_total": {("7",): 2.0},
        "shellui_auth_scrape_token_expiry_timestamp_seconds": {("7",): NOW.timestamp()},
        "shellui_auth_collector_success": {("7", "good"): 1.0},
        "shellui_auth_collector_duration_seconds": {("7", "good"): 0.5},
        "shellui_auth_collector_data_age_seconds": {("7", "good"): 0.0},
    }


def test_on_the_platform_the_scrapes_own_families_have_no_company():
    taken = values(scrape(GOOD, scope=PlatformScope()))
    assert taken["shellui_auth_scrape_token_expiry_timestamp_seconds"] == {(): NOW.timestamp()}
    assert taken["shellui_auth_collector_success"] == {("good",): 1.0}
    assert taken["shellui_auth_collector_duration_seconds"] == {("good",): 0.0}


@pytest.mark.parametrize(
    "error", [ValueError("no"), RecursionError(), MemoryError(), TimeoutError()]
)
def test_a_collector_that_raises_takes_nobody_with_it(error, caplog):
    """Neither those before nor those after it; and what it delivered before it broke is dropped."""
    after = ScriptedCollector(
        (users((("7", "acme"), 1.0), family=catalogue.COMPANY_INFO),), "after"
    )
    taken = scrape(GOOD, BrokenCollector(error), after)
    assert success(taken) == {"good": 1.0, "broken": 0.0, "after": 1.0}
    assert "shellui_auth_company_owners" not in values(taken)
    assert "shellui_auth_company_info" in values(taken)
    assert "broken" in caplog.text


def test_a_collector_that_cannot_say_what_it_delivers():
    assert success(scrape(SpeechlessCollector(), GOOD)) == {"speechless": 0.0, "good": 1.0}


THING = Family("thing", Kind.GAUGE, "A thing.", ("company_id", "colour"))
BARE = Family("bare", Kind.GAUGE, "Nobody's.")


class Sly(str):
    """Equal to every other string."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False


FAULTS = {
    "another company": users((("8",), 1.0)),
    "another company beside its own": users((("7",), 1.0), (("8",), 1.0)),
    "a company that looks like it": users((("07",), 1.0)),
    "a company that is a number": users(((7,), 1.0)),
    "a company that equals all": users(((Sly("8"),), 1.0)),
    "no company": Measured(BARE, (Sample((), 1.0),)),
    "a platform total without series": Measured(BARE, ()),
    "too few labels": users((("7",), 1.0), family=THING),
    "too many labels": users((("7", "red", "x"), 1.0), family=THING),
    "no labels": users(((), 1.0)),
    "a label that is no string": users((("7", 3), 1.0), family=THING),
    "a label that is nothing": users((("7", None), 1.0), family=THING),
    "a label that is no UTF-8": users((("7", "\ud800"), 1.0), family=THING),
    "the same series twice": users((("7",), 1.0), (("7",), 2.0)),
    "not a number": users((("7",), math.nan)),
    "infinity": users((("7",), math.inf)),
    "minus infinity": users((("7",), -math.inf)),
    "text for a value": users((("7",), "1")),
    "nothing for a value": users((("7",), None)),
    "a number beyond every float": users((("7",), 10**400)),
    "no sample at all": Measured(catalogue.COMPANY_USERS, (None,)),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_faulty_delivery_is_dropped_whole_and_reported(fault):
    innocent = users((("7", "acme"), 1.0), family=catalogue.COMPANY_INFO)
    liar = ScriptedCollector((innocent, fault), name="liar")
    taken = scrape(liar, GOOD)
    assert success(taken) == {"liar": 0.0, "good": 1.0}
    assert set(values(taken)) == set(values(scrape(GOOD)))
    assert values(taken)["shellui_auth_company_users_total"] == {("7",): 2.0}


def test_a_family_that_was_never_declared():
    liar = ScriptedCollector(GOOD.measured, name="liar", declared=(catalogue.COMPANY_OWNERS,))
    assert success(scrape(liar)) == {"liar": 0.0}


def test_a_family_declared_otherwise_than_it_is_delivered():
    other = Family(catalogue.COMPANY_USERS.name, Kind.GAUGE, "Otherwise.", ("company_id",))
    assert success(scrape(ScriptedCollector(GOOD.measured, declared=(other,)))) == {"scripted": 0.0}


UNWRITABLE = {
    "a name with a space": Family("a thing", Kind.GAUGE, "x", ("company_id",)),
    "a name with a newline": Family("thing\n", Kind.GAUGE, "x", ("company_id",)),
    "no name": Family("", Kind.GAUGE, "x", ("company_id",)),
    "a counter not named _total": Family("things", Kind.COUNTER, "x", ("company_id",)),
    "the company twice": Family("thing", Kind.GAUGE, "x", ("company_id", "company_id")),
    "a label with a quote": Family("thing", Kind.GAUGE, "x", ("company_id", 'a"b')),
    "a label that is Prometheus's own": Family(
        "thing", Kind.GAUGE, "x", ("company_id", "__name__")
    ),
    "help that is no text": Family("thing", Kind.GAUGE, None, ("company_id",)),
    "help that is no UTF-8": Family("thing", Kind.GAUGE, "\ud800", ("company_id",)),
}


@pytest.mark.parametrize("family", UNWRITABLE.values(), ids=UNWRITABLE)
@pytest.mark.parametrize("scope", [SEVEN, PlatformScope()], ids=["company", "platform"])
def test_a_family_that_no_exposition_can_hold(family, scope):
    labels = tuple("7" for _ in family.labels)
    bad = ScriptedCollector((Measured(family, (Sample(labels, 1.0),)),), name="bad")
    assert success(scrape(bad, GOOD, scope=scope)) == {"bad": 0.0, "good": 1.0}


def test_the_company_twice_does_not_smuggle_another_one_in():
    """The text format would keep the second of the two."""
    family = UNWRITABLE["the company twice"]
    liar = ScriptedCollector((Measured(family, (Sample(("7", "8"), 1.0),)),))
    assert "thing" not in values(scrape(liar))


def test_a_family_is_delivered_once_by_one_collector():
    twice = ScriptedCollector((*GOOD.measured, *GOOD.measured), name="twice")
    assert success(scrape(twice)) == {"twice": 0.0}


def test_of_two_collectors_with_one_family_the_first_keeps_it():
    second = ScriptedCollector((users((("7",), 99.0)),), name="second")
    taken = scrape(GOOD, second)
    assert success(taken) == {"good": 1.0, "second": 0.0}
    assert values(taken)["shellui_auth_company_users_total"] == {("7",): 2.0}


def test_families_that_differ_only_in_type_are_one_name_in_one_of_the_formats():
    counter = Family("thing_total", Kind.COUNTER, "x", ("company_id",))
    gauge = Family("thing", Kind.GAUGE, "x", ("company_id",))
    first, second = (ScriptedCollector((Measured(f, ()),), f.name) for f in (counter, gauge))
    assert success(scrape(first, second)) == {"thing_total": 1.0, "thing": 0.0}


@pytest.mark.parametrize(
    "family", [catalogue.COMPANY_COLLECTOR_SUCCESS, catalogue.COMPANY_TOKEN_EXPIRY]
)
def test_no_collector_writes_its_own_report(family):
    labels = ("7", "good")[: len(family.labels)]
    liar = ScriptedCollector((Measured(family, (Sample(labels, 1.0),)),), name="liar")
    taken = scrape(liar)
    assert success(taken) == {"liar": 0.0}
    assert [item.family.name for item in taken.measured].count(family.name) == 1


def test_what_is_served_is_what_was_checked():
    """A plugin that keeps a hand on its samples cannot change them afterwards."""
    samples = [Sample(("7",), 1.0)]
    outcomes = run_collectors(
        [ScriptedCollector((Measured(catalogue.COMPANY_USERS, samples),))],
        SEVEN,
        now=NOW,
        timer=FakeTimer(),
    )
    samples[:] = [Sample(("8",), 1.0)]
    assert outcomes[0].measured == (users((("7",), 1.0)),)


@pytest.mark.parametrize("value", [0, 3, True, Decimal("2.5"), -1.5])
def test_every_finite_number_is_served_as_a_float(value):
    taken = values(scrape(ScriptedCollector((users((("7",), value)),))))
    served = taken["shellui_auth_company_users_total"]["7",]
    assert type(served) is float
    assert served == float(value)


def test_when_the_time_is_up_no_further_collector_is_started(caplog):
    caplog.set_level(logging.WARNING)
    late = ScriptedCollector((), name="late")
    taken = scrape(GOOD, late, timer=FakeTimer(step=1.0), give_up_at=2.5)
    assert success(taken) == {"good": 1.0, "late": 0.0}
    assert values(taken)["shellui_auth_collector_duration_seconds"]["7", "late"] == 0.0
    assert late.runs == []
    assert "late" in caplog.text


def test_a_budget_that_is_used_up_at_once_still_gives_an_answer():
    taken = scrape(GOOD, give_up_at=0.0)
    assert success(taken) == {"good": 0.0}
    assert "shellui_auth_scrape_token_expiry_timestamp_seconds" in values(taken)


class Failing:
    """It fails, when its turn comes."""

    name = "failing"

    def families(self, _scope):
        return ()

    def collect(self, _scope, *, now):
        raise RuntimeError(now)


def test_a_collector_that_fails_is_timed_too():
    [one] = run_collectors([Failing()], PlatformScope(), now=NOW, timer=FakeTimer(step=0.5))
    assert (one.succeeded, one.seconds) == (False, 0.5)
