"""Issuing for others is impersonation: who may touch, and hold, whose tokens."""

from __future__ import annotations

from itertools import product
from uuid import uuid4

import pytest

from domain.administrator import Administrator
from domain.callers.caller import Shell, Standing, User
from domain.policy import (
    Allowed,
    ChangePerson,
    ChangeTokensOf,
    GiveRights,
    Permission,
    Refused,
    WriteAs,
    decide,
)
from domain.refusal import RefusalReason, RefusedError
from domain.tokens.changes import FlagsRequest, ReissueRequest
from domain.tokens.mint import PatRequest
from domain.tokens.rejection import TokenRejectedError
from tests.domain.make import Cast, pat_record
from tests.fakes.service import NOW

BOOLS = (False, True)


def user(user_id: int, **facts: bool) -> User:
    good = {"is_active": True, "is_staff": False}
    return User(user_id, "u@example.com", "U", **good | facts)


def reason(administrator: User, permission) -> RefusalReason | None:
    decision = decide(Standing(administrator), permission)
    return decision.reason if isinstance(decision, Refused) else None


@pytest.mark.parametrize(("superuser", "staff", "holder"), [*product(BOOLS, BOOLS, range(3))])
def test_tokens_of_staff_are_touched_by_superusers_and_themselves(superuser, staff, holder):
    administrator = user(1, is_staff=staff or superuser, is_superuser=superuser)
    holders = (user(2), user(2, is_staff=True), user(2, is_superuser=True))
    why_not = reason(administrator, ChangeTokensOf(holders[holder]))
    own = reason(administrator, ChangeTokensOf(administrator))
    if not administrator.is_staff:
        assert why_not is own is RefusalReason.MEMBERSHIP_REQUIRED
        return
    refused = holder and not superuser
    assert why_not is (RefusalReason.SUPERUSER_REQUIRED if refused else None)
    assert own is None


def test_a_stopped_administrator_touches_nothing():
    stopped = user(1, is_staff=True, is_superuser=True, is_active=False)
    assert reason(stopped, ChangeTokensOf(user(2))) is RefusalReason.USER_INACTIVE


def test_a_string_that_writes_as_a_person_is_that_persons_alone():
    root = user(1, is_staff=True, is_superuser=True)
    person, service = user(2), user(3, is_service_account=True)
    refused = RefusalReason.READ_ONLY_FOR_OTHERS
    assert reason(root, WriteAs(person)) is refused
    assert reason(root, ChangeTokensOf(person)) is None
    assert reason(root, WriteAs(service)) is None
    assert reason(root, WriteAs(root)) is None


def test_the_shell_is_the_systems_own():
    root = user(2, is_superuser=True)
    for permission in (ChangeTokensOf(root), ChangePerson(root), WriteAs(user(2)), GiveRights()):
        assert isinstance(decide(Shell(), permission), Allowed)
    for permission in Permission:
        assert isinstance(decide(Shell(), permission), Refused)


def by(people: Cast, user_id: int) -> Administrator:
    caller = people.caller(user_id, None)
    return Administrator(caller.actor, caller)


def refusal(call) -> RefusalReason:
    with pytest.raises(RefusedError) as caught:
        call()
    return caught.value.reason


@pytest.fixture
def root(people: Cast) -> int:
    return people.service.world.add_user(is_staff=True, is_superuser=True)


READ_ONLY, WRITES = PatRequest(read_only=True), PatRequest()


def test_a_helpdesk_gets_no_token_of_a_superuser(people: Cast, root):
    """Seen: staff with one permission got a read-write token of a superuser."""
    whose = {"user_id": root, "company_id": people.acme, "now": NOW}
    helpdesk, administer = by(people, people.staff), people.service.administer
    for request in (READ_ONLY, WRITES):
        reason = refusal(lambda r=request: administer.issue(helpdesk, r, **whose))
        assert reason is RefusalReason.SUPERUSER_REQUIRED
    assert people.service.world.pats == {}


