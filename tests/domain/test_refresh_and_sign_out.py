"""One refresh token is live. Its parent is answered again for two minutes; no other is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from unittest.mock import Mock

import pytest

from domain.events.event import EventKind, Means, Origin
from domain.refusal import RefusalReason, RefusedError
from domain.sessions.refresh import GRACE
from domain.sessions.tokens import LAST_DAY
from domain.tokens.claims import parse_access_claims
from domain.tokens.rejection import Rejection, TokenRejectedError
from tests.domain.make import Cast, pat_record
from tests.fakes.service import ACCESS_LIFETIME, NOW, REFRESH_LIFETIME

LATER = NOW + timedelta(minutes=4)
SECOND = timedelta(seconds=1)


def start(people: Cast, user="owner", company="acme"):
    company_id = None if company is None else getattr(people, company)
    return people.service.start_session(getattr(people, user), company_id, now=NOW)


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
    assert after.refresh.live != before.refresh.live
    assert after.created_at == before.created_at
    assert after.expires_at == LATER.replace(microsecond=0) + REFRESH_LIFETIME
    assert people.service.authenticate(new.access_token, now=LATER).user.id == people.owner
    assert people.service.refresh(new.refresh_token, now=LATER).refresh_token != new.refresh_token


def test_it_shows_presence_and_is_no_sign_in(people: Cast):
    origin = Origin(Means.API, "192.0.2.77")
    people.service.refresh(start(people).refresh_token, now=LATER, origin=origin)
    assert people.service.world.last_seen == {people.owner: LATER}
    assert people.service.world.logins == {}
    assert (session(people).last_used_at, session(people).network) == (LATER, "192.0.2.0/24")


@pytest.mark.parametrize("after", [timedelta(0), SECOND, GRACE], ids=["0", "1s", "2min"])
def test_the_parent_of_the_live_token_is_answered_again(people: Cast, after):
    """Two tabs, or a lost answer: the same successor, and an access token of the same end."""
    old = start(people)
    first = people.service.refresh(old.refresh_token, now=LATER)
    state = session(people).refresh
    again = people.service.refresh(old.refresh_token, now=LATER + after)
    assert again.refresh_token == first.refresh_token
    assert again.expires_at == first.expires_at
    assert again.expires_in == first.expires_in - after.total_seconds()
    assert session(people).refresh == state
    who = people.service.authenticate(again.access_token, now=LATER + after)
    assert who.token_expires_at == first.expires_at


def test_after_the_grace_a_spent_token_ends_the_whole_session(people: Cast):
    old = start(people)
    new = people.service.refresh(old.refresh_token, now=LATER)
    late = LATER + GRACE + SECOND
    assert rejection(people.service.refresh, old.refresh_token, late) is Rejection.REFRESH_REUSED
    assert session(people).revoked_at == late
    assert [event.kind for event in people.service.world.events] == [EventKind.REFRESH_REUSED]
    assert rejection(people.service.refresh, new.refresh_token, late) is Rejection.SESSION_REVOKED
    assert rejection(people.service.authenticate, new.access_token) is Rejection.SESSION_REVOKED


def test_answering_again_does_not_prolong_the_grace(people: Cast):
    old = start(people).refresh_token
    people.service.refresh(old, now=LATER)
    people.service.refresh(old, now=LATER + GRACE)
    late = LATER + GRACE + SECOND
    assert rejection(people.service.refresh, old, late) is Rejection.REFRESH_REUSED


def test_a_grandparent_ends_the_session_at_once(people: Cast):
    """Its direct successor is not the live one, so nobody honest holds it."""
    old = start(people).refresh_token
    middle = people.service.refresh(old, now=LATER).refresh_token
    people.service.refresh(middle, now=LATER)
    assert rejection(people.service.refresh, old) is Rejection.REFRESH_REUSED
    assert session(people).revoked_at == LATER


def test_a_made_up_token_of_the_family_ends_the_session(people: Cast):
    """Only who holds one of the session's tokens knows the family."""
    token = start(people).refresh_token
    made_up = token[:-2] + ("AA" if token[-2:] != "AA" else "BA")
    assert rejection(people.service.refresh, made_up) is Rejection.REFRESH_REUSED
    assert session(people).revoked_at == LATER


