"""What is dear to measure is measured by one process and used again by all; nothing else is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.orm.deadline import statements_within
from adapters.sharing.collector import NotMeasuredError, SharedCollector
from adapters.sharing.encoding import decode, encode
from adapters.sharing.store import StoreAwayError
from domain.metrics import catalogue
from domain.metrics.family import Measured, Sample
from domain.metrics.ports import Aged
from domain.policy.scope import CompanyScope, PlatformScope
from tests.fakes.shared_results import FakeSharedResults, Row
from tests.service import NOON

PLATFORM, COMPANY = PlatformScope(), CompanyScope(1)
PATIENCE = 60.0
COST = 1.0


class World:
    """A store that hosts share, and the time for all of them."""

    def __init__(self) -> None:
        self.store, self.time = FakeSharedResults(), 0.0

    def timer(self) -> float:
        return self.time

    def pass_time(self, seconds: float) -> None:
        self.time += seconds
        self.store.pass_time(seconds)


@dataclass
class Counting:
    """Takes ``cost`` seconds to deliver how often it was run; in the background, with ``go_on``."""

    world: World
    name: str = "users"
    cost: float = COST
    error: Exception | None = None
    value: float = 3.0
    runs: list = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self):
        self.go_on.set()

    def families(self, scope):
        return (catalogue.COMPANY_USERS, catalogue.COMPANY_OWNERS, catalogue.USERS)

    def collect(self, scope, *, now):
        self.runs.append(scope)
        if threading.current_thread().name.startswith("measuring"):
            assert self.go_on.wait(PATIENCE)
        self.world.pass_time(self.cost)
        if self.error:
            raise self.error
        one, two = Sample(("1",), float(len(self.runs))), Sample(("2",), 0.5)
        yield Measured(catalogue.COMPANY_USERS, (one, two))
        yield Measured(catalogue.COMPANY_OWNERS, (one, two))
        yield Measured(catalogue.USERS, (Sample((), self.value),))


@pytest.fixture
def world():
    return World()


def process(world, **how):
    """A process: what measures, and what shares that."""
    inner = Counting(world, **how)
    return inner, SharedCollector(inner, world.store, nullcontext, world.timer)


def collect(shared, scope=PLATFORM):
    delivered = shared.collect(scope, now=NOON)
    age = delivered.age_seconds if isinstance(delivered, Aged) else None
    return age, tuple(delivered)


def eventually(condition: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up_at, "it never came true"
        threading.Event().wait(0.005)


def is_idle(shared) -> bool:
    return shared._platform._current is None and shared._companies._current is None


def rest(shared) -> None:
    """Until nothing is measured in the background."""
    eventually(lambda: is_idle(shared))


def test_the_first_of_all_waits_and_the_next_ones_are_served_what_it_brought(world):
    inner, shared = process(world)
    _, first = collect(shared)
    rest(shared)
    world.pass_time(40)
    assert collect(shared) == (41, first)
    assert inner.runs == [PLATFORM]


def test_another_process_serves_the_same_numbers_with_their_age(world):
    _, one = process(world)
    inner, two = process(world)
    _, first = collect(one)
    rest(one)
    world.pass_time(3)
    assert collect(two) == (4, first)
    world.pass_time(3)
    assert collect(two) == (7, first)
    assert inner.runs == []


def test_the_last_one_is_served_while_it_is_measured_anew(world):
    inner, shared = process(world)
    _, first = collect(shared)
    rest(shared)
    inner.go_on.clear()
    world.pass_time(51)
    assert collect(shared) == (52, first)
    assert collect(shared) == (52, first)
    eventually(lambda: len(inner.runs) == 2)
    inner.go_on.set()
    rest(shared)
    age, second = collect(shared)
    assert age == COST
    assert second != first
    assert len(inner.runs) == 2


def test_of_two_processes_one_measures_anew(world):
    one_inner, one = process(world)
    two_inner, two = process(world)
    _, first = collect(one)
    rest(one)
    one_inner.go_on.clear()
    world.pass_time(51)
    collect(one)
    eventually(lambda: len(one_inner.runs) == 2)
    assert collect(two) == (52, first)
    rest(two)
    one_inner.go_on.set()
    rest(one)
    assert collect(two)[0] == COST
    assert two_inner.runs == []


def test_what_is_too_old_is_served_to_nobody(world):
    """Nobody asked for a long time, or a backup was restored."""
    inner, shared = process(world)
    _, first = collect(shared)
    rest(shared)
    world.pass_time(3600)
    assert collect(shared)[1] != first
    assert len(inner.runs) == 2


def test_a_clock_that_was_put_back_makes_nothing_last_longer(world):
    inner, shared = process(world)
    collect(shared)
    rest(shared)
    world.store.pass_time(-86_400)
    collect(shared)
    assert len(inner.runs) == 2


def test_a_failure_is_told_to_all_and_tried_again_and_the_old_result_is_served_to_nobody(world):
    inner, one = process(world)
    _, two = process(world)
    _, first = collect(one)
    rest(one)
    inner.error = RuntimeError("down")
    world.pass_time(51)
    assert collect(one) == (52, first)
    rest(one)
    inner.error = None
    inner.go_on.clear()
    with pytest.raises(NotMeasuredError):
        collect(one)
    eventually(lambda: len(inner.runs) == 3)
    with pytest.raises(NotMeasuredError):
        collect(two)
    rest(two)
    inner.go_on.set()
    rest(one)
    assert len(inner.runs) == 3
    assert collect(one)[0] == COST
    assert collect(two)[0] == COST


def test_who_waits_for_the_first_is_told_its_failure(world):
    inner, shared = process(world, error=RuntimeError("down"))
    with pytest.raises(NotMeasuredError):
        collect(shared)
    rest(shared)
    assert len(inner.runs) == 1


def test_a_scrape_waits_no_longer_than_it_may_and_the_next_one_has_the_result(world):
    """Measuring takes longer than any scrape: it goes on in the background."""
    inner, shared = process(world)
    inner.go_on.clear()
    for _ in range(2):
        with statements_within(0.05), pytest.raises(NotMeasuredError):
            collect(shared)
    inner.go_on.set()
    rest(shared)
    assert collect(shared)[0] == COST
    assert len(inner.runs) == 1


def test_measuring_in_the_background_has_a_limit_of_its_own(world):
    entered = []

    class Patiently(nullcontext):
        def __enter__(self):
            entered.append(threading.current_thread())

    inner = Counting(world)
    shared = SharedCollector(inner, world.store, Patiently, world.timer)
    collect(shared)
    rest(shared)
    assert entered
    assert threading.current_thread() not in entered


def test_of_many_at_once_one_measures(world):
    processes = [process(world) for _ in range(4)]
    ready = threading.Barrier(8)

    def scrape(n):
        ready.wait()
        return collect(processes[n % 4][1])[1]

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(scrape, range(8)))
    assert len(answers) == 1
    assert sum(len(inner.runs) for inner, _ in processes) == 1


def test_who_claims_and_dies_before_the_first_result_is_waited_for_no_longer_than_a_while(
    world, monkeypatch
):
    inner, shared = process(world)
    assert world.store.claim(shared._key(PLATFORM), seconds=30)
    monkeypatch.setattr("time.sleep", lambda _: world.pass_time(1))
    assert collect(shared)[0] is None, "measured live"
    assert world.time < 10
    assert len(inner.runs) == 1


def test_after_the_claim_of_one_that_died_another_measures(world):
    inner, shared = process(world)
    _, first = collect(shared)
    rest(shared)
    entry = world.store.read(shared._key(PLATFORM))
    assert world.store.claim(shared._key(PLATFORM), seen=entry.version, seconds=30)
    world.pass_time(55)
    assert collect(shared) == (56, first)
    rest(shared)
    assert collect(shared)[0] == COST
    assert len(inner.runs) == 2


def test_a_company_is_measured_live_until_it_was_dear_three_times(world):
    inner, shared = process(world, cost=0.021)
    for _ in range(3):
        assert collect(shared, COMPANY)[0] is None
    assert not world.store.rows
    _, measured = collect(shared, COMPANY)
    rest(shared)
    world.pass_time(0.5)
    assert collect(shared, COMPANY) == (pytest.approx(0.521), measured)
    assert inner.runs == [COMPANY] * 4
    assert collect(shared, CompanyScope(2))[0] is None


def test_a_company_that_is_cheap_again_is_live_again(world):
    inner, shared = process(world, cost=0.5)
    for _ in range(4):
        collect(shared, COMPANY)
    rest(shared)
    inner.cost = 0.001
    world.pass_time(3600)
    collect(shared, COMPANY)
    rest(shared)
    runs = len(inner.runs)
    assert [collect(shared, COMPANY)[0] for _ in range(3)] == [None] * 3
    assert len(inner.runs) == runs + 3


def test_a_platform_that_is_cheap_to_measure_is_live(world):
    inner, shared = process(world, cost=0.002)
    collect(shared)
    rest(shared)
    assert [collect(shared)[0] for _ in range(3)] == [None] * 3
    assert len(inner.runs) == 4


def test_tenants_never_meet(world):
    _, shared = process(world)
    for company in (1, 2):
        for _ in range(4):
            collect(shared, CompanyScope(company))
        rest(shared)
    assert len(world.store.rows) == 2


def test_one_company_waits_for_no_other(world):
    """The thread measures one at a time: whose turn it is not is measured live."""
    inner, shared = process(world)
    for company in (1, 2):
        for _ in range(3):
            collect(shared, CompanyScope(company))
    inner.go_on.clear()
    with statements_within(0.05), pytest.raises(NotMeasuredError):
        collect(shared, CompanyScope(1))
    assert collect(shared, CompanyScope(2))[0] is None
    inner.go_on.set()
    rest(shared)


def test_without_the_store_everything_is_measured_live(world):
    inner, shared = process(world)
    world.store.is_away = True
    assert [collect(shared)[0] for _ in range(2)] == [None] * 2
    world.store.is_away = False
    collect(shared)
    rest(shared)
    world.store.is_away = True
    assert collect(shared)[0] is None
    assert inner.runs == [PLATFORM] * 4


@pytest.mark.parametrize("method", ["claim", "finish"])
def test_a_store_that_takes_nothing_makes_no_scrape_fail(world, monkeypatch, method):
    def fail(*_, **__):
        raise StoreAwayError

    monkeypatch.setattr(world.store, method, fail)
    inner, shared = process(world)
    assert len(collect(shared)[1]) == 3
    rest(shared)
    assert len(inner.runs) == 1


def test_no_thread_is_no_reason_to_fail(world, monkeypatch):
    def full(_):
        raise RuntimeError("can't start new thread")

    inner, shared = process(world)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", full)
        assert collect(shared)[0] is None
    assert inner.runs == [PLATFORM]


def test_what_cannot_be_written_is_told_as_failed(world):
    _, one = process(world, value=float("nan"))
    _, two = process(world)
    collect(one)
    rest(one)
    with pytest.raises(NotMeasuredError):
        collect(two)
    rest(two)


@pytest.mark.parametrize("text", [b"", b"{}", encode([])[:-1], b"\x80", b"null"])
def test_what_cannot_be_read_is_not_used(world, text):
    inner, shared = process(world)
    world.store.rows[shared._key(PLATFORM)] = Row("1", world.store.clock, COST, text)
    collect(shared)
    rest(shared)
    assert len(inner.runs) == 1


def test_another_version_of_the_service_has_results_of_its_own(world, monkeypatch):
    _, one = process(world)
    collect(one)
    rest(one)
    inner, two = process(world)
    monkeypatch.setattr(inner, "families", lambda _: (catalogue.COMPANY_USERS, catalogue.USERS))
    collect(two)
    rest(two)
    assert len(inner.runs) == 1


def test_a_counter_cannot_be_shared(world):
    inner = Counting(world)
    inner.families = lambda _: (catalogue.SUCCESSFUL_LOGINS,)
    with pytest.raises(ValueError, match="more than gauges"):
        SharedCollector(inner, world.store, nullcontext)


@given(
    series=st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"]))), unique=True),
    values=st.lists(st.floats(allow_nan=False, allow_infinity=False)),
)
def test_what_is_kept_is_what_was_measured(series, values):
    samples = tuple(map(Sample, series, values))
    measured = (
        Measured(catalogue.COMPANY_USERS, samples),
        Measured(catalogue.COMPANY_OWNERS, samples),
        Measured(catalogue.COMPANY_DAILY, ()),
    )
    assert decode(encode(measured), [item.family for item in measured]) == measured
