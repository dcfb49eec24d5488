"""``Attempts``: so many in a window, for each limit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.limits import Limit
from tests.service import NOON

WINDOW, HOUR = timedelta(minutes=15), timedelta(hours=1)
ADA = Limit("ada@example.com", "wrong", 3, WINDOW)
ADA_ELSEWHERE = Limit("ada@example.com", "wrong elsewhere", 4, HOUR)
BOB = Limit("bob@example.com", "wrong", 3, WINDOW)
ADDRESS = Limit("192.0.2.1", "wrong", 5, WINDOW)


@pytest.fixture
def count(side):
    def count(*limits, after=timedelta(0)):
        return side.attempts.count(limits, now=NOON + after)

    return count


def exhaust(count, *limits, after=timedelta(0)) -> int:
    """Until it is refused; how many were let through."""
    for through in range(100):
        if count(*limits, after=after) is not None:
            return through
    raise AssertionError


def test_each_limit_counts_for_itself(count):
    assert exhaust(count, ADA) == 3
    assert count(BOB) is None
    assert count(ADA_ELSEWHERE) is None


def test_the_least_of_several_limits_holds(count):
    assert exhaust(count, ADA, ADDRESS) == 3
    assert exhaust(count, BOB, ADDRESS) == 2


def test_the_longest_of_several_waits_is_told(count):
    exhaust(count, ADA_ELSEWHERE)
    exhaust(count, ADA)
    assert count(ADA, ADA_ELSEWHERE) == HOUR.total_seconds()


def test_an_attempt_that_is_refused_counts_for_nobody(count):
    exhaust(count, ADA)
    for _ in range(9):
        assert count(ADA, ADDRESS) is not None
    assert exhaust(count, ADDRESS) == 5


def test_the_wait_is_whole_seconds_and_then_it_is_over(count):
    exhaust(count, ADA)
    assert count(ADA, after=WINDOW - timedelta(milliseconds=1)) == 1
    assert count(ADA, after=timedelta(seconds=0.5)) == WINDOW.total_seconds()
    assert count(ADA, after=WINDOW) is None


def test_the_window_begins_with_its_first_attempt(count):
    count(ADA)
    assert exhaust(count, ADA, after=timedelta(minutes=10)) == 2
    assert count(ADA, after=timedelta(minutes=10)) == 300


def test_a_clock_that_was_put_back_closes_nobody_for_long(count):
    exhaust(count, ADA, after=timedelta(days=2))
    assert count(ADA) is None


def test_an_attempt_is_taken_back_once(side, count):
    for _ in range(9):
        assert count(ADA, ADDRESS) is None
        side.attempts.take_back([ADA, ADDRESS], now=NOON)
    side.attempts.take_back([ADA], now=NOON)
    assert exhaust(count, ADA) == 3


def test_what_is_taken_back_of_one_is_not_of_another(side, count):
    exhaust(count, ADA)
    side.attempts.take_back([BOB, ADDRESS], now=NOON)
    assert count(ADA) is not None


def test_after_the_window_nothing_is_taken_of_the_next(side, count):
    count(ADA)
    side.attempts.take_back([ADA], now=NOON + WINDOW)
    assert exhaust(count, ADA, after=WINDOW) == 3


def test_all_of_a_subject_is_forgotten_and_nothing_of_another(side, count):
    exhaust(count, ADA)
    count(ADA_ELSEWHERE)
    exhaust(count, BOB)
    assert side.attempts.forget("ada@example.com") == 2
    assert exhaust(count, ADA) == 3
    assert count(BOB) is not None
    assert side.attempts.forget("nobody@example.com") == 0
