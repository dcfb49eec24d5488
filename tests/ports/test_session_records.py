"""``SessionRecords``: the rows of sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from tests.service import NOON

NEW = {"new_jti": "second", "expires_at": NOON + timedelta(days=400)}


def test_what_is_added_is_there(side, cast):
    with_company, without = cast.session(), cast.session(company_id=None)
    side.sessions.add(with_company)
    side.sessions.add(without)
    assert side.world.sessions == {with_company.id: with_company, without.id: without}


def test_a_refresh_token_is_spent_once(side, cast):
    session = side.world.add_session(cast.session())
    assert side.sessions.rotate(session.id, spent_jti="first", **NEW) is True
    assert side.world.sessions[session.id] == replace(
        session, refresh_jti="second", expires_at=NEW["expires_at"]
    )
    assert side.sessions.rotate(session.id, spent_jti="first", **NEW) is False
    assert side.sessions.rotate(session.id, spent_jti="second", **NEW | {"new_jti": "3"}) is True


def test_one_that_was_never_issued_spends_nothing(side, cast):
    session = side.world.add_session(cast.session())
    assert side.sessions.rotate(session.id, spent_jti="other", **NEW) is False
    assert side.sessions.rotate(uuid4(), spent_jti="first", **NEW) is False
    assert side.world.sessions == {session.id: session}


def test_a_session_that_has_ended_is_not_turned_over(side, cast):
    session = side.world.add_session(cast.session(revoked_at=NOON))
    assert side.sessions.rotate(session.id, spent_jti="first", **NEW) is False
    assert side.world.sessions[session.id] == session


def test_the_first_end_is_kept(side, cast):
    session, other = (side.world.add_session(cast.session()) for _ in range(2))
    side.sessions.revoke(session.id, now=NOON)
    side.sessions.revoke(session.id, now=NOON + timedelta(hours=1))
    assert side.world.sessions[session.id] == replace(session, revoked_at=NOON)
    assert side.world.sessions[other.id] == other


def test_ending_what_is_not_there_is_no_matter(side):
    side.sessions.revoke(uuid4(), now=NOON)
    assert side.world.sessions == {}
