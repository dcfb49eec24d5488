"""No token makes a stronger one, nor a longer one; what it makes ends with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events.event import EventKind
from domain.tokens.changes import ReissueRequest
from domain.tokens.mint import PatRequest
from domain.tokens.record import PatRecord
from domain.tokens.rejection import Rejection, TokenRejectedError
from domain.tokens.revoking import line_of
from tests.domain.make import Cast, cast, pat_record
from tests.fakes.service import NOW, PAT_LIFETIME

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WHOLE = NOW.replace(microsecond=0)


def maker(people: Cast, **columns):
    """A PAT of the member's that may write, and its bearer."""
    good = {"user_id": people.member, "company_id": people.acme, "read_only": False}
    row = pat_record(**good | {"expires_at": WHOLE + HOUR} | columns)
    return people.pat_caller(row)


def rejection(call) -> Rejection:
    with pytest.raises(TokenRejectedError) as caught:
        call()
    return caught.value.rejection


@pytest.mark.parametrize("asked", [None, PAT_LIFETIME, 2 * HOUR])
def test_what_a_token_makes_ends_with_it_however_long_it_asks_for(people: Cast, asked):
    who = maker(people)
    made = people.service.tokens.create(who, PatRequest(expires_in=asked), now=NOW).record
    assert made.expires_at == WHOLE + HOUR
    assert (made.made_by_pat, made.made_by_session) == (who.credential.pat_id, None)


def test_a_shorter_life_is_given_as_asked_for(people: Cast):
    made = people.service.tokens.create(maker(people), PatRequest(expires_in=MINUTE), now=NOW)
    assert made.record.expires_at == WHOLE + MINUTE


def test_a_token_does_not_prolong_itself(people: Cast):
    who = maker(people)
    again = people.service.tokens.reissue(
        who, who.credential.pat_id, ReissueRequest(expires_in=PAT_LIFETIME), now=NOW
    )
    assert again.record.expires_at == WHOLE + HOUR


def test_a_lost_answer_does_not_shorten_it(people: Cast):
    """The old string of an overlap re-issues its row for as long as the row had."""
    who = maker(people)
    overlap = ReissueRequest(overlap=5 * MINUTE)
    people.service.tokens.reissue(who, who.credential.pat_id, overlap, now=NOW)
    again = people.service.tokens.reissue(who, who.credential.pat_id, overlap, now=NOW)
    assert again.record.expires_at == WHOLE + HOUR


def test_a_token_shortens_another_that_it_reissues(people: Cast):
    who = maker(people)
    other = pat_record(
        id=uuid4(), user_id=people.member, company_id=people.acme, expires_at=WHOLE + 9 * HOUR
    )
    people.service.world.add_pat(other)
    again = people.service.tokens.reissue(who, other.id, ReissueRequest(), now=NOW).record
    assert again.expires_at == WHOLE + HOUR
    assert again.made_by_pat == who.credential.pat_id


def test_a_session_makes_the_longest_and_takes_a_row_out_of_its_line(people: Cast):
    who = maker(people)
    made = people.service.tokens.create(who, PatRequest(), now=NOW).record
    session = people.caller(people.member, people.acme)
    again = people.service.tokens.reissue(session, made.id, ReissueRequest(), now=NOW).record
    assert again.expires_at == WHOLE + PAT_LIFETIME
    assert (again.made_by_pat, again.made_by_session) == (None, session.credential.session_id)
    people.service.tokens.revoke(session, who.credential.pat_id, now=NOW)
    assert people.service.world.pats[made.id].revoked_at is None


