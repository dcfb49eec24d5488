"""The arithmetic of the report on time."""

from __future__ import annotations

from tests.security.attack import chance


def test_what_is_the_same_is_told_from_what_is_not():
    same = [1.0, 1.1, 0.9, 1.05, 0.95] * 4
    slower = [value + 0.5 for value in same]
    assert chance(same, list(reversed(same)), rounds=500) == 1
    assert chance(same, slower, rounds=500) == 0
