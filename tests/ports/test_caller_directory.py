"""``CallerDirectory``: all facts of one authentication."""

from __future__ import annotations

from uuid import uuid4

import pytest

from domain.callers.caller import Company, Membership
from domain.tokens.record import Overlap
from tests.service import NOON


@pytest.fixture(params=["pat", "session"])
def standing(request, side, cast):
    """A function that reads the standing behind a token of the kind."""

    def read(**columns):
        if request.param == "pat":
            record = side.world.add_pat(cast.pat(**columns))
            return lambda: side.directory.pat_facts(record.id).standing
        record = side.world.add_session(cast.session(**columns))
        return lambda: side.directory.session_facts(record.id).standing

    return read


def test_an_unknown_id_has_no_facts(side):
    assert side.directory.pat_facts(uuid4()) is None
    assert side.directory.session_facts(uuid4()) is None


def test_a_session_is_no_pat_nor_the_other_way_round(side, cast):
    pat = side.world.add_pat(cast.pat())
    session = side.world.add_session(cast.session())
    assert side.directory.pat_facts(session.id) is None
    assert side.directory.session_facts(pat.id) is None


def test_the_record_is_the_row(side, cast):
    pat = cast.pat(overlap=Overlap("old", NOON), last_used_at=NOON, revoked_at=NOON)
    session = cast.session(revoked_at=NOON)
    side.world.add_pat(pat)
    side.world.add_session(session)
    assert side.directory.pat_facts(pat.id).record == pat
    assert side.directory.session_facts(session.id).record == session


def test_the_standing_is_the_user_the_company_and_their_tie(cast, standing):
    read = standing()
    found = read()
    assert (found.user.id, found.user.name) == (cast.user, "Ada")
    assert found.company == Company(cast.company, "acme")
    assert found.membership == Membership(is_enabled=True, is_owner=False)


def test_the_facts_are_live(world, cast, standing):
    read = standing()
    world.set_active(cast.user, is_active=False)
    world.set_staff(cast.user, is_staff=True)
    world.remove_membership(cast.user, cast.company)
    found = read()
    assert (found.user.is_active, found.user.is_staff) == (False, True)
    assert found.membership is None
    assert found.company == Company(cast.company, "acme")


@pytest.mark.parametrize("is_owner", [True, False])
@pytest.mark.parametrize("is_enabled", [True, False])
def test_a_membership_as_it_is(world, cast, standing, is_owner, is_enabled):
    world.remove_membership(cast.user, cast.company)
    world.add_membership(cast.user, cast.company, is_owner=is_owner, is_enabled=is_enabled)
    assert standing()().membership == Membership(is_enabled=is_enabled, is_owner=is_owner)


def test_a_membership_of_another_company_is_none_here(world, cast, standing):
    other = world.add_company("other")
    world.add_membership(cast.user, other, is_owner=True)
    assert standing()().membership == Membership(is_enabled=True, is_owner=False)
    world.remove_membership(cast.user, cast.company)
    assert standing()().membership is None


def test_another_member_s_tie_is_not_theirs(world, cast, standing):
    world.remove_membership(cast.user, cast.company)
    world.add_membership(world.add_user(), cast.company, is_owner=True)
    assert standing()().membership is None


def test_the_row_outlives_its_company(world, cast, standing):
    read = standing()
    world.remove_company(cast.company)
    found = read()
    assert (found.company, found.membership) == (None, None)
    assert found.user.id == cast.user


def test_a_session_without_a_company(side, cast):
    session = side.world.add_session(cast.session(company_id=None))
    found = side.directory.session_facts(session.id)
    assert (found.record.company_id, found.standing.company) == (None, None)
    assert found.standing.membership is None


def test_the_rows_end_with_their_user(side, cast):
    pat = side.world.add_pat(cast.pat())
    session = side.world.add_session(cast.session())
    side.world.remove_user(cast.user)
    assert side.directory.pat_facts(pat.id) is None
    assert side.directory.session_facts(session.id) is None


@pytest.mark.parametrize(
    ("is_staff", "is_active", "is_live"),
    [(True, True, True), (False, True, False), (True, False, False), (False, False, False)],
)
def test_a_grant_lives_with_its_giver(side, cast, is_staff, is_active, is_live):
    giver = side.world.add_user(is_staff=is_staff, is_active=is_active)
    pat = side.world.add_pat(cast.pat(access_global_metrics=True), granted_by=giver)
    assert side.directory.pat_facts(pat.id).record.grant_is_live is is_live


def test_no_giver_no_grant(side, cast):
    pat = side.world.add_pat(cast.pat(access_global_metrics=True))
    assert side.directory.pat_facts(pat.id).record.grant_is_live is False
    giver = side.world.add_user(is_staff=True)
    granted = side.world.add_pat(cast.pat(access_global_metrics=True), granted_by=giver)
    side.world.remove_user(giver)
    assert side.directory.pat_facts(granted.id).record.grant_is_live is False
