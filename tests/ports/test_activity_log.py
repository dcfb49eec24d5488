"""``ActivityLog``: presence that only moves on, sign-ins that only grow."""

from __future__ import annotations

from datetime import timedelta

from tests.service import NOON

EARLIER, LATER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)


def test_presence_is_the_user_s_and_the_membership_s(side, cast):
    side.activity.seen(user_id=cast.user, company_id=cast.company, at=NOON)
    assert side.world.last_seen == {cast.user: NOON}
    assert side.world.member_last_seen == {(cast.user, cast.company): NOON}


def test_presence_only_moves_on(side, cast):
    for at in (NOON, EARLIER, LATER, NOON):
        side.activity.seen(user_id=cast.user, company_id=cast.company, at=at)
    assert side.world.last_seen == {cast.user: LATER}
    assert side.world.member_last_seen == {(cast.user, cast.company): LATER}


def test_presence_without_a_company_is_in_none(side, cast):
    side.activity.seen(user_id=cast.user, company_id=None, at=NOON)
    assert side.world.last_seen == {cast.user: NOON}
    assert side.world.member_last_seen == {}


def test_staff_may_be_seen_where_they_are_no_members(side, cast):
    staff = side.world.add_user(is_staff=True)
    side.activity.seen(user_id=staff, company_id=cast.company, at=NOON)
    assert side.world.last_seen == {staff: NOON}
    assert side.world.member_last_seen == {}


def test_a_sign_in_is_counted_and_shows_presence(side, cast):
    other = side.world.add_company()
    for at in (NOON, LATER, EARLIER):
        side.activity.signed_in(user_id=cast.user, company_id=cast.company, at=at)
    side.activity.signed_in(user_id=cast.user, company_id=other, at=NOON)
    assert side.world.logins == {cast.company: 3, other: 1}
    assert side.world.last_seen == {cast.user: LATER}


def test_a_sign_in_without_a_company_is_no_company_s(side, cast):
    side.activity.signed_in(user_id=cast.user, company_id=None, at=NOON)
    assert side.world.logins == {}
    assert side.world.last_seen == {cast.user: NOON}


def test_presence_is_no_sign_in(side, cast):
    side.activity.seen(user_id=cast.user, company_id=cast.company, at=NOON)
    assert side.world.logins == {}
