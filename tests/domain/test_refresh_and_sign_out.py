"""A refresh token is good once; a session ends when it is told to, or when one is used twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from unittest.mock import Mock

import pytest

from domain.refusal import RefusalReason, RefusedError
from domain.tokens.rejection import Rejection, TokenRejectedError
from tests.domain.make import Cast, pat_record
from tests.fakes.service import NOW, REFRESH_LIFETIME

LATER = NOW + timedelta(minutes=4)


def start(people: Cast, user="owner", company="acme"):
    company_id = None if company is None else getattr(people, company)
    return people.service.session_tokens().start(getattr(people, user), company_id, now=NOW)


def session(people: Cast):
    (record,) = people.service.world.sessions.values()
    return record


def rejection(call, token, now=LATER) -> Rejection:
    with pytest.raises(TokenRejectedError) as caught:
        call(token, now=now)
    return caught.value.rejection


def test_a_refresh_gives_a_new_pair_of_the_same_session(people: Cast):
    old = start(people)
    before = session(people)
    new = people.service.refresh(old.refresh_token, now=LATER)
    after = session(people)
    assert (after.id, after.user_id, after.company_id) == (
        before.id,
        before.user_id,
        before.company_id,
    )
    assert after.refresh_jti != before.refresh_jti
    assert after.created_at == before.created_at
    assert after.expires_at == LATER.replace(microsecond=0) + REFRESH_LIFETIME
    assert people.service.authenticate(new.access_token, now=LATER).user.id == people.owner
    assert people.service.refresh(new.refresh_token, now=LATER).refresh_token != new.refresh_token


def test_it_shows_presence_and_is_no_sign_in(people: Cast):
    people.service.refresh(start(people).refresh_token, now=LATER)
    assert people.service.world.last_seen == {people.owner: LATER}
    assert people.service.world.logins == {}


def test_a_spent_token_ends_the_whole_session(people: Cast):
    old = start(people)
    new = people.service.refresh(old.refresh_token, now=LATER)
    assert rejection(people.service.refresh, old.refresh_token) is Rejection.REFRESH_REUSED
    assert session(people).revoked_at == LATER
    assert rejection(people.service.refresh, new.refresh_token) is Rejection.SESSION_REVOKED
    for token in (old.access_token, new.access_token):
        assert rejection(people.service.authenticate, token) is Rejection.SESSION_REVOKED


@pytest.mark.parametrize("change", ["inactive", "disabled"])
def test_a_spent_token_ends_the_session_of_a_user_who_may_do_nothing(people: Cast, change):
    """401 comes before 403, and the thief must find nothing when the user may act again."""
    old = start(people)
    people.service.refresh(old.refresh_token, now=LATER)
    if change == "inactive":
        people.service.world.set_active(people.owner, is_active=False)
    else:
        people.service.world.set_membership(people.owner, people.acme, is_enabled=False)
    assert rejection(people.service.refresh, old.refresh_token) is Rejection.REFRESH_REUSED
    assert session(people).revoked_at == LATER


def test_of_two_at_once_the_slower_ends_the_session(people: Cast):
    """Both read the row before either has written it."""
    old = start(people)
    refresh = people.service.refresh
    facts = people.service.directory.session_facts(session(people).id)
    refresh(old.refresh_token, now=LATER)
    object.__setattr__(
        refresh, "directory", type("Stale", (), {"session_facts": lambda *_: facts})()
    )
    assert rejection(refresh, old.refresh_token) is Rejection.REFRESH_REUSED
    assert session(people).revoked_at == LATER


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("disabled", RefusalReason.MEMBERSHIP_DISABLED),
        ("removed", RefusalReason.MEMBERSHIP_REQUIRED),
        ("company gone", RefusalReason.MEMBERSHIP_REQUIRED),
    ],
)
def test_a_user_who_may_do_nothing_gets_no_new_pair_and_spends_nothing(
    people: Cast, change, reason
):
    token = start(people).refresh_token
    world = people.service.world
    before = session(people)
    if change == "disabled":
        world.set_membership(people.owner, people.acme, is_enabled=False)
    elif change == "removed":
        world.remove_membership(people.owner, people.acme)
    else:
        world.remove_company(people.acme)
    with pytest.raises(RefusedError) as caught:
        people.service.refresh(token, now=LATER)
    assert caught.value.reason is reason
    assert session(people) == before


def test_an_inactive_user_gets_no_new_pair_and_spends_nothing(people: Cast):
    token, before = start(people).refresh_token, session(people)
    people.service.world.set_active(people.owner, is_active=False)
    assert rejection(people.service.refresh, token) is Rejection.USER_INACTIVE
    assert session(people) == before


def test_what_is_no_good_refresh_token(people: Cast):
    pair = start(people)
    refresh = people.service.refresh
    assert rejection(refresh, pair.access_token) is Rejection.TYPE_MISMATCH
    assert rejection(refresh, "garbage") is Rejection.MALFORMED
    end = NOW.replace(microsecond=0) + REFRESH_LIFETIME
    assert rejection(refresh, pair.refresh_token, now=end) is Rejection.EXPIRED
    people.service.world.change_session(session(people).id, expires_at=LATER)
    assert rejection(refresh, pair.refresh_token) is Rejection.SESSION_EXPIRED
    people.service.world.sessions.clear()
    assert rejection(refresh, pair.refresh_token) is Rejection.SESSION_UNKNOWN
    assert "SessionRecords.revoke" not in people.service.world.writes


def test_a_refresh_token_is_no_access_token(people: Cast):
    token = start(people).refresh_token
    assert rejection(people.service.authenticate, token) is Rejection.TYPE_MISMATCH


def test_signing_out_ends_the_session_at_once(people: Cast):
    pair = start(people)
    who = people.service.authenticate(pair.access_token, now=NOW)
    people.service.sign_out(who, now=LATER)
    assert session(people).revoked_at == LATER
    reason = Rejection.SESSION_REVOKED
    assert rejection(people.service.authenticate, pair.access_token) is reason
    assert rejection(people.service.refresh, pair.refresh_token) is reason


def test_signing_out_ends_no_other_session(people: Cast):
    who = people.service.authenticate(start(people).access_token, now=NOW)
    other = start(people).access_token
    people.service.sign_out(who, now=NOW)
    assert people.service.authenticate(other, now=NOW).user.id == people.owner


@pytest.mark.parametrize(
    ("read_only", "reason"),
    [(False, RefusalReason.SESSION_REQUIRED), (True, RefusalReason.READ_ONLY_TOKEN)],
)
def test_a_pat_cannot_sign_out(people: Cast, read_only, reason):
    start(people)
    row = pat_record(user_id=people.owner, company_id=people.acme, read_only=read_only)
    with pytest.raises(RefusedError) as caught:
        people.service.sign_out(people.pat_caller(row), now=NOW)
    assert caught.value.reason is reason
    assert session(people).revoked_at is None


def test_a_pat_that_was_let_through_would_end_no_session(people: Cast):
    """Whatever a policy of another day may say."""
    start(people)
    row = pat_record(user_id=people.owner, company_id=people.acme)
    sign_out = replace(people.service.sign_out, gate=Mock())
    sign_out(people.pat_caller(row), now=NOW)
    assert session(people).revoked_at is None
