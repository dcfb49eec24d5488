"""Platform results are shared for a time; nothing else is."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.cache.result import LONGEST_SECONDS, Result, decode, encode
from adapters.cache.shared import SharedCollector
from adapters.cache.store import NoStore
from domain.metrics import catalogue
from domain.metrics.family import Measured, Sample
from domain.metrics.ports import Aged
from domain.policy.scope import CompanyScope, PlatformScope
from tests.service import NOON

PLATFORM = PlatformScope()


@dataclass
class Timer:
    """Moves on by ``step`` at each reading: what is measured between two takes as long."""

    step: float = 1.0
    reading: float = 0.0

    def __call__(self) -> float:
        self.reading += self.step
        return self.reading


@dataclass
class Counting:
    """Delivers how often it was run."""

    name: str = "users"
    runs: list = field(default_factory=list)
    error: Exception | None = None

    def families(self, scope):
        return (catalogue.COMPANY_USERS, catalogue.COMPANY_OWNERS, catalogue.USERS)

    def collect(self, scope, *, now):
        self.runs.append(scope)
        if self.error:
            raise self.error
        one, two = Sample(("1",), float(len(self.runs))), Sample(("2",), 0.5)
        yield Measured(catalogue.COMPANY_USERS, (one, two))
        yield Measured(catalogue.COMPANY_OWNERS, (one, two))
        yield Measured(catalogue.USERS, (Sample((), 3.0),))


class MemoryStore:
    """What processes share, in one process."""

    def __init__(self):
        self.kept, self.claims, self.lock = {}, {}, threading.Lock()

    def get(self, key):
        return self.kept.get(key)

    def put(self, key, make, *, seconds):
        self.kept[key] = make()

    def claim(self, key, *, seconds):
        with self.lock:
            if key in self.claims:
                return None
            self.claims[key] = "claim"
            return "claim"

    def release(self, key, claim):
        with self.lock:
            assert self.claims.pop(key) == claim


def collect(shared, *, later=0.0, scope=PLATFORM):
    delivered = shared.collect(scope, now=NOON + timedelta(seconds=later))
    age = delivered.age_seconds if isinstance(delivered, Aged) else None
    return age, tuple(delivered)


def test_a_result_is_used_again_and_says_how_old_it_is():
    inner = Counting()
    shared = SharedCollector(inner, NoStore(), Timer())
    age, first = collect(shared)
    assert age == 0
    assert collect(shared, later=10) == (10, first)
    assert len(inner.runs) == 1


def test_no_longer_than_the_bound_whatever_it_cost():
    inner = Counting()
    shared = SharedCollector(inner, NoStore(), Timer(step=100))
    collect(shared)
    collect(shared, later=LONGEST_SECONDS - 0.01)
    assert len(inner.runs) == 1
    assert collect(shared, later=LONGEST_SECONDS)[0] == 0
    assert len(inner.runs) == 2


def test_no_longer_than_fifty_times_what_it_cost():
    """A small platform is as good as live."""
    inner = Counting()
    shared = SharedCollector(inner, NoStore(), Timer(step=0.001))
    collect(shared)
    collect(shared, later=0.049)
    assert len(inner.runs) == 1
    collect(shared, later=0.051)
    assert len(inner.runs) == 2


def test_a_company_is_always_measured_and_never_kept():
    inner, store = Counting(), MemoryStore()
    shared = SharedCollector(inner, store, Timer())
    collect(shared)
    for company in (1, 2, 1):
        age, _ = collect(shared, scope=CompanyScope(company))
        assert age is None
    assert inner.runs == [PLATFORM, *map(CompanyScope, (1, 2, 1))]
    assert list(store.kept) == ["users"]


def test_a_failure_is_not_kept():
    inner, store = Counting(error=RuntimeError("down")), MemoryStore()
    shared = SharedCollector(inner, store, Timer())
    with pytest.raises(RuntimeError):
        collect(shared)
    assert not store.kept
    assert not store.claims
    inner.error = None
    assert collect(shared)[0] == 0
    inner.error = RuntimeError("down again")
    with pytest.raises(RuntimeError):
        collect(shared, later=60)


def test_another_process_finds_it():
    store, one, two = MemoryStore(), Counting(), Counting()
    _, measured = collect(SharedCollector(one, store, Timer()))
    assert collect(SharedCollector(two, store, Timer()), later=3) == (3, measured)
    assert two.runs == []


def test_of_many_at_once_one_measures():
    store, ready = MemoryStore(), threading.Barrier(8)

    inner = Counting()
    processes = [SharedCollector(inner, store, Timer(step=0.1)) for _ in range(4)]

    def scrape(n):
        ready.wait()
        return collect(processes[n % 4])[1]

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(scrape, range(8)))
    assert len(answers) == len(inner.runs) == 1


def test_who_claims_and_dies_is_not_waited_for_for_ever():
    store, inner = MemoryStore(), Counting()
    store.claims["users"] = "of one that died"
    assert collect(SharedCollector(inner, store, Timer(step=4)))[0] == 0
    assert len(inner.runs) == 1


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b"\x80", b'{"at":1}', b"null"])
def test_what_another_version_left_is_not_used(text):
    store, inner = MemoryStore(), Counting()
    store.kept["users"] = text
    collect(SharedCollector(inner, store, Timer()))
    assert len(inner.runs) == 1


def test_a_counter_cannot_be_shared():
    class Counter(Counting):
        def families(self, scope):
            return (catalogue.SUCCESSFUL_LOGINS,)

    with pytest.raises(ValueError, match="more than gauges"):
        SharedCollector(Counter(), NoStore())


@given(
    series=st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"]))), unique=True),
    values=st.lists(st.floats(allow_nan=False, allow_infinity=False)),
    at=st.floats(0, 1e10),
)
def test_what_is_kept_is_what_was_measured(series, values, at):
    samples = tuple(map(Sample, series, values))
    measured = (
        Measured(catalogue.COMPANY_USERS, samples),
        Measured(catalogue.COMPANY_OWNERS, samples),
        Measured(catalogue.COMPANY_DAILY, ()),
    )
    result = Result(measured, at, 0.25)
    assert decode(encode(result), [item.family for item in measured]) == result
