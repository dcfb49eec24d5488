"""What is delivered again as it was is not checked again; whatever could have changed is."""

from __future__ import annotations

import gc

import pytest

from domain.metrics import checks
from domain.metrics.checks import CollectorFaultError, checked_measured
from domain.metrics.family import Family, Kind, Measured, Sample
from domain.policy.scope import CompanyScope, PlatformScope

FAMILY = Family("company_jobs", Kind.GAUGE, "Jobs.", ("company_id", "queue"))
MANY = 2_000
ACME, RIVAL = CompanyScope(7), CompanyScope(8)


def jobs(count: int = MANY) -> tuple[Sample, ...]:
    """Of Acme."""
    return tuple(Sample(("7", str(number)), float(number)) for number in range(count))


def check(item: Measured, scope: CompanyScope | PlatformScope = ACME) -> tuple[Measured, ...]:
    """What leaves."""
    return checked_measured([item], scope, declared=[FAMILY], taken=frozenset())


@pytest.fixture
def looked_at(monkeypatch):
    """The families whose series are looked at."""
    seen = []
    real = checks.checked_samples
    monkeypatch.setattr(
        checks, "checked_samples", lambda *given: seen.append(given[0].name) or real(*given)
    )
    return seen


def test_what_cannot_change_is_checked_once_for_a_scope(looked_at):
    item = Measured(FAMILY, jobs())
    assert check(item) == check(item) == (item,)
    assert looked_at == [FAMILY.name]
    check(item, PlatformScope())
    assert len(looked_at) == 2


def test_what_passed_for_one_company_does_not_for_another():
    item = Measured(FAMILY, jobs())
    check(item)
    for _ in range(2):
        with pytest.raises(CollectorFaultError, match="another company's"):
            check(item, RIVAL)


def test_what_passed_is_delivered_twice_in_no_scrape():
    item = Measured(FAMILY, jobs())
    check(item)
    with pytest.raises(CollectorFaultError, match="twice"):
        checked_measured([item, item], ACME, declared=[FAMILY], taken=frozenset())


@pytest.mark.parametrize("kind", ["series in a list", "labels in a list"])
def test_what_could_change_is_checked_each_time(kind):
    samples = list(jobs())
    samples[5] = Sample(["7", "mine"] if "labels" in kind else ("7", "mine"), 1.0)
    item = Measured(FAMILY, samples if "series" in kind else tuple(samples))
    [served] = check(item)
    if "series" in kind:
        samples[5] = Sample(("8", "theirs"), 1.0)
    else:
        samples[5].labels[0] = "8"
    with pytest.raises(CollectorFaultError, match="another company's"):
        check(item)
    assert served.samples[5] == Sample(("7", "mine"), 1.0)


def test_a_declaration_that_changed_is_noticed():
    item = Measured(FAMILY, jobs())
    check(item)
    other = Family(FAMILY.name, Kind.GAUGE, "Others.", FAMILY.labels)
    with pytest.raises(CollectorFaultError, match="never declared"):
        checked_measured([item], ACME, declared=[other], taken=frozenset())


def test_few_series_are_checked_each_time(looked_at):
    item = Measured(FAMILY, jobs(8))
    assert check(item) == check(item)
    assert len(looked_at) == 2


def test_what_nobody_keeps_is_forgotten():
    item = Measured(FAMILY, jobs())
    check(item)
    remembered = len(checks._passed)
    del item
    gc.collect()
    assert len(checks._passed) < remembered
