"""Sessions of browsers, as Django uses them, with and without waiting."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from django.contrib.sessions.models import Session

from adapters.orm.browser_sessions import SessionStore, digest

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept():
    session = SessionStore()
    session["who"] = "ada"
    session.save()
    return session


def test_what_is_kept_is_found_by_its_key_alone(kept):
    (row,) = Session.objects.all()
    assert row.session_key == digest(kept.session_key) != kept.session_key
    assert SessionStore(kept.session_key)["who"] == "ada"
    assert "who" not in SessionStore(row.session_key)


def test_a_key_that_is_not_ours_is_never_taken_up(kept):
    stranger = SessionStore("0" * 32)
    assert stranger.get("who") is None
    assert stranger.session_key is None


def test_it_is_saved_again_under_another_key_and_deleted(kept):
    before = kept.session_key
    kept["who"] = "grace"
    kept.save()
    kept.cycle_key()
    assert kept.session_key != before
    assert not kept.exists(before)
    assert kept.exists(kept.session_key)
    assert SessionStore(kept.session_key)["who"] == "grace"
    kept.flush()
    SessionStore().delete()
    assert not Session.objects.exists()


def test_the_same_without_waiting():
    @async_to_sync
    async def live() -> None:
        session = SessionStore()
        await session.aset("who", "ada")
        await session.asave()
        key = session.session_key
        assert await SessionStore(key).aget("who") == "ada"
        assert await SessionStore("0" * 32).aget("who") is None
        await session.acycle_key()
        assert not await session.aexists(key)
        assert await session.aexists(session.session_key)
        await session.aflush()
        await SessionStore().adelete()
        assert not await Session.objects.aexists()

    live()