def test_a_helpdesk_gets_read_only_tokens_of_people_and_no_others(people: Cast):
    whose = {"user_id": people.member, "company_id": people.acme, "now": NOW}
    helpdesk, administer = by(people, people.staff), people.service.administer
    issued = administer.issue(helpdesk, READ_ONLY, **whose).record
    assert issued.made_by_session == helpdesk.caller.credential.session_id
    (event,) = people.service.world.events
    assert (event.by.user_id, event.user_id) == (people.staff, people.member)
    reason = refusal(lambda: administer.issue(helpdesk, WRITES, **whose))
    assert reason is RefusalReason.READ_ONLY_FOR_OTHERS


def test_a_service_accounts_token_may_write(people: Cast):
    people.service.world.users[people.member].is_service_account = True
    whose = {"user_id": people.member, "company_id": people.acme, "now": NOW}
    issued = people.service.administer.issue(by(people, people.staff), WRITES, **whose)
    assert issued.record.read_only is False


@pytest.mark.parametrize("step", ["reissue", "change_flags"])
def test_nobody_makes_another_persons_token_write_or_gets_its_string(people: Cast, step):
    row = pat_record(user_id=people.member, company_id=people.acme, read_only=True)
    people.service.world.add_pat(row)
    request = {"reissue": ReissueRequest, "change_flags": FlagsRequest}[step](read_only=False)
    call = getattr(people.service.administer, step)
    reason = refusal(lambda: call(by(people, people.staff), row.id, request, now=NOW))
    assert reason is RefusalReason.READ_ONLY_FOR_OTHERS
    people.service.world.change_pat(row.id, read_only=False)
    if step == "reissue":
        request = ReissueRequest()
        reason = refusal(lambda: call(by(people, people.staff), row.id, request, now=NOW))
        assert reason is RefusalReason.READ_ONLY_FOR_OTHERS


@pytest.mark.parametrize("step", ["reissue", "change_flags"])
def test_a_helpdesk_changes_no_token_of_staff(people: Cast, root, step):
    row = pat_record(user_id=root, company_id=people.acme, read_only=True)
    people.service.world.add_pat(row)
    request = {"reissue": ReissueRequest(), "change_flags": FlagsRequest(read_only=True)}[step]
    call = getattr(people.service.administer, step)
    reason = refusal(lambda: call(by(people, people.staff), row.id, request, now=NOW))
    assert reason is RefusalReason.SUPERUSER_REQUIRED
    assert people.service.world.pats[row.id] == row


def test_an_administrator_whose_session_ended_since_does_nothing(people: Cast):
    row = pat_record(id=uuid4(), user_id=people.member, company_id=people.acme)
    people.service.world.add_pat(row)
    administrator = by(people, people.staff)
    people.service.world.change_session(administrator.caller.credential.session_id, revoked_at=NOW)
    administer, whose = people.service.administer, {"user_id": people.member}
    for call in (
        lambda: administer.issue(
            administrator, READ_ONLY, **whose, company_id=people.acme, now=NOW
        ),
        lambda: administer.reissue(administrator, row.id, ReissueRequest(), now=NOW),
        lambda: administer.change_flags(administrator, row.id, FlagsRequest(), now=NOW),
        lambda: administer.revoke(administrator, row.id, now=NOW),
        lambda: administer.revoke_all(administrator, **whose, now=NOW),
    ):
        with pytest.raises(TokenRejectedError):
            call()
    assert people.service.world.pats == {row.id: row}


def test_both_users_are_held_in_one_order(people: Cast):
    row = pat_record(user_id=people.member, company_id=people.acme)
    people.service.world.add_pat(row)
    administrator = by(people, people.staff)
    people.service.world.locked.clear()
    people.service.administer.revoke(administrator, row.id, now=NOW)
    users = [held for held in people.service.world.locked if isinstance(held, int)]
    assert users[:2] == sorted([people.staff, people.member])
