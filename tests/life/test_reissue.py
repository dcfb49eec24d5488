"""Re-issue: the same row, a new string; the old one stops, at once or after an overlap."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.orm.models import PersonalAccessToken
from domain.administrator import Administrator
from domain.events.event import Actor, Means, Origin
from domain.manage_tokens import ReissueRequest
from domain.tokens.rejection import Rejection, TokenRejectedError
from tests.factories import MembershipFactory, PersonalAccessTokenFactory
from tests.helpers.answers import INVALID, SCOPE, assert_error
from tests.life.api import (
    COMPANY,
    FLAGS_CHANGED,
    GOOD,
    REVOKED,
    SUPERSEDED,
    TOKENS,
    create,
    post,
    reissue,
    reissued,
    revoke,
    row_of,
    session_of,
    used,
    verdict,
)
from tests.service import NOON, SERVICES
from tests.tokens import bearer, pat_token

DAY = 86_400


def test_the_row_stays_and_the_string_is_new(as_owner, clock):
    pat = create(as_owner, name="prometheus", read_only=True, expires_in=3600)
    clock.advance(minutes=1)
    after = reissued(as_owner, pat["id"])
    changed = {name for name in pat if pat[name] != after[name]}
    assert changed == {"expires_at", "access_token"}
    assert after["expires_at"] == "2026-06-16T12:01:00Z"  # the full lifetime, 90 days
    assert used(after["access_token"], COMPANY) == GOOD
    assert used(pat["access_token"], COMPANY) == SUPERSEDED


def test_a_body_is_not_needed(as_owner):
    pat = create(as_owner)
    assert post(f"{TOKENS}/{pat['id']}/reissue", as_owner, None).status_code == 200


def test_in_an_overlap_both_strings_are_good_until_the_new_one_is_used(as_owner):
    pat = create(as_owner)
    new = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    assert [used(pat["access_token"]) for _ in range(3)] == [GOOD] * 3
    assert used(new) == GOOD
    assert used(pat["access_token"]) == SUPERSEDED
    assert used(new) == GOOD


def test_a_refused_use_of_the_new_string_ends_nothing(as_owner, owner, company):
    """Used means authenticated and allowed."""
    pat = create(as_owner)
    new = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    assert used(new, "/api/v1/metrics/all") == (403, "global_flag_required")
    assert used(pat["access_token"]) == GOOD


def test_a_refused_re_issue_by_the_new_string_ends_nothing_either(as_owner):
    pat = create(as_owner)
    new = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    assert reissue(bearer(new), pat["id"], access_global_metrics=True).status_code == 403
    assert row_of(pat).last_used_at is None
    assert used(pat["access_token"]) == GOOD


def test_the_new_string_re_issues_itself_and_is_the_old_one_then(as_owner):
    pat = create(as_owner)
    second = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    third = reissued(bearer(second), pat["id"], overlap_seconds=60)["access_token"]
    assert used(pat["access_token"]) == SUPERSEDED
    assert used(second) == used(third) == GOOD
    assert row_of(pat).last_used_at == NOON


def test_an_overlap_ends_when_its_time_is_up(as_owner, clock):
    pat = create(as_owner)
    new = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    clock.advance(seconds=59.999)
    assert used(pat["access_token"]) == GOOD
    clock.advance(seconds=0.001)
    assert used(pat["access_token"]) == SUPERSEDED
    assert used(new) == GOOD


def test_an_overlap_never_makes_the_old_string_live_longer(as_owner, clock):
    pat = create(as_owner, expires_in=30)
    reissued(as_owner, pat["id"], overlap_seconds=60)
    clock.advance(seconds=30)
    assert used(pat["access_token"]) == (401, "token_expired")


def test_a_row_whose_life_was_cut_short_brings_no_old_string_back(as_owner, clock):
    pat = create(as_owner)
    PersonalAccessToken.objects.update(expires_at=clock())
    reissued(as_owner, pat["id"], overlap_seconds=60)
    assert used(pat["access_token"]) == SUPERSEDED
    assert row_of(pat).previous_jti is None


def test_an_overlap_ends_when_the_row_would_have(as_owner, clock):
    pat = create(as_owner)
    PersonalAccessToken.objects.update(expires_at=clock() + timedelta(seconds=30))
    reissued(as_owner, pat["id"], overlap_seconds=60)
    assert used(pat["access_token"]) == GOOD
    clock.advance(seconds=30)
    assert used(pat["access_token"]) == SUPERSEDED


def test_a_lost_answer_is_no_lock_out(as_owner):
    """Nobody has the second string: the first, which is in use, goes on until the third is."""
    pat = create(as_owner)
    lost = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    new = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    assert used(lost) == SUPERSEDED
    assert used(pat["access_token"]) == GOOD
    assert used(new) == GOOD
    assert used(pat["access_token"]) == SUPERSEDED


def test_the_old_string_itself_re_issues_again_after_a_lost_answer(as_owner):
    pat = create(as_owner)
    itself = bearer(pat["access_token"])
    reissued(itself, pat["id"], overlap_seconds=60)
    new = reissued(itself, pat["id"], overlap_seconds=60)["access_token"]
    assert used(new) == GOOD
    assert used(pat["access_token"]) == SUPERSEDED


def test_the_string_known_to_be_in_use_is_the_one_that_is_kept(staff, as_owner, owner, company):
    by = Administrator(Actor(None, "root", Origin(Means.SHELL)))
    pat = create(as_owner)
    second = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    request = ReissueRequest(overlap=timedelta(minutes=1), in_use=row_of(pat).jti)
    SERVICES.administer.reissue(by, row_of(pat).pk, request, now=NOON)
    assert used(pat["access_token"]) == SUPERSEDED
    assert used(second) == GOOD


def test_without_an_overlap_all_that_came_before_stops(as_owner):
    pat = create(as_owner)
    second = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    third = reissued(as_owner, pat["id"])["access_token"]
    assert used(pat["access_token"]) == used(second) == SUPERSEDED
    assert used(third) == GOOD


def test_a_used_string_is_the_old_one_of_the_next_overlap(as_owner):
    pat = create(as_owner)
    second = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    assert used(second) == GOOD
    third = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    assert used(pat["access_token"]) == SUPERSEDED
    assert used(second) == used(third) == GOOD


def test_after_its_time_an_overlap_leaves_the_unused_string_for_the_next(as_owner, clock):
    pat = create(as_owner)
    second = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    clock.advance(seconds=60)
    reissued(as_owner, pat["id"], overlap_seconds=60)
    assert used(pat["access_token"]) == SUPERSEDED
    assert used(second) == GOOD


def test_a_revocation_in_the_overlap_stops_both(as_owner):
    pat = create(as_owner)
    new = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    assert revoke(as_owner, pat["id"]).status_code == 200
    assert used(pat["access_token"]) == used(new) == REVOKED


def test_a_revoked_token_is_not_re_issued(as_owner):
    pat = create(as_owner)
    revoke(as_owner, pat["id"])
    assert_error(reissue(as_owner, pat["id"]), 409, "token_revoked")
    assert row_of(pat).revoked_at is not None


def test_a_changed_flag_stops_the_old_string_whatever_the_overlap(as_owner):
    pat = create(as_owner)
    new = reissued(as_owner, pat["id"], overlap_seconds=60, read_only=True)
    assert new["read_only"] is True
    assert used(pat["access_token"]) == FLAGS_CHANGED
    assert used(new["access_token"]) == GOOD


def test_a_flag_changed_back_does_not_bring_the_first_string_back(as_owner):
    pat = create(as_owner)
    reissued(as_owner, pat["id"], overlap_seconds=60, read_only=True)
    reissued(as_owner, pat["id"], overlap_seconds=60, read_only=False)
    assert used(pat["access_token"]) == SUPERSEDED
    assert row_of(pat).previous_jti is None


@pytest.mark.parametrize(
    "body",
    [
        {"overlap_seconds": DAY + 1},
        {"overlap_seconds": -1},
        {"overlap_seconds": "60"},
        {"overlap_seconds": 1.5},
        {"read_only": "yes"},
        {"access_global_metrics": 1},
    ],
)
def test_a_wrong_body_changes_nothing(as_owner, body):
    pat = create(as_owner)
    assert_error(reissue(as_owner, pat["id"], **body), 422, "validation_failed")
    assert used(pat["access_token"]) == GOOD


@pytest.mark.parametrize("body", [{"name": "other"}, {"expires_in": 60}, {"jti": "mine"}])
def test_what_a_re_issue_does_not_know_it_ignores(as_owner, body):
    pat = create(as_owner)
    new = reissued(as_owner, pat["id"], **body)
    assert (new["name"], new["expires_at"]) == (pat["name"], pat["expires_at"])
    assert row_of(pat).jti != "mine"


@pytest.mark.parametrize("seconds", [0, 1, DAY])
def test_the_bounds_of_an_overlap(as_owner, seconds):
    pat = create(as_owner)
    reissued(as_owner, pat["id"], overlap_seconds=seconds)
    assert used(pat["access_token"]) == (GOOD if seconds else SUPERSEDED)


def test_somebody_elses_token_is_not_found(as_owner, company):
    other = PersonalAccessTokenFactory(company=company)
    response = reissue(as_owner, str(other.pk))
    assert_error(response, 404, "personal_access_token_not_found")
    assert PersonalAccessToken.objects.get(pk=other.pk).jti == other.jti


def test_ones_own_token_of_another_company_is_not_found(as_owner, owner):
    other = PersonalAccessTokenFactory(user=owner)
    assert_error(reissue(as_owner, str(other.pk)), 404, "personal_access_token_not_found")


def test_a_read_only_token_re_issues_nothing(as_owner):
    pat = create(as_owner, read_only=True)
    response = reissue(bearer(pat["access_token"]), pat["id"])
    assert_error(response, 403, "read_only_token", challenge=SCOPE)


def test_a_token_re_issues_itself_and_its_string_stops(as_owner):
    pat = create(as_owner)
    new = reissued(bearer(pat["access_token"]), pat["id"])["access_token"]
    response = reissue(bearer(pat["access_token"]), pat["id"])
    assert_error(response, 401, "token_superseded", challenge=INVALID)
    assert used(new) == GOOD


def test_a_string_replaced_since_the_request_began_makes_no_new_one(as_owner, services):
    """A thief whose request was under way when the owner re-issued gets nothing."""
    pat = create(as_owner)
    thief = services.authenticate(pat["access_token"], now=NOON)
    new = reissued(as_owner, pat["id"])["access_token"]
    with pytest.raises(TokenRejectedError) as caught:
        services.tokens.reissue(thief, row_of(pat).pk, ReissueRequest(), now=NOON)
    assert caught.value.rejection is Rejection.SUPERSEDED
    assert used(new) == GOOD


def test_an_expired_token_lives_again(as_owner, clock):
    pat = create(as_owner, expires_in=60)
    clock.advance(minutes=2)
    new = reissued(as_owner, pat["id"], overlap_seconds=60)
    assert used(new["access_token"]) == GOOD
    assert used(pat["access_token"]) == (401, "token_expired")


def test_an_expired_token_counts_when_it_comes_back_to_life(owner, company, clock):
    as_owner = session_of(owner, company)
    pat = create(as_owner, expires_in=60)
    clock.advance(minutes=2)
    live = PersonalAccessTokenFactory.create_batch(101, user=owner, company=company)
    assert verdict(reissue(as_owner, str(live[0].pk))) == GOOD  # a live one takes no new place
    for row in live[:2]:
        assert_error(reissue(as_owner, pat["id"]), 409, "too_many_tokens")
        assert verdict(revoke(as_owner, str(row.pk))) == GOOD
    assert verdict(reissue(as_owner, pat["id"])) == GOOD


def test_a_member_without_a_place_any_more_re_issues_nothing(company):
    place = MembershipFactory(company=company)
    who = session_of(place.user, company)
    pat = create(who)
    place.is_enabled = False
    place.save()
    assert_error(reissue(who, pat["id"]), 403, "membership_disabled")
    assert pat_token(row_of(pat)) == pat["access_token"]


def test_no_string_is_kept(as_owner):
    pat = create(as_owner)
    new = reissued(as_owner, pat["id"], overlap_seconds=60)["access_token"]
    kept = repr(PersonalAccessToken.objects.values().get())
    for token in (pat["access_token"], new):
        assert not any(part in kept for part in token.split("."))