def test_revoking_a_token_revokes_its_whole_line_and_says_how_many(people: Cast):
    who = maker(people)
    tokens, world = people.service.tokens, people.service.world
    child = tokens.create(who, PatRequest(), now=NOW)
    grandchild = tokens.create(
        people.service.authenticate(child.token, now=NOW), PatRequest(), now=NOW
    )
    stranger = tokens.create(people.caller(people.member, people.acme), PatRequest(), now=NOW)
    session = people.caller(people.member, people.acme)
    assert tokens.count_heirs(session, who.credential.pat_id, now=NOW) == 2
    world.events.clear()
    revocation = tokens.revoke(session, who.credential.pat_id, now=NOW)
    assert (revocation.record.revoked_at, revocation.heirs) == (NOW, 2)
    line = {who.credential.pat_id, child.record.id, grandchild.record.id}
    assert {key for key, row in world.pats.items() if row.revoked_at == NOW} == line
    assert world.pats[stranger.record.id].revoked_at is None
    assert {event.pat_id for event in world.events} == line
    told = {event.pat_id: event.detail.get("revoked_with") for event in world.events}
    root = str(who.credential.pat_id)
    assert told == {key: None if str(key) == root else root for key in line}


def test_revoked_again_it_says_the_same_and_writes_nothing(people: Cast):
    who = maker(people)
    tokens = people.service.tokens
    tokens.create(who, PatRequest(), now=NOW)
    session = people.caller(people.member, people.acme)
    first = tokens.revoke(session, who.credential.pat_id, now=NOW)
    events = len(people.service.world.events)
    assert tokens.revoke(session, who.credential.pat_id, now=NOW + HOUR) == first
    assert len(people.service.world.events) == events


def test_a_revoked_heir_keeps_its_time_and_its_own_heirs_go_too(people: Cast):
    who = maker(people)
    world, tokens = people.service.world, people.service.tokens
    dead = pat_record(id=uuid4(), user_id=people.member, company_id=people.acme)
    dead = replace(dead, revoked_at=NOW - HOUR, made_by_pat=who.credential.pat_id)
    alive = [replace(dead, id=uuid4(), revoked_at=None, made_by_pat=dead.id) for _ in range(2)]
    for row in (dead, *alive):
        world.add_pat(row)
    session = people.caller(people.member, people.acme)
    ended = tokens.revoke(session, who.credential.pat_id, now=NOW)
    assert ended.line == {row.id for row in alive}
    assert world.pats[dead.id].revoked_at == NOW - HOUR
    assert {world.pats[row.id].revoked_at for row in alive} == {NOW}


def test_an_old_string_that_a_revoked_token_made_stops_in_its_overlap(people: Cast):
    """The row was re-issued by a session since; the string in the overlap is still the token's."""
    who = maker(people)
    tokens = people.service.tokens
    made = tokens.create(who, PatRequest(), now=NOW)
    session = people.caller(people.member, people.acme)
    overlap = ReissueRequest(overlap=HOUR)
    new = tokens.reissue(session, made.record.id, overlap, now=NOW)
    people.service.authenticate(made.token, now=NOW)
    tokens.revoke(session, who.credential.pat_id, now=NOW)
    assert rejection(lambda: people.service.authenticate(made.token, now=NOW)) is (
        Rejection.SUPERSEDED
    )
    assert people.service.authenticate(new.token, now=NOW).user.id == people.member


def test_a_caller_who_was_revoked_since_makes_nothing(people: Cast):
    who = maker(people)
    people.service.world.change_pat(who.credential.pat_id, revoked_at=NOW)
    tokens, before = people.service.tokens, dict(people.service.world.pats)
    for call in (
        lambda: tokens.create(who, PatRequest(), now=NOW),
        lambda: tokens.reissue(who, who.credential.pat_id, ReissueRequest(), now=NOW),
        lambda: tokens.revoke(who, who.credential.pat_id, now=NOW),
    ):
        assert rejection(call) is Rejection.REVOKED
    assert people.service.world.pats == before


