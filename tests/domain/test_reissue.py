"""Re-issue: the same row with a new string, and a grant that is somebody's word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.events.event import EventKind
from domain.manage_tokens import LIVE_TOKEN_LIMIT, ReissueRequest
from domain.refusal import RefusalReason, RefusedError
from domain.tokens.record import Overlap
from domain.tokens.rejection import Rejection, TokenRejectedError
from tests.domain.make import Cast, pat_record
from tests.fakes.service import NOW, PAT_LIFETIME

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FLAG = {"access_global_metrics": True}


def row(people: Cast, user_id: int, *, granted_by: int | None = None, **columns):
    record = pat_record(user_id=user_id, company_id=people.acme, **columns)
    return people.service.world.add_pat(record, granted_by=granted_by)


def refusal(call) -> RefusalReason:
    with pytest.raises(RefusedError) as caught:
        call()
    return caught.value.reason


def reissue(people: Cast, who: int, *, at=NOW, **request):
    caller = people.caller(who, people.acme)
    pat_id = next(iter(people.service.world.pats))
    return people.service.tokens.reissue(caller, pat_id, ReissueRequest(**request), now=at)


def kinds(people: Cast) -> list[EventKind]:
    return [event.kind for event in people.service.world.events]


def test_the_row_stays_and_the_string_is_new(people: Cast):
    old = row(people, people.member)
    issued = reissue(people, people.member)
    new = issued.record
    assert (new.id, new.name, new.created_at) == (old.id, old.name, old.created_at)
    assert new.jti != old.jti
    assert new.expires_at == NOW.replace(microsecond=0) + PAT_LIFETIME
    assert people.service.world.pats == {new.id: new}
    assert people.service.authenticate(issued.token, now=NOW).credential.jti == new.jti
    (event,) = people.service.world.events
    assert (event.kind, event.detail["overlap_seconds"]) == (EventKind.REISSUED, 0)


def test_the_old_string_stops_at_once(people: Cast):
    old = people.pat_token(row(people, people.member))
    reissue(people, people.member)
    with pytest.raises(TokenRejectedError) as caught:
        people.service.authenticate(old, now=NOW)
    assert caught.value.rejection is Rejection.SUPERSEDED


def test_with_an_overlap_it_lives_on_for_so_long(people: Cast):
    old, minutes = people.pat_token(row(people, people.member)), timedelta(minutes=2)
    new = reissue(people, people.member, overlap=minutes).record
    assert new.overlap == Overlap("jti-now", NOW + minutes)
    assert people.service.authenticate(old, now=NOW + minutes - timedelta(seconds=1))
    with pytest.raises(TokenRejectedError):
        people.service.authenticate(old, now=NOW + minutes)
    assert people.service.world.events[0].detail["overlap_seconds"] == 120


def test_an_overlap_never_outlives_the_old_expiry(people: Cast):
    row(people, people.member, expires_at=NOW + HOUR)
    assert reissue(people, people.member, overlap=DAY).record.overlap.until == NOW + HOUR


@pytest.mark.parametrize(
    "columns", [{"expires_at": NOW}, {"flags_changed_at": NOW - HOUR}, {"read_only": False}]
)
def test_nothing_lives_on_that_was_dead_or_is_changed(people: Cast, columns):
    row(people, people.member, **columns)
    new = reissue(people, people.member, overlap=HOUR, read_only=True).record
    assert new.overlap is None
    assert new.flags_changed_at is None


def test_of_two_strings_the_one_in_use_lives_on(people: Cast):
    """The answer with the newer one was lost, unless somebody came by it."""
    overlap = {"overlap": Overlap("jti-before", NOW + HOUR)}
    row(people, people.member, **overlap)
    assert reissue(people, people.member, overlap=HOUR).record.overlap.jti == "jti-before"


def test_a_string_that_the_row_does_not_answer_to_is_not_in_use(people: Cast):
    """Whoever asks by it may be slow, or a thief: nothing is made."""
    row(people, people.member, overlap=Overlap("jti-before", NOW))
    with pytest.raises(TokenRejectedError) as caught:
        reissue(people, people.member, in_use="jti-before")
    assert caught.value.rejection is Rejection.SUPERSEDED
    assert kinds(people) == []


def test_a_pat_that_renews_itself_keeps_its_own_string(people: Cast):
    overlap = {"overlap": Overlap("jti-before", NOW + HOUR)}
    record = row(people, people.member, read_only=False, **overlap)
    caller = people.service.authenticate(people.pat_token(record), now=NOW)
    request = ReissueRequest(overlap=HOUR)
    issued = people.service.tokens.reissue(caller, record.id, request, now=NOW)
    assert issued.record.overlap.jti == "jti-now"
    assert people.service.world.pats[record.id].last_used_at == NOW.replace(microsecond=0)


def test_a_string_that_was_replaced_meanwhile_makes_no_new_one(people: Cast):
    record = row(people, people.member, read_only=False)
    caller = people.service.authenticate(people.pat_token(record), now=NOW)
    people.service.world.add_pat(replace(record, jti="somebody-was-faster"))
    with pytest.raises(TokenRejectedError) as caught:
        people.service.tokens.reissue(caller, record.id, ReissueRequest(), now=NOW)
    assert caught.value.rejection is Rejection.SUPERSEDED
    assert people.service.world.pats[record.id].jti == "somebody-was-faster"


def test_another_users_is_not_found_and_a_revoked_one_not_revived(people: Cast):
    row(people, people.owner, revoked_at=NOW)
    assert refusal(lambda: reissue(people, people.member)) is RefusalReason.TOKEN_NOT_FOUND
    assert refusal(lambda: reissue(people, people.owner)) is RefusalReason.TOKEN_REVOKED
    assert kinds(people) == []


@pytest.mark.parametrize(("others", "is_refused"), [(LIVE_TOKEN_LIMIT - 1, False), (100, True)])
@pytest.mark.parametrize("expires_at", [NOW, NOW + HOUR])
def test_what_comes_back_to_life_counts(people: Cast, others, is_refused, expires_at):
    row(people, people.member, expires_at=expires_at)
    for _ in range(others):
        row(people, people.member, id=uuid4())
    if is_refused and expires_at == NOW:
        assert refusal(lambda: reissue(people, people.member)) is RefusalReason.TOO_MANY_TOKENS
    else:
        assert reissue(people, people.member).record.jti != "jti-now"


def test_only_staff_renew_a_flag_and_the_try_is_noted(people: Cast):
    row(people, people.member, granted_by=people.staff, **FLAG)
    not_allowed = refusal(lambda: reissue(people, people.member))
    assert not_allowed is RefusalReason.GLOBAL_GRANT_NOT_ALLOWED
    assert kinds(people) == [EventKind.PRIVILEGED_USE_REFUSED]


def test_without_the_flag_it_is_anybodys(people: Cast):
    row(people, people.member, granted_by=people.staff, **FLAG)
    new = reissue(people, people.member, access_global_metrics=False).record
    assert not new.access_global_metrics
    assert people.service.world.grants == {}


def test_a_member_does_not_ask_for_the_flag(people: Cast):
    row(people, people.member)
    asked = refusal(lambda: reissue(people, people.member, access_global_metrics=True))
    assert asked is RefusalReason.GLOBAL_GRANT_NOT_ALLOWED


def test_a_grant_that_lives_is_the_renewers_now(people: Cast):
    row(people, people.staff, granted_by=people.staff, **FLAG)
    reissue(people, people.staff)
    (grant,) = people.service.world.grants.values()
    assert grant.by == people.staff
    assert kinds(people) == [EventKind.REISSUED, EventKind.GRANTED]


def test_a_grant_that_lapsed_has_to_be_asked_for(people: Cast):
    row(people, people.staff, granted_by=people.member, **FLAG)
    assert refusal(lambda: reissue(people, people.staff)) is RefusalReason.GLOBAL_GRANT_LAPSED
    assert kinds(people) == []
    reissue(people, people.staff, access_global_metrics=True)
    (grant,) = people.service.world.grants.values()
    assert grant.by == people.staff


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), DAY + timedelta(seconds=1)])
def test_no_overlap_below_zero_or_above_a_day(overlap):
    with pytest.raises(ValueError, match="overlap"):
        ReissueRequest(overlap=overlap)


@pytest.mark.parametrize("overlap", [timedelta(0), DAY])
def test_the_bounds_themselves_are_allowed(overlap):
    assert ReissueRequest(overlap=overlap).overlap == overlap
