"""``SessionRecords`` and ``Generations``: the rows of sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from domain.tokens.record import RefreshState, SpentToken
from tests.service import NOON

HOUR = timedelta(hours=1)


def test_what_is_added_is_there(side, cast):
    with_company, without = cast.session(), cast.session(company_id=None)
    older = cast.session(refresh=None)
    for record in (with_company, without, older):
        side.sessions.add(record)
    assert side.world.sessions == {row.id: row for row in (with_company, without, older)}


def test_a_session_is_found_by_the_family_of_its_refresh_tokens(side, cast):
    session, other = (side.world.add_session(cast.session()) for _ in range(2))
    assert side.sessions.lock_family(session.refresh.family) == session.id
    assert side.sessions.lock_family(other.refresh.family) == other.id
    assert side.sessions.lock_family("nobody's") is None


def test_sessions_are_found_by_their_ids_whoevers_they_are(side, cast, world):
    other = world.add_user()
    rows = [world.add_session(row) for row in (cast.session(), cast.session(user_id=other))]
    world.add_session(cast.session())
    found = side.sessions.find([*(row.id for row in rows), uuid4()])
    assert found == sorted(rows, key=lambda row: row.id)


def test_a_refresh_moves_the_chain_the_end_and_the_last_use_and_nothing_else(side, cast):
    session = side.world.add_session(cast.session(confirmed_at=NOON, revoked_at=None))
    state = RefreshState(session.refresh.family, "next", SpentToken("live", NOON, NOON + HOUR))
    renewed = replace(
        session,
        refresh=state,
        expires_at=NOON + HOUR,
        last_used_at=NOON + HOUR,
        network="192.0.2.0/24",
    )
    changed_beside = replace(renewed, revoked_at=NOON, generation=9, user_id=0, confirmed_at=None)
    side.sessions.renew(changed_beside)
    assert side.world.sessions == {session.id: renewed}


def test_a_password_given_again_is_remembered(side, cast):
    session, other = (side.world.add_session(cast.session()) for _ in range(2))
    side.sessions.confirm(session.id, now=NOON)
    assert side.world.sessions[session.id] == replace(session, confirmed_at=NOON)
    assert side.world.sessions[other.id] == other


def test_live_sessions_newest_first(side, cast):
    old = side.world.add_session(cast.session(created_at=NOON - HOUR))
    new = side.world.add_session(cast.session())
    for ended in ({"revoked_at": NOON}, {"expires_at": NOON}, {"generation": 1}):
        side.world.add_session(cast.session(**ended))
    side.world.add_session(cast.session(user_id=side.world.add_user()))
    assert side.sessions.live_of(cast.user, now=NOON) == [new, old]


def test_the_first_end_is_kept(side, cast):
    session, other = (side.world.add_session(cast.session()) for _ in range(2))
    assert side.sessions.revoke([session.id], now=NOON) == [session.id]
    assert side.sessions.revoke([session.id], now=NOON + HOUR) == []
    assert side.world.sessions[session.id] == replace(session, revoked_at=NOON)
    assert side.world.sessions[other.id] == other


def test_ending_what_is_not_there_is_no_matter(side):
    assert side.sessions.revoke([uuid4()], now=NOON) == []
    assert side.sessions.revoke([], now=NOON) == []
    assert side.world.sessions == {}


def test_a_raised_generation_ends_all_but_the_session_to_keep(side, cast):
    kept, ended = (side.world.add_session(cast.session()) for _ in range(2))
    side.generations.raise_for(cast.user, keep_session=kept.id)
    assert side.sessions.live_of(cast.user, now=NOON) == [replace(kept, generation=1)]
    assert side.world.sessions[ended.id] == ended
    side.generations.raise_for(cast.user)
    assert side.sessions.live_of(cast.user, now=NOON) == []


def test_nobody_elses_generation_is_raised(side, cast):
    other = side.world.add_user()
    theirs = side.world.add_session(cast.session(user_id=other))
    side.generations.raise_for(cast.user)
    assert side.sessions.live_of(other, now=NOON) == [theirs]
