"""Tokens are made no faster than people, and their scripts, need them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.manage_tokens import PatRequest, ReissueRequest
from domain.refusal import RefusalReason, RefusedError
from tests.domain.make import Cast
from tests.fakes.service import NOW

TOO_FAST = RefusalReason.RATE_LIMITED


def outcome(call) -> tuple[RefusalReason, int | None] | None:
    """None, or the reason with the seconds to wait."""
    try:
        call()
    except RefusedError as exc:
        return exc.reason, exc.retry_after
    return None


@pytest.fixture
def tokens(people: Cast, monkeypatch):
    monkeypatch.setattr("domain.limits._TOKENS_A_MINUTE", 2)
    return people.service.tokens


@pytest.fixture
def member(people: Cast):
    return people.caller(people.member, people.acme)


def create(tokens, caller, *, at=NOW):
    return lambda: tokens.create(caller, PatRequest(), now=at)


def test_creations_and_reissues_count_together(people: Cast, tokens, member):
    pat = tokens.create(member, PatRequest(), now=NOW).record
    assert outcome(lambda: tokens.reissue(member, pat.id, ReissueRequest(), now=NOW)) is None
    assert outcome(create(tokens, member)) == (TOO_FAST, 60)
    reissue = outcome(lambda: tokens.reissue(member, pat.id, ReissueRequest(), now=NOW))
    assert reissue == (TOO_FAST, 60)
    assert len(people.service.world.pats) == 1


def test_the_wait_is_over_when_it_was_said_to_be(tokens, member):
    tokens.create(member, PatRequest(), now=NOW)
    tokens.create(member, PatRequest(), now=NOW)
    later = NOW + timedelta(seconds=59)
    assert outcome(create(tokens, member, at=later)) == (TOO_FAST, 1)
    assert outcome(create(tokens, member, at=NOW + timedelta(minutes=1))) is None


def test_nobody_else_waits_and_revoking_never_does(people: Cast, tokens, member):
    pat = tokens.create(member, PatRequest(), now=NOW).record
    tokens.create(member, PatRequest(), now=NOW)
    owner = people.caller(people.owner, people.acme)
    assert outcome(create(tokens, owner)) is None
    assert tokens.revoke(member, pat.id, now=NOW).record.revoked_at == NOW


def test_who_may_not_make_any_is_not_counted(people: Cast, tokens, member):
    pat = tokens.create(member, PatRequest(read_only=True), now=NOW).record
    read_only = people.pat_caller(pat)
    refused = [outcome(create(tokens, read_only)) for _ in range(3)]
    assert refused == [(RefusalReason.READ_ONLY_TOKEN, None)] * 3
    assert outcome(create(tokens, member)) is None
