"""``LastUse``: where the last use of a token is noted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from tests.service import NOON


def test_a_use_is_noted_to_the_second_and_nothing_else_changes(side, cast):
    record = side.world.add_pat(cast.pat(revoked_at=NOON))
    side.last_use.note(record.id, at=NOON + timedelta(seconds=3, microseconds=999_999))
    expected = replace(record, last_used_at=NOON + timedelta(seconds=3))
    assert side.world.pats == {record.id: expected}


def test_it_only_moves_on(side, cast):
    record = side.world.add_pat(cast.pat())
    for seconds in (5, 3, 5, 4):
        side.last_use.note(record.id, at=NOON + timedelta(seconds=seconds))
    assert side.world.pats[record.id].last_used_at == NOON + timedelta(seconds=5)


def test_another_token_s_use_is_its_own(side, cast):
    record, other = side.world.add_pat(cast.pat()), side.world.add_pat(cast.pat())
    side.last_use.note(other.id, at=NOON)
    assert side.world.pats[record.id].last_used_at is None


def test_an_unknown_token_is_no_matter(side, cast):
    side.last_use.note(uuid4(), at=NOON)
    assert side.world.pats == {}


def test_a_sessions_use_is_noted_to_the_minute(side, cast):
    session = side.world.add_session(cast.session(revoked_at=NOON))
    side.last_use.note_session(session.id, at=NOON + timedelta(seconds=89))
    side.last_use.note_session(session.id, at=NOON)
    expected = replace(session, last_used_at=NOON + timedelta(seconds=60))
    assert side.world.sessions == {session.id: expected}
