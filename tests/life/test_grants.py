"""The global flag is a grant by staff: nothing but a grant makes, keeps or renews one."""

from __future__ import annotations

import pytest

from tests.factories import MembershipFactory, PersonalAccessTokenFactory, StaffFactory
from tests.helpers.answers import SCOPE, assert_error
from tests.life.api import (
    GOOD,
    PLATFORM,
    create,
    kinds,
    reissue,
    reissued,
    row_of,
    used,
)
from tests.service import NOON
from tests.tokens import bearer, pat_token

LAPSED = (403, "global_grant_lapsed")


@pytest.fixture
def account(owner, company, staff):
    """The token of somebody who is not staff, granted by staff: a service account's."""
    return PersonalAccessTokenFactory(
        user=owner,
        company=company,
        access_global_metrics=True,
        granted_by=staff,
        granted_at=NOON,
    )


def test_a_staff_re_issue_with_the_flag_is_a_grant_by_that_staff_user(as_staff, staff, clock):
    pat = create(as_staff, access_global_metrics=True)
    clock.advance(minutes=1)
    new = reissued(as_staff, pat["id"])
    row = row_of(pat)
    assert (row.granted_by, row.granted_at) == (staff, clock())
    assert used(new["access_token"], PLATFORM) == GOOD
    assert kinds(pat["id"]) == ["issued", "granted", "reissued", "granted"]


def test_who_is_not_staff_does_not_keep_the_flag_by_a_re_issue(account, as_owner, staff):
    """Safe reading of "re-issue a PAT with global metrics: no": staff rotates such a token."""
    before = pat_token(account)
    for body in ({}, {"access_global_metrics": True}, {"overlap_seconds": 60}):
        response = reissue(as_owner, str(account.pk), **body)
        assert_error(response, 403, "global_grant_not_allowed")
    assert used(before, PLATFORM) == GOOD


def test_who_is_not_staff_may_drop_the_flag(account, as_owner):
    new = reissued(as_owner, str(account.pk), access_global_metrics=False)
    row = row_of(new)
    assert (row.access_global_metrics, row.granted_by, row.granted_at) == (False, None, None)
    assert used(new["access_token"], PLATFORM) == (403, "global_flag_required")


def test_a_flagged_token_of_somebody_who_is_not_staff_does_not_renew_itself(account):
    response = reissue(bearer(pat_token(account)), str(account.pk))
    assert_error(response, 403, "global_grant_not_allowed")


def test_the_grant_lapses_with_the_staff_status_of_who_gave_it(account, staff):
    token = pat_token(account)
    assert used(token, PLATFORM) == GOOD
    staff.is_staff = False
    staff.save()
    assert used(token, PLATFORM) == LAPSED
    assert used(token) == GOOD


@pytest.mark.parametrize("column", ["is_staff", "is_active"])
def test_a_lapsed_grant_is_not_renewed_by_the_way(company, staff, as_staff, column):
    giver = StaffFactory()
    row = PersonalAccessTokenFactory(
        user=staff, company=company, access_global_metrics=True, granted_by=giver, granted_at=NOON
    )
    setattr(giver, column, False)
    giver.save()
    body = assert_error(reissue(as_staff, str(row.pk)), 403, "global_grant_lapsed", challenge=SCOPE)
    assert "grant it again" in body["detail"]
    new = reissued(as_staff, str(row.pk), access_global_metrics=True)  # asked for, it is
    assert used(new["access_token"], PLATFORM) == GOOD
    assert row_of(new).granted_by == staff


def test_a_grant_by_somebody_who_is_gone_has_lapsed(account, staff):
    token = pat_token(account)
    staff.delete()
    assert used(token, PLATFORM) == LAPSED


def test_staff_who_are_none_any_more_do_not_re_issue_the_flag(as_staff, staff, company):
    pat = create(as_staff, access_global_metrics=True)
    MembershipFactory(user=staff, company=company)
    staff.is_staff = False
    staff.save()
    assert_error(reissue(as_staff, pat["id"]), 403, "global_grant_not_allowed")


@pytest.mark.parametrize("body", [{}, {"access_global_metrics": True}])
def test_no_token_makes_a_stronger_token(as_staff, body):
    weak = bearer(create(as_staff)["access_token"])
    strong = create(as_staff, access_global_metrics=True)
    response = reissue(weak, strong["id"], **body)
    assert_error(response, 403, "token_too_weak", challenge=SCOPE)


def test_a_weak_token_does_not_strengthen_itself(as_staff):
    weak = create(as_staff)
    response = reissue(bearer(weak["access_token"]), weak["id"], access_global_metrics=True)
    assert_error(response, 403, "token_too_weak", challenge=SCOPE)


def test_a_strong_token_of_staff_renews_itself(as_staff):
    pat = create(as_staff, access_global_metrics=True)
    new = reissued(bearer(pat["access_token"]), pat["id"])
    assert used(new["access_token"], PLATFORM) == GOOD


def test_a_token_with_a_lapsed_grant_makes_none_with_a_live_one(staff, company):
    giver = StaffFactory()
    row = PersonalAccessTokenFactory(
        user=staff, company=company, access_global_metrics=True, granted_by=giver, granted_at=NOON
    )
    giver.is_staff = False
    giver.save()
    itself = bearer(pat_token(row))
    for body in ({}, {"access_global_metrics": True}):
        assert_error(reissue(itself, str(row.pk), **body), 403, "token_too_weak", challenge=SCOPE)
