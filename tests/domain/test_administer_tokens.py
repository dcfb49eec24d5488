"""Anybody's tokens: the flag is somebody's word, and nobody gets what they could not use."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.administrator import Administrator
from domain.events.event import Actor, EventKind, Means, Origin
from domain.refusal import RefusalReason, RefusedError
from domain.tokens.changes import LIVE_TOKEN_LIMIT, FlagsRequest, ReissueRequest
from domain.tokens.mint import PatRequest
from tests.domain.make import Cast, pat_record
from tests.fakes.service import NOW, PAT_LIFETIME

BY = Administrator(Actor(None, "root", Origin(Means.SHELL)))
FLAGGED = PatRequest(name="all", access_global_metrics=True)
NO_ID = UUID(int=7)


def refusal(call) -> RefusalReason:
    with pytest.raises(RefusedError) as caught:
        call()
    return caught.value.reason


@pytest.fixture
def administer(people: Cast):
    return people.service.administer


def row(people: Cast, *, granted_by: int | None = None, **columns):
    good = {"user_id": people.member, "company_id": people.acme}
    return people.service.world.add_pat(pat_record(**good | columns), granted_by=granted_by)


def issue(people: Cast, request=FLAGGED, **more):
    to = {"user_id": people.member, "company_id": people.acme}
    return people.service.administer.issue(BY, request, **to | more, now=NOW)


def kinds(people: Cast) -> list[EventKind]:
    return [event.kind for event in people.service.world.events]


def test_a_token_is_made_for_somebody_and_the_giver_remembered(people: Cast):
    issued = issue(people, giver_id=people.staff)
    record = issued.record
    assert (record.user_id, record.company_id, record.name) == (people.member, people.acme, "all")
    assert record.expires_at == NOW.replace(microsecond=0) + PAT_LIFETIME
    assert people.service.world.grants[record.id].by == people.staff
    assert kinds(people) == [EventKind.ISSUED, EventKind.GRANTED]
    who = people.service.authenticate(issued.token, now=NOW)
    assert (who.user.id, who.credential.grant_is_live) == (people.member, True)


def test_without_the_flag_nobody_is_remembered(people: Cast):
    record = issue(people, PatRequest(), giver_id=people.staff).record
    assert record.id not in people.service.world.grants
    assert kinds(people) == [EventKind.ISSUED]


def test_a_flag_that_nobody_gives_is_not_given(people: Cast):
    assert refusal(lambda: issue(people)) is RefusalReason.GLOBAL_GRANT_NOT_ALLOWED
    assert people.service.world.pats == {}


@pytest.mark.parametrize("giver", ["member", "nobody", "inactive staff"])
def test_only_active_staff_give_it(people: Cast, giver):
    people.service.world.set_active(people.staff, is_active=False)
    ids = {"member": people.member, "nobody": 999, "inactive staff": people.staff}
    given = refusal(lambda: issue(people, giver_id=ids[giver]))
    assert given is RefusalReason.GLOBAL_GRANT_NOT_ALLOWED


def test_nobody_gets_a_token_they_could_not_use(people: Cast):
    def to(**who) -> RefusalReason:
        return refusal(lambda: issue(people, PatRequest(), **who))

    assert to(user_id=999) is RefusalReason.USER_INACTIVE
    assert to(user_id=people.stranger) is RefusalReason.MEMBERSHIP_REQUIRED
    assert to(company_id=999) is RefusalReason.COMPANY_NOT_FOUND
    people.service.world.set_membership(people.member, people.acme, is_enabled=False)
    assert to() is RefusalReason.MEMBERSHIP_DISABLED
    people.service.world.set_active(people.member, is_active=False)
    assert to() is RefusalReason.USER_INACTIVE


def test_an_unknown_user_is_called_so(people: Cast):
    with pytest.raises(RefusedError, match="user_inactive") as caught:
        issue(people, PatRequest(), user_id=999)
    assert caught.value.detail == "There is no such user."


def test_the_limit_is_the_administrators_too(people: Cast):
    for _ in range(LIVE_TOKEN_LIMIT):
        row(people, id=uuid4())
    assert refusal(lambda: issue(people, PatRequest())) is RefusalReason.TOO_MANY_TOKENS


def reissue(people: Cast, pat_id=None, *, giver_id=None, **request):
    pat_id = pat_id or next(iter(people.service.world.pats))
    how = ReissueRequest(**request)
    return people.service.administer.reissue(BY, pat_id, how, giver_id=giver_id, now=NOW)


def test_a_reissue_gives_a_string_that_works(people: Cast):
    row(people)
    issued = reissue(people)
    assert people.service.authenticate(issued.token, now=NOW).user.id == people.member
    assert kinds(people) == [EventKind.REISSUED]


def test_a_reissue_of_what_is_not_there_or_of_no_use(people: Cast):
    assert refusal(lambda: reissue(people, NO_ID)) is RefusalReason.TOKEN_NOT_FOUND
    row(people, revoked_at=NOW)
    assert refusal(lambda: reissue(people)) is RefusalReason.TOKEN_REVOKED
    people.service.world.remove_membership(people.member, people.acme)
    assert refusal(lambda: reissue(people)) is RefusalReason.MEMBERSHIP_REQUIRED


@pytest.mark.parametrize(
    ("had", "gave", "wanted", "giver", "expected"),
    [
        (False, None, None, None, None),
        (False, None, True, None, RefusalReason.GLOBAL_GRANT_NOT_ALLOWED),
        (False, None, True, "staff", None),
        (True, "staff", None, None, None),
        (True, "staff", True, None, None),
        (True, "member", None, None, RefusalReason.GLOBAL_GRANT_LAPSED),
        (True, "member", True, None, RefusalReason.GLOBAL_GRANT_LAPSED),
        (True, "member", None, "staff", None),
        (True, "member", False, None, None),
    ],
)
def test_a_flag_needs_somebody_who_gives_it_or_a_grant_that_lives(
    *, people: Cast, had, gave, wanted, giver, expected
):
    ids = {"staff": people.staff, "member": people.member, None: None}
    row(people, access_global_metrics=had, granted_by=ids[gave])
    request = {"access_global_metrics": wanted, "giver_id": ids[giver]}
    if expected:
        assert refusal(lambda: reissue(people, **request)) is expected
    else:
        flagged = reissue(people, **request).record.access_global_metrics
        assert flagged is (had if wanted is None else wanted)


def change(people: Cast, pat_id=None, *, giver_id=None, **flags):
    pat_id = pat_id or next(iter(people.service.world.pats))
    how = FlagsRequest(**flags)
    return people.service.administer.change_flags(BY, pat_id, how, giver_id=giver_id, now=NOW)


def test_flags_are_changed_and_the_string_is_useless(people: Cast):
    old = row(people, read_only=True)
    new = change(people, read_only=False)
    assert (new.read_only, new.flags_changed_at) == (False, NOW)
    assert new.jti != old.jti
    assert refusal(lambda: change(people, NO_ID)) is RefusalReason.TOKEN_NOT_FOUND


@pytest.mark.parametrize("giver", [None, "staff"])
def test_a_flag_that_is_set_has_a_giver(people: Cast, giver):
    row(people)
    ask = {"access_global_metrics": True, "giver_id": people.staff if giver else None}
    if giver:
        assert change(people, **ask).access_global_metrics
        assert next(iter(people.service.world.grants.values())).by == people.staff
    else:
        refused = refusal(lambda: change(people, **ask))
        assert refused is RefusalReason.GLOBAL_GRANT_NOT_ALLOWED


def test_a_right_is_taken_away_though_the_grant_has_lapsed(people: Cast):
    row(people, access_global_metrics=True, read_only=False, granted_by=people.member)
    assert change(people, read_only=True).access_global_metrics


@pytest.mark.parametrize("step", ["change", "reissue"])
def test_a_grant_to_a_read_only_token_is_none_for_one_that_may_write(people: Cast, step):
    row(people, access_global_metrics=True, read_only=True, granted_by=people.staff)
    call = {"change": change, "reissue": reissue}[step]
    reason = refusal(lambda: call(people, read_only=False))
    assert reason is RefusalReason.GLOBAL_GRANT_NOT_ALLOWED
    call(people, read_only=False, giver_id=people.staff)


def test_revoking_is_for_good_and_for_what_is_there(people: Cast, administer):
    record = row(people)
    for at in (NOW, NOW + timedelta(hours=1)):
        assert administer.revoke(BY, record.id, now=at).record.revoked_at == NOW
    assert kinds(people)[0] is EventKind.REVOKED
    gone = refusal(lambda: administer.revoke(BY, NO_ID, now=NOW))
    assert gone is RefusalReason.TOKEN_NOT_FOUND


@pytest.mark.parametrize(
    ("user", "company", "expected"),
    [("member", None, 2), (None, "acme", 2), ("member", "acme", 1), ("staff", None, 0)],
)
def test_all_of_a_user_or_of_a_company_or_of_both(
    people: Cast, administer, user, company, expected
):
    row(people, id=uuid4())
    row(people, id=uuid4(), company_id=people.rival)
    row(people, id=uuid4(), user_id=people.owner)
    row(people, id=uuid4(), revoked_at=NOW)
    named = {
        "user_id": user and getattr(people, user),
        "company_id": company and getattr(people, company),
    }
    assert administer.count_unrevoked(**named) == expected
    assert administer.revoke_all(BY, **named, now=NOW) == expected
    assert kinds(people) == [EventKind.REVOKED] * expected
    assert administer.count_unrevoked(**named) == 0


def test_nobody_revokes_everything_at_once(administer):
    with pytest.raises(ValueError, match="name a user or a company"):
        administer.count_unrevoked()
    with pytest.raises(ValueError, match="name a user or a company"):
        administer.revoke_all(BY, now=NOW)
