"""Changing a token's flags makes every string issued before useless, for good."""

from __future__ import annotations

from uuid import uuid4

import pytest

from domain.administrator import Administrator
from domain.events.event import Actor, Means, Origin
from domain.refusal import RefusalReason, RefusedError
from domain.tokens.changes import FlagsRequest, ReissueRequest
from tests.factories import StaffFactory
from tests.helpers.answers import assert_unauthenticated
from tests.life.api import (
    FLAGS_CHANGED,
    GOOD,
    PLATFORM,
    create,
    kinds,
    reissued,
    revoke,
    row_of,
    use,
    used,
)
from tests.service import NOON

BY = Administrator(Actor(7, "admin@acme.test", Origin(Means.ADMIN, "192.0.2.1")))
READ_ONLY, READ_WRITE = FlagsRequest(read_only=True), FlagsRequest(read_only=False)
FLAG, NO_FLAG = FlagsRequest(access_global_metrics=True), FlagsRequest(access_global_metrics=False)


@pytest.fixture
def pat(as_owner):
    return create(as_owner, name="prometheus")


@pytest.fixture
def change(administer, pat):
    def change(request, **options):
        return administer.change_flags(BY, row_of(pat).pk, request, now=NOON, **options)

    return change


def test_the_sentence_says_re_issue(pat, change):
    change(READ_ONLY)
    body = assert_unauthenticated(use(pat["access_token"]), "token_flags_changed")
    assert "Re-issue" in body["detail"]


def test_a_flag_changed_and_changed_back_brings_no_string_back(pat, change):
    change(READ_ONLY)
    change(READ_WRITE)
    assert used(pat["access_token"]) == FLAGS_CHANGED


def test_both_strings_of_an_overlap_stop(pat, change, as_owner):
    new = reissued(as_owner, pat["id"], overlap_seconds=60)
    change(READ_ONLY)
    change(READ_WRITE)
    assert used(pat["access_token"]) == used(new["access_token"]) == FLAGS_CHANGED


def test_a_re_issue_brings_the_present_flags_and_the_old_strings_stay_useless(
    pat, change, as_owner
):
    change(READ_ONLY)
    new = reissued(as_owner, pat["id"], overlap_seconds=60)
    assert new["read_only"] is True
    assert used(pat["access_token"]) == FLAGS_CHANGED
    assert used(new["access_token"]) == GOOD
    assert row_of(pat).flags_changed_at is None


def test_waiting_for_its_re_issue_a_row_has_no_old_string_to_keep(pat, change, as_owner):
    change(READ_ONLY)
    change(READ_WRITE)
    reissued(as_owner, pat["id"], overlap_seconds=60)
    assert row_of(pat).previous_jti is None
    assert used(pat["access_token"])[0] == 401


def test_flags_that_are_so_already_stop_nothing(pat, change):
    change(READ_WRITE)
    change(NO_FLAG)
    change(FlagsRequest())
    assert used(pat["access_token"]) == GOOD
    assert kinds(pat["id"]) == ["issued"]


def test_a_grant_keeps_who_and_when_and_taking_it_away_clears_both(pat, change, staff):
    change(FLAG, giver_id=staff.pk)
    assert (row_of(pat).granted_by, row_of(pat).granted_at) == (staff, NOON)
    change(NO_FLAG)
    row = row_of(pat)
    assert (row.access_global_metrics, row.granted_by, row.granted_at) == (False, None, None)
    assert kinds(pat["id"]) == ["issued", "flags_changed", "granted", "flags_changed"]


def test_a_flag_that_staff_set_works_after_the_re_issue(pat, change, staff, administer):
    """The seed's way: tick the box in the admin, then re-issue."""
    change(FLAG, giver_id=staff.pk)
    assert used(pat["access_token"], PLATFORM) == FLAGS_CHANGED
    new = administer.reissue(BY, row_of(pat).pk, ReissueRequest(), now=NOON)
    assert used(new.token, PLATFORM) == GOOD
    assert row_of(pat).granted_by == staff


def test_a_lapsed_grant_given_anew_needs_no_new_string(pat, change, staff, administer):
    change(FLAG, giver_id=staff.pk)
    token = administer.reissue(BY, row_of(pat).pk, ReissueRequest(), now=NOON).token
    staff.is_staff = False
    staff.save()
    assert used(token, PLATFORM) == (403, "global_grant_lapsed")
    other = StaffFactory()
    change(FLAG, giver_id=other.pk)
    assert used(token, PLATFORM) == GOOD
    assert row_of(pat).granted_by == other


def refusal(call, *args, **options):
    with pytest.raises(RefusedError) as caught:
        call(*args, **options)
    return caught.value.reason


def test_nobody_but_active_staff_answers_for_the_flag(pat, change, owner):
    gone = StaffFactory(is_active=False)
    for giver in (None, owner.pk, gone.pk, 10**9):
        reason = refusal(change, FLAG, giver_id=giver)
        assert reason is RefusalReason.GLOBAL_GRANT_NOT_ALLOWED
    assert used(pat["access_token"]) == GOOD


def test_asking_for_a_flag_whose_grant_has_lapsed_needs_somebody_too(pat, change, staff):
    change(FLAG, giver_id=staff.pk)
    staff.is_active = False
    staff.save()
    assert refusal(change, FLAG) is RefusalReason.GLOBAL_GRANT_LAPSED


def test_a_revoked_token_has_no_flags_to_change(pat, change, as_owner):
    revoke(as_owner, pat["id"])
    assert refusal(change, READ_ONLY) is RefusalReason.TOKEN_REVOKED


def test_a_token_that_is_not_there(db, administer):
    reason = refusal(administer.change_flags, BY, uuid4(), READ_ONLY, now=NOON)
    assert reason is RefusalReason.TOKEN_NOT_FOUND
