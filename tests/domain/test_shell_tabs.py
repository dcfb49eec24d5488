"""ShellUI's shell with several tabs, as it behaves: nobody honest is ever signed out.

Each tab keeps the pair it has in memory and never sees the others'. It looks every so many seconds
whether 90 seconds or less are left of its access token, and refreshes then. A hidden tab's ticks
are throttled. A reload takes the pair that any tab stored last. The clock is moved, never slept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from domain.sessions.tokens import TokenPair
from domain.tokens.rejection import Rejection, TokenRejectedError
from tests.domain.make import Cast
from tests.fakes.service import NOW

REFRESH_BEFORE = timedelta(seconds=90)
HALF_A_DAY = timedelta(hours=12)


@dataclass
class Tab:
    """One tab: its pair, how often it looks, and when it looks next."""

    pair: TokenPair
    every: timedelta
    next_at: datetime
    refreshed: int = 0

    def look(self, refresh, now: datetime) -> TokenPair | None:
        self.next_at = now + self.every
        if self.pair.expires_at - now > REFRESH_BEFORE:
            return None
        self.pair = refresh(self.pair.refresh_token, now=now)
        self.refreshed += 1
        return self.pair


@dataclass
class Shell:
    """The tabs of one browser, and the pair it stored last."""

    people: Cast
    tabs: list[Tab]
    stored: TokenPair = field(init=False)

    def __post_init__(self) -> None:
        self.stored = self.tabs[0].pair

    def run(self, *, until: datetime, reload_at: datetime) -> None:
        while (tab := min(self.tabs, key=lambda one: one.next_at)).next_at < until:
            now = tab.next_at
            if now >= reload_at:
                self.tabs[0].pair, reload_at = self.stored, until
            service = self.people.service
            self.stored = tab.look(service.refresh, now) or self.stored
            service.authenticate(tab.pair.access_token, now=now)  # each goes on with its own


def seconds(*numbers: float) -> list[timedelta]:
    return [timedelta(seconds=number) for number in numbers]


@pytest.mark.parametrize(
    ("ticks", "offsets"),
    [
        (seconds(45, 60), seconds(0, 0.4)),
        (seconds(45, 60), seconds(0, 44)),
        (seconds(45.0, 45.3), seconds(0, 0.1)),
        (seconds(45.0, 45.3), seconds(0, 22)),
        (seconds(45, 45, 60), seconds(0, 15, 30)),
    ],
)
def test_tabs_go_on_for_twelve_hours_each_with_its_own_pair(people: Cast, ticks, offsets):
    pair = people.service.start_session(people.owner, people.acme, now=NOW)
    tabs = [
        Tab(pair, every, NOW + every + offset) for every, offset in zip(ticks, offsets, strict=True)
    ]
    shell = Shell(people, tabs)
    shell.run(until=NOW + HALF_A_DAY, reload_at=NOW + HALF_A_DAY / 2)
    assert all(tab.refreshed > 100 for tab in tabs)


def test_a_tab_that_comes_almost_two_minutes_late_goes_on(people: Cast):
    """A hidden tab, once, 110 seconds behind; then both go on for twelve hours."""
    pair = people.service.start_session(people.owner, people.acme, now=NOW)
    first = pair.expires_at - REFRESH_BEFORE
    tabs = [
        Tab(pair, timedelta(seconds=45), first),
        Tab(pair, timedelta(seconds=60), first + timedelta(seconds=110)),
    ]
    Shell(people, tabs).run(until=NOW + HALF_A_DAY, reload_at=NOW + HALF_A_DAY / 2)
    assert all(tab.refreshed > 100 for tab in tabs)


def test_reacts_strict_mode_sends_the_same_token_twice_within_a_second(people: Cast):
    pair, now = people.service.start_session(people.owner, people.acme, now=NOW), NOW
    for _ in range(100):
        now += timedelta(minutes=4)
        first = people.service.refresh(pair.refresh_token, now=now)
        second = people.service.refresh(pair.refresh_token, now=now + timedelta(seconds=0.5))
        assert first.refresh_token == second.refresh_token
        pair = second


def test_a_thief_who_comes_after_three_minutes_ends_the_session(people: Cast):
    pair = people.service.start_session(people.owner, people.acme, now=NOW)
    spent_at = NOW + timedelta(minutes=4)
    going_on = people.service.refresh(pair.refresh_token, now=spent_at)
    with pytest.raises(TokenRejectedError) as caught:
        people.service.refresh(pair.refresh_token, now=spent_at + timedelta(minutes=3))
    assert caught.value.rejection is Rejection.REFRESH_REUSED
    with pytest.raises(TokenRejectedError) as caught:
        people.service.refresh(going_on.refresh_token, now=spent_at + timedelta(minutes=3))
    assert caught.value.rejection is Rejection.SESSION_REVOKED
