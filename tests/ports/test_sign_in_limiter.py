"""``SignInLimiter``: failed attempts of an account, and from an address, in a window."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.ports.sides import LIMITS
from tests.service import NOON

WINDOW = timedelta(minutes=15)


@pytest.fixture
def attempt(side):
    def count(email="ada@example.com", address="10.0.0.1", *, after=timedelta(0)):
        return side.limiter.attempt(email=email, address=address, now=NOON + after)

    return count


def test_an_account_has_so_many_attempts_from_wherever(attempt):
    for number in range(LIMITS["per_account"]):
        assert attempt(address=f"10.0.0.{number}") is None
    assert attempt(address="10.0.0.9") == WINDOW.total_seconds()
    assert attempt(" ADA@example.com", "10.0.0.9") == WINDOW.total_seconds()
    assert attempt("bob@example.com", "10.0.0.9") is None


def test_an_address_has_so_many_attempts_at_whatever_account(attempt):
    for number in range(LIMITS["per_address"]):
        assert attempt(f"{number}@example.com") is None
    assert attempt("bob@example.com") == WINDOW.total_seconds()
    assert attempt("bob@example.com", "10.0.0.2") is None


def test_an_attempt_that_is_refused_counts_for_nobody(attempt):
    for _ in range(LIMITS["per_account"]):
        attempt()
    for _ in range(LIMITS["per_address"]):
        assert attempt() is not None
    assert attempt("bob@example.com") is None


def test_the_wait_is_whole_seconds_and_then_it_is_over(attempt):
    for _ in range(LIMITS["per_account"]):
        attempt()
    assert attempt(after=WINDOW - timedelta(milliseconds=1)) == 1
    assert attempt(after=timedelta(seconds=0.5)) == WINDOW.total_seconds()
    assert attempt(after=WINDOW) is None


def test_the_window_begins_with_its_first_attempt(attempt):
    attempt()
    for _ in range(LIMITS["per_account"] - 1):
        attempt(after=timedelta(minutes=10))
    assert attempt(after=timedelta(minutes=10)) == 300


def test_success_takes_the_attempt_back(side, attempt):
    for _ in range(3 * LIMITS["per_account"]):
        assert attempt() is None
        side.limiter.succeeded(email="ada@example.com", address="10.0.0.1", now=NOON)


def test_success_takes_back_no_more_than_there_is(side, attempt):
    success = {"email": "ada@example.com", "address": "10.0.0.1", "now": NOON}
    side.limiter.succeeded(**success)
    attempt()
    side.limiter.succeeded(**success)
    side.limiter.succeeded(**success)
    for _ in range(LIMITS["per_account"]):
        assert attempt() is None
    assert attempt() is not None


def test_success_of_one_is_none_of_another(side, attempt):
    for _ in range(LIMITS["per_account"]):
        attempt()
    side.limiter.succeeded(email="bob@example.com", address="10.0.0.2", now=NOON)
    assert attempt() is not None


def test_a_success_after_the_window_takes_nothing_of_the_next(side, attempt):
    attempt()
    later = NOON + WINDOW
    side.limiter.succeeded(email="ada@example.com", address="10.0.0.1", now=later)
    for _ in range(LIMITS["per_account"]):
        assert attempt(after=WINDOW) is None
    assert attempt(after=WINDOW) is not None
