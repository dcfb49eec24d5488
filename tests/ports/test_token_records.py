"""``TokenRecords``: the rows of personal access tokens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.policy.decision import Refused
from domain.refusal import RefusalReason
from domain.tokens.changes import PatChange
from domain.tokens.listing import Place
from domain.tokens.record import Grant as Given
from domain.tokens.record import Overlap
from tests.fakes.world import Grant
from tests.service import NOON


def add(side, record, *, live_limit=100, now=NOON) -> bool:
    return side.tokens.add(record, live_limit=live_limit, now=now)


def mine(cast) -> dict[str, int]:
    return {"user_id": cast.user, "company_id": cast.company}


def listed(side, cast, *, most=300, after=None):
    return side.tokens.list_for(**mine(cast), most=most, after=after)


def test_what_is_added_is_found_as_it_was(side, cast):
    record = cast.pat(name="é\U0001f600", overlap=Overlap("old", NOON), last_used_at=NOON)
    assert add(side, record) is True
    assert side.tokens.find(record.id, **mine(cast)) == record
    assert listed(side, cast) == [record]


def test_a_grant_is_kept_with_its_giver_and_time(side, cast):
    giver = side.world.add_user(is_staff=True)
    given, plain = Given(giver, NOON, is_live=True), cast.pat()
    granted = cast.pat(access_global_metrics=True, grant=given)
    add(side, granted)
    add(side, plain)
    assert side.world.grants == {granted.id: Grant(giver, NOON)}
    assert side.tokens.find(granted.id, **mine(cast)) == granted
    side.world.set_staff(giver, is_staff=False)
    lapsed = replace(granted, grant=replace(given, is_live=False))
    assert lapsed in listed(side, cast)


def test_newest_first_and_of_one_moment_by_id(side, cast):
    ids = sorted((uuid4() for _ in range(3)), key=lambda one: one.int)
    old = cast.pat(created_at=NOON - timedelta(days=1))
    twins = [cast.pat(pat_id) for pat_id in ids]
    for record in (twins[1], old, twins[2], twins[0]):
        add(side, record)
    assert listed(side, cast) == [*reversed(twins), old]


def test_nobody_else_s_and_none_of_another_company(side, cast):
    theirs = side.world.add_pat(cast.pat(user_id=side.world.add_user()))
    elsewhere = side.world.add_pat(cast.pat(company_id=side.world.add_company()))
    for record in (theirs, elsewhere):
        assert side.tokens.find(record.id, **mine(cast)) is None
    assert listed(side, cast) == []


def test_an_unknown_id(side, cast):
    assert side.tokens.find(UUID(int=1), **mine(cast)) is None
    assert side.tokens.revoke([UUID(int=1)], now=NOON) == []
    assert side.tokens.change(UUID(int=1), lambda stored: None, now=NOON) is None


def test_the_limit_counts_live_rows_of_the_user_in_the_company(side, cast):
    others = [
        cast.pat(revoked_at=NOON),
        cast.pat(expires_at=NOON),
        cast.pat(user_id=side.world.add_user()),
        cast.pat(company_id=side.world.add_company()),
    ]
    for record in others:
        side.world.add_pat(record)
    assert add(side, cast.pat(), live_limit=2)
    assert add(side, cast.pat(expires_at=NOON + timedelta(seconds=1)), live_limit=2)
    refused = cast.pat()
    assert add(side, refused, live_limit=2) is False
    assert refused.id not in side.world.pats


def test_ended_with_all_credentials_a_row_is_not_live(side, cast):
    side.world.add_pat(cast.pat())
    side.world.raise_generation(cast.user)
    assert add(side, cast.pat(generation=1), live_limit=1)
    assert add(side, cast.pat(generation=1), live_limit=1) is False


def test_revoking_keeps_the_first_time_and_changes_nothing_else(side, cast):
    record = side.world.add_pat(cast.pat(last_used_at=NOON, overlap=Overlap("old", NOON)))
    other = side.world.add_pat(cast.pat())
    assert side.tokens.revoke([record.id], now=NOON) == [record.id]
    assert side.tokens.revoke([record.id], now=NOON + timedelta(hours=1)) == []
    assert side.world.pats == {
        record.id: replace(record, revoked_at=NOON),
        other.id: other,
    }


def test_an_overlapping_string_that_a_revoked_token_made_stops(side, cast):
    root = side.world.add_pat(cast.pat())
    old = Overlap("old", NOON + timedelta(hours=1), root.id)
    made = side.world.add_pat(cast.pat(overlap=old))
    other = side.world.add_pat(cast.pat(overlap=replace(old, made_by_pat=uuid4())))
    side.tokens.revoke([root.id], now=NOON)
    assert side.world.pats[made.id] == replace(made, overlap=None)
    assert side.world.pats[other.id] == other


def test_what_was_made_with_a_token_revoked_or_not(side, cast):
    root, second = (side.world.add_pat(cast.pat()) for _ in range(2))
    heirs = [
        side.world.add_pat(cast.pat(made_by_pat=root.id)),
        side.world.add_pat(cast.pat(made_by_pat=root.id, revoked_at=NOON)),
        side.world.add_pat(cast.pat(made_by_pat=second.id)),
    ]
    side.world.add_pat(cast.pat(made_by_session=root.id, overlap=Overlap("old", NOON, root.id)))
    found = side.tokens.made_with([root.id, second.id])
    assert sorted(found, key=lambda row: row.id) == sorted(heirs, key=lambda row: row.id)
    assert side.tokens.made_with([uuid4()]) == []


def test_a_plan_sees_the_row_and_what_it_says_is_stored(side, cast):
    giver = side.world.add_user(is_staff=True)
    record = side.world.add_pat(cast.pat(access_global_metrics=True), granted_by=giver)
    side.world.add_pat(cast.pat())
    given = Given(giver, NOON, is_live=True)
    new = replace(record, grant=given, jti="new", overlap=Overlap(record.jti, NOON))
    seen = []

    def plan(stored):
        seen.append((stored.record, stored.others_live()))
        assert (stored.holder.id, stored.holder.name) == (cast.user, "Ada")
        return PatChange(new)

    assert side.tokens.change(record.id, plan, now=NOON) == PatChange(new)
    assert seen == [(replace(record, grant=given), 1)]
    assert side.world.pats[record.id] == replace(new, grant=None)
    assert side.world.grants == {record.id: Grant(giver, NOON)}


@pytest.mark.parametrize("flag", [True, False])
def test_a_plan_gives_the_grant_anew_or_takes_the_flag_and_it(side, cast, flag):
    old, new = (side.world.add_user(is_staff=True) for _ in range(2))
    record = side.world.add_pat(cast.pat(access_global_metrics=True), granted_by=old)
    later = NOON + timedelta(hours=1)
    given = Given(new, later, is_live=True) if flag else None
    changed = PatChange(replace(record, access_global_metrics=flag, grant=given))
    side.tokens.change(record.id, lambda stored: changed, now=later)
    assert side.world.grants == ({record.id: Grant(new, later)} if flag else {})


def test_a_plan_that_refuses_stores_nothing(side, cast):
    record = side.world.add_pat(cast.pat())
    refused = Refused(RefusalReason.TOKEN_REVOKED)
    assert side.tokens.change(record.id, lambda stored: refused, now=NOON) == refused
    assert side.world.pats == {record.id: record}


def test_a_page_begins_after_a_place_in_the_order(side, cast):
    """Rows of one moment are told apart by their ids."""
    ids = sorted((uuid4() for _ in range(5)), key=lambda one: one.int)
    for n, pat_id in enumerate(ids):
        side.world.add_pat(cast.pat(pat_id, created_at=NOON - timedelta(days=n // 3)))
    every = listed(side, cast)
    for most in (1, 2, 3):
        found, after = [], None
        while some := listed(side, cast, most=most, after=after):
            assert len(some) <= most
            found += some
            after = Place(some[-1].created_at, some[-1].id)
        assert found == every


def test_of_those_that_ended_the_last_are_kept(side, cast):
    live = cast.pat()
    ended = [
        *(cast.pat(revoked_at=NOON - timedelta(days=n)) for n in range(1, 4)),
        cast.pat(expires_at=NOON - timedelta(hours=36), revoked_at=NOON),
        cast.pat(expires_at=NOON - timedelta(hours=60)),
    ]
    elsewhere = cast.pat(company_id=side.world.add_company(), revoked_at=NOON - timedelta(days=9))
    for record in (live, *ended, elsewhere):
        side.world.add_pat(record)
    side.tokens.forget_ended(**mine(cast), kept=3, now=NOON)
    assert set(side.world.pats) == {live.id, ended[0].id, ended[3].id, ended[1].id, elsewhere.id}
    side.tokens.forget_ended(**mine(cast), kept=3, now=NOON)
    assert len(side.world.pats) == 5


def test_what_ended_with_all_credentials_counts_as_ended(side, cast):
    side.world.add_pat(cast.pat())
    side.world.raise_generation(cast.user)
    present = side.world.add_pat(cast.pat(generation=1))
    side.tokens.forget_ended(**mine(cast), kept=0, now=NOON)
    assert set(side.world.pats) == {present.id}