def test_a_caller_whose_string_was_replaced_since_makes_nothing(people: Cast):
    who = maker(people)
    session = people.caller(people.member, people.acme)
    people.service.tokens.reissue(session, who.credential.pat_id, ReissueRequest(), now=NOW)
    create = lambda: people.service.tokens.create(who, PatRequest(), now=NOW)  # noqa: E731
    assert rejection(create) is Rejection.SUPERSEDED


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda world, user: world.set_active(user, is_active=False), Rejection.USER_INACTIVE),
        (lambda world, user: world.raise_generation(user), Rejection.CREDENTIALS_ENDED),
    ],
)
def test_a_caller_whose_user_was_stopped_since_makes_nothing(people: Cast, change, expected):
    callers = [maker(people), people.caller(people.member, people.acme)]
    change(people.service.world, people.member)
    for who in callers:
        with pytest.raises(TokenRejectedError) as caught:
            people.service.tokens.create(who, PatRequest(), now=NOW)
        assert caught.value.rejection is expected


def test_a_session_that_was_signed_out_since_makes_nothing(people: Cast):
    who = people.caller(people.member, people.acme)
    people.service.sign_out(who, now=NOW)
    create = lambda: people.service.tokens.create(who, PatRequest(), now=NOW)  # noqa: E731
    assert rejection(create) is Rejection.SESSION_REVOKED


def test_each_event_names_the_credential_that_acted(people: Cast):
    who = maker(people)
    people.service.tokens.create(who, PatRequest(), now=NOW)
    (issued,) = people.service.world.events
    assert (issued.kind, issued.by.pat_id) == (EventKind.ISSUED, who.credential.pat_id)
    session = people.caller(people.member, people.acme)
    people.service.tokens.create(session, PatRequest(), now=NOW)
    by = people.service.world.events[-1].by
    assert (by.pat_id, by.session_id) == (None, session.credential.session_id)


IDS = [UUID(int=n) for n in range(1, 9)]


@given(st.lists(st.tuples(st.sampled_from(IDS), st.none() | st.sampled_from(IDS)), max_size=20))
def test_a_walk_down_any_line_ends_and_meets_each_row_once(edges):
    """Whatever was re-issued by whatever, rings included."""
    makers = dict(edges)
    rows = {
        key: replace(pat_record(), id=key, jti=str(key), made_by_pat=made_by)
        for key, made_by in makers.items()
    }

    def made_with(pat_ids) -> list[PatRecord]:
        return [row for row in rows.values() if row.made_by_pat in pat_ids]

    line = [row.id for row in line_of([IDS[0]], made_with)]
    assert len(set(line)) == len(line)
    reached, grew = {IDS[0]}, True
    while grew:
        more = {key for key, made_by in makers.items() if made_by in reached} - reached
        reached, grew = reached | more, bool(more)
    assert set(line) == reached - {IDS[0]}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "reissue self", "reissue other"]),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(1, 7200),
    ),
    max_size=12,
)


@given(STEPS)
def test_no_chain_of_makers_outlives_the_first(steps):
    """Whatever tokens make of each other, none ends later than the one that all came from."""
    people = cast()
    who = maker(people)
    tokens, end = people.service.tokens, WHOLE + HOUR
    strings = [people.pat_token(people.service.world.pats[who.credential.pat_id])]
    for action, by, other, seconds in steps:
        caller = people.service.authenticate(strings[by % len(strings)], now=NOW)
        life = timedelta(seconds=seconds)
        if action == "create":
            made = tokens.create(caller, PatRequest(expires_in=life), now=NOW)
            strings.append(made.token)
        else:
            place = (by if action == "reissue self" else other) % len(strings)
            target = people.service.authenticate(strings[place], now=NOW).credential.pat_id
            made = tokens.reissue(caller, target, ReissueRequest(expires_in=life), now=NOW)
            strings[place] = made.token
        assert made.record.expires_at <= end
    root = who.credential.pat_id
    session = people.caller(people.member, people.acme)
    tokens.revoke(session, root, now=NOW)
    by_pats = [row for row in people.service.world.pats.values() if row.made_by_pat]
    line = {root, *(row.id for row in line_of([root], tokens.records.made_with))}
    assert all(row.revoked_at for row in by_pats if row.id in line)
