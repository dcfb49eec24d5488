"""Lists have an end: so many tokens a day for one user, and so many ended ones are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.events.event import Means, Origin
from domain.manage_tokens import PatRequest, ReissueRequest
from domain.refusal import RefusalReason, RefusedError
from domain.tokens import adding
from domain.tokens.changes import LIVE_TOKEN_LIMIT
from domain.tokens.listing import MOST_LISTED
from tests.domain.make import Cast
from tests.fakes.service import NOW
from tests.fakes.sign_in import FakeAttempts

DAY = timedelta(hours=24)
REAL = adding.CREATIONS_A_DAY, adding.ENDED_TOKENS_KEPT
CREATIONS_A_DAY, ENDED_TOKENS_KEPT = 4, 5


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    """The rules hold for any number, and few are quick."""
    monkeypatch.setattr(adding, "CREATIONS_A_DAY", CREATIONS_A_DAY)
    monkeypatch.setattr(adding, "ENDED_TOKENS_KEPT", ENDED_TOKENS_KEPT)


def test_the_numbers():
    assert REAL == (200, 200)
    assert LIVE_TOKEN_LIMIT + REAL[1] == MOST_LISTED


@pytest.fixture
def tokens(people: Cast):
    return replace(people.service.tokens, attempts=FakeAttempts(forgiving=True))


@pytest.fixture
def member(people: Cast):
    return people.caller(people.member, people.acme)


def make(tokens, caller, count: int, *, at=NOW, every=timedelta(0)):
    """Make tokens and revoke each, so that none is live."""
    for n in range(count):
        moment = at + n * every
        pat = tokens.create(caller, PatRequest(), now=moment).record
        tokens.revoke(caller, pat.id, now=moment)


def wait(tokens, caller, *, at) -> int | None:
    with pytest.raises(RefusedError) as refused:
        tokens.create(caller, PatRequest(), now=at)
    assert refused.value.reason is RefusalReason.RATE_LIMITED
    return refused.value.retry_after


def test_so_many_in_any_24_hours(people: Cast, tokens, member):
    make(tokens, member, CREATIONS_A_DAY, every=timedelta(minutes=1))
    last = NOW + (CREATIONS_A_DAY - 1) * timedelta(minutes=1)
    assert wait(tokens, member, at=last) == (NOW + DAY - last).total_seconds()
    assert wait(tokens, member, at=NOW + DAY - timedelta(seconds=1)) == 1
    tokens.create(member, PatRequest(), now=NOW + DAY)
    assert wait(tokens, member, at=NOW + DAY) == 60
    assert len(people.service.security.notices) == 3


def test_they_count_over_all_companies_of_a_user_and_nobody_else_s(people: Cast, tokens, member):
    make(tokens, member, CREATIONS_A_DAY)
    people.service.world.add_membership(people.member, people.rival)
    assert wait(tokens, people.caller(people.member, people.rival), at=NOW)
    tokens.create(people.caller(people.owner, people.acme), PatRequest(), now=NOW)


def test_the_shell_is_not_counted_and_not_stopped(people: Cast, tokens, member):
    in_shell = replace(member, origin=Origin(Means.SHELL))
    make(tokens, in_shell, CREATIONS_A_DAY)
    make(tokens, member, CREATIONS_A_DAY)
    tokens.create(in_shell, PatRequest(), now=NOW)
    assert wait(tokens, member, at=NOW)


def test_reissuing_is_not_counted(people: Cast, tokens, member):
    pat = tokens.create(member, PatRequest(), now=NOW).record
    for _ in range(CREATIONS_A_DAY + 1):
        tokens.reissue(member, pat.id, ReissueRequest(), now=NOW)
    make(tokens, member, CREATIONS_A_DAY - 1)
    tokens.reissue(member, pat.id, ReissueRequest(), now=NOW)


def test_of_what_ended_the_last_are_kept_and_its_events_stay(people: Cast, tokens, member):
    live = tokens.create(member, PatRequest(), now=NOW).record
    for day in range(3):
        make(tokens, member, 3, at=NOW + day * DAY, every=timedelta(seconds=1))
    tokens.create(member, PatRequest(), now=NOW + 4 * DAY)
    kept = people.service.world.pats
    assert live.id in kept
    assert len(kept) == ENDED_TOKENS_KEPT + 2
    revoked = sorted(row.revoked_at for row in kept.values() if row.revoked_at)
    assert revoked[0] == NOW + DAY + timedelta(seconds=1)
    issued = [event for event in people.service.world.events if event.kind.value == "issued"]
    assert len(issued) == 3 * 3 + 2