@pytest.mark.parametrize("change", ["inactive", "ended", "disabled"])
def test_a_spent_token_ends_the_session_of_a_user_who_may_do_nothing(people: Cast, change):
    """The thief must find nothing when the user may act again."""
    old = start(people)
    middle = people.service.refresh(old.refresh_token, now=LATER)
    people.service.refresh(middle.refresh_token, now=LATER)
    if change == "inactive":
        people.service.world.set_active(people.owner, is_active=False)
    elif change == "ended":
        people.service.world.raise_generation(people.owner)
    else:
        people.service.world.set_membership(people.owner, people.acme, is_enabled=False)
    assert rejection(people.service.refresh, old.refresh_token) is Rejection.REFRESH_REUSED
    assert session(people).revoked_at == LATER


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("disabled", RefusalReason.MEMBERSHIP_DISABLED),
        ("removed", RefusalReason.MEMBERSHIP_REQUIRED),
        ("company gone", RefusalReason.MEMBERSHIP_REQUIRED),
    ],
)
@pytest.mark.parametrize("spent", [False, True], ids=["live", "spent"])
def test_a_user_who_may_do_nothing_gets_no_new_pair_and_spends_nothing(
    people: Cast, change, reason, spent
):
    token = start(people).refresh_token
    if spent:
        people.service.refresh(token, now=LATER)
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


@pytest.mark.parametrize(
    ("change", "expected"),
    [("stop", Rejection.USER_INACTIVE), ("end all", Rejection.CREDENTIALS_ENDED)],
)
def test_a_session_whose_user_was_stopped_or_ended_all_gets_no_new_pair(
    people: Cast, change, expected
):
    token = start(people).refresh_token
    before = session(people)
    if change == "stop":
        people.service.world.set_active(people.owner, is_active=False)
    else:
        people.service.world.raise_generation(people.owner)
    assert rejection(people.service.refresh, token) is expected
    assert session(people) == before


def test_what_is_no_good_refresh_token(people: Cast):
    pair = start(people)
    refresh = people.service.refresh
    for malformed in (pair.access_token, "garbage", "", pair.refresh_token + "A", "é" * 43):
        assert rejection(refresh, malformed) is Rejection.REFRESH_MALFORMED
    stranger = people.service.refresh_tokens.new()
    assert rejection(refresh, stranger) is Rejection.SESSION_UNKNOWN
    end = NOW.replace(microsecond=0) + REFRESH_LIFETIME
    assert rejection(refresh, pair.refresh_token, now=end) is Rejection.SESSION_EXPIRED
    people.service.world.change_session(session(people).id, refresh=None)
    assert rejection(refresh, pair.refresh_token) is Rejection.SESSION_UNKNOWN
    assert "SessionRecords.revoke" not in people.service.world.writes


def test_a_refresh_token_is_no_access_token(people: Cast):
    token = start(people).refresh_token
    assert rejection(people.service.authenticate, token) is Rejection.MALFORMED


def test_a_session_ends_thirty_days_after_its_sign_in_however_often_it_is_refreshed(people: Cast):
    token, now = start(people).refresh_token, NOW
    end = NOW.replace(microsecond=0) + LAST_DAY
    while now + REFRESH_LIFETIME < end + timedelta(days=6):
        now += REFRESH_LIFETIME - timedelta(hours=1)
        if now >= end:
            break
        pair = people.service.refresh(token, now=now)
        token = pair.refresh_token
        assert session(people).expires_at <= end
        assert pair.expires_at <= end
    assert session(people).expires_at == end
    almost = end - SECOND
    pair = people.service.refresh(token, now=almost)
    assert (pair.expires_at, pair.expires_in) == (end, 1)
    assert rejection(people.service.refresh, pair.refresh_token, end) is Rejection.SESSION_EXPIRED


def test_the_access_token_lives_as_configured_until_then(people: Cast):
    pair = people.service.refresh(start(people).refresh_token, now=LATER)
    assert pair.expires_at == LATER.replace(microsecond=0) + ACCESS_LIFETIME
    claims = parse_access_claims(people.service.codec.verify(pair.access_token), now=LATER)
    assert claims.expires_at == pair.expires_at


def test_signing_out_ends_the_session_at_once(people: Cast):
    pair = start(people)
    who = people.service.authenticate(pair.access_token, now=NOW)
    people.service.sign_out(who, now=LATER)
    assert session(people).revoked_at == LATER
    (ended,) = people.service.world.events
    assert (ended.kind, ended.session_id) == (EventKind.SESSION_ENDED, session(people).id)
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
