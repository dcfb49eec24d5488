"""Whatever locks several rows takes them in one order, or waits for none: nobody deadlocks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from random import Random

import pytest
from django.db import connections

from adapters.orm.models import SignInBucket
from adapters.orm.purge import chores
from adapters.orm.repositories.attempts import OrmAttempts
from domain.limits import WINDOW, Limit
from tests.service import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

THREADS, CALLS = 6, 200
ATTEMPTS = OrmAttempts()


def at_once(work: Callable[[Random], None]) -> None:
    """Each thread does its work on a connection of its own; any error is the test's."""

    def run(seed: int) -> None:
        try:
            work(Random(seed))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, range(THREADS)))


def somebody(dice: Random) -> list[Limit]:
    """One of few accounts at one of few addresses: everybody meets everybody."""
    subjects = f"{dice.randrange(3)}@example.com", f"192.0.2.{dice.randrange(3)}"
    return [Limit(subject, "wrong", 10**6, WINDOW) for subject in subjects]


def test_sign_ins_at_once():
    """All of them right, so that in the end nothing is held against anybody."""

    def sign_in(dice: Random) -> None:
        for _ in range(CALLS):
            limits = somebody(dice)
            assert ATTEMPTS.count(limits, now=NOON) is None
            ATTEMPTS.take_back(limits, now=NOON)

    at_once(sign_in)
    assert set(SignInBucket.objects.values_list("attempts", flat=True)) == {0}


def test_attempts_at_once_are_all_counted():
    def fail(dice: Random) -> None:
        for _ in range(CALLS):
            assert ATTEMPTS.count(somebody(dice), now=NOON) is None

    at_once(fail)
    counted = SignInBucket.objects.values_list("attempts", flat=True)
    assert sum(counted) == 2 * THREADS * CALLS


def test_sign_ins_while_old_buckets_are_forgotten():
    """By the attempts themselves, after a day, and by the purge; each time others begin anew."""
    days = count()

    def sign_in(dice: Random) -> None:
        for _ in range(CALLS // 10):
            now = NOON + timedelta(days=2 * next(days))
            for _ in range(10):
                ATTEMPTS.count(somebody(dice), now=now)
            for chore in chores(now=now, retention=timedelta(days=1)):
                chore.run(batch=3, report=lambda *_: None)

    at_once(sign_in)
