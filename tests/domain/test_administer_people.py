"""What administrators make of an account: whom they may change, what ends, and who is left."""

from __future__ import annotations

from itertools import product

import pytest

from domain.administrator import Administrator
from domain.events.event import Actor, EventKind, Means, Origin
from domain.events.notice import NoticeKind
from domain.people.rights import RightsChange
from domain.policy import ChangePerson, GiveRights
from domain.policy.rules import leads
from domain.refusal import RefusalReason, RefusedError
from domain.sessions.sign_in import Credentials
from domain.tokens.rejection import TokenRejectedError
from tests.domain.make import Cast, pat_record
from tests.domain.test_administration import BOOLS, by, reason, user
from tests.fakes.service import NOW

SHELL = Administrator(Actor(None, "root", Origin(Means.SHELL)))
LAST = RefusalReason.LAST_SUPERUSER


@pytest.fixture
def root(people: Cast) -> int:
    return people.service.world.add_user(is_staff=True, is_superuser=True, password="right")


@pytest.fixture
def second(people: Cast, root: int) -> int:
    return people.service.world.add_user(is_staff=True, is_superuser=True)


def refused(call) -> RefusedError:
    with pytest.raises(RefusedError) as caught:
        call()
    return caught.value


def change(people: Cast, administrator: Administrator, user_id: int, **columns):
    people.service.people.change_rights(administrator, user_id, RightsChange(**columns), now=NOW)


def told(people: Cast) -> list[tuple[EventKind, int, int | None]]:
    """What happened, to whom, by whom."""
    return [(event.kind, event.user_id, event.by.user_id) for event in people.service.world.events]


@pytest.mark.parametrize(("staff", "superuser", "by_superuser"), [*product(BOOLS, repeat=3)])
def test_staff_are_changed_by_superusers_and_rights_are_given_by_them(
    staff, superuser, by_superuser
):
    administrator = user(1, is_staff=True, is_superuser=by_superuser)
    guarded = (staff or superuser) and not by_superuser
    refusal = RefusalReason.SUPERUSER_REQUIRED
    person = user(2, is_staff=staff, is_superuser=superuser)
    assert reason(administrator, ChangePerson(person)) is (refusal if guarded else None)
    assert reason(administrator, GiveRights()) is (None if by_superuser else refusal)


def test_staff_do_not_change_themselves():
    """Who may change users would give themselves another password, or more."""
    me = user(1, is_staff=True)
    assert reason(me, ChangePerson(me)) is RefusalReason.SUPERUSER_REQUIRED


def test_a_stopped_administrator_and_one_who_is_no_staff_change_nobody():
    nobody = user(1), user(1, is_staff=True, is_superuser=True, is_active=False)
    whys = RefusalReason.MEMBERSHIP_REQUIRED, RefusalReason.USER_INACTIVE
    for me, why_not in zip(nobody, whys, strict=True):
        assert reason(me, ChangePerson(user(2))) is why_not
    assert reason(user(1, is_superuser=True, is_active=False), GiveRights()) is not None


@pytest.mark.parametrize(("active", "staff", "superuser"), [*product(BOOLS, repeat=3)])
def test_who_leads_is_active_staff_and_superuser(active, staff, superuser):
    person = user(1, is_active=active, is_staff=staff, is_superuser=superuser)
    assert leads(person) is (active and staff and superuser)


def test_a_change_names_what_it_changes_and_leaves_the_rest():
    person = user(1, is_staff=True)
    assert RightsChange().applied_to(person) == person
    assert RightsChange(groups=frozenset({1})).applied_to(person) == person
    new = RightsChange(is_staff=False, is_service_account=True).applied_to(person)
    assert new == user(1, is_service_account=True)
    assert RightsChange(is_active=False, permissions=frozenset()).names == (
        "is_active",
        "permissions",
    )


@pytest.mark.parametrize("name", ["is_staff", "is_superuser", "is_service_account", "groups"])
def test_whoever_is_no_superuser_gives_no_right(people: Cast, name):
    value = frozenset({1}) if name == "groups" else True
    exc = refused(lambda: change(people, by(people, people.staff), people.member, **{name: value}))
    assert exc.reason is RefusalReason.SUPERUSER_REQUIRED
    assert exc.detail == "Staff are changed, and rights are given, by superusers. Ask a superuser."
    assert people.service.security.notices == []


def test_whoever_is_stopped_loses_everything(people: Cast):
    people.caller(people.member, people.acme)
    change(people, by(people, people.staff), people.member, is_active=False)
    row = people.service.world.users[people.member]
    assert (row.is_active, row.generation) == (False, 1)
    assert told(people) == [(EventKind.CREDENTIALS_ENDED, people.member, people.staff)]
    assert people.service.world.events[0].detail == {"because": "stopped"}
    change(people, by(people, people.staff), people.member, is_active=True)
    assert (row.is_active, row.generation) == (True, 1)
    assert len(people.service.world.events) == 1


def test_each_change_is_told_to_whoever_guards_the_service(people: Cast, root):
    given = {"is_staff": True, "groups": frozenset({7}), "permissions": frozenset({8, 9})}
    change(people, by(people, root), people.member, **given)
    row = people.service.world.users[people.member]
    assert (row.is_staff, row.group_ids, row.permissions) == (True, {7}, {8, 9})
    (notice,) = people.service.security.notices
    assert (notice.kind, notice.by.user_id) == (NoticeKind.RIGHTS_CHANGED, root)
    assert (notice.account, notice.detail) == (
        "member@example.com",
        {"changed": "is_staff,groups,permissions"},
    )


def test_who_becomes_a_service_account_loses_password_and_sessions_and_keeps_tokens(
    people: Cast, root
):
    caller = people.caller(people.member, people.acme)
    people.service.world.add_pat(pat_record(user_id=people.member, company_id=people.acme))
    change(people, by(people, root), people.member, is_service_account=True)
    row = people.service.world.users[people.member]
    assert (row.password, row.generation, row.is_service_account) == (None, 0, True)
    with pytest.raises(TokenRejectedError):
        people.service.reader.again(caller, now=NOW)
    kinds = [EventKind.PASSWORD_CHANGED, EventKind.SESSION_ENDED]
    assert told(people) == [(kind, people.member, root) for kind in kinds]
    assert people.service.world.events[0].detail == {"removed": True}
    change(people, by(people, root), people.member, is_service_account=True)
    assert len(told(people)) == 2


def test_a_service_account_signs_in_nowhere_whatever_password_its_row_has(people: Cast):
    people.service.world.users[people.member].is_service_account = True
    credentials = Credentials("member@example.com", "right", people.acme)
    reason = refused(lambda: people.service.sign_in(credentials, now=NOW)).reason
    assert reason is RefusalReason.INVALID_CREDENTIALS
    assert people.service.security.notices[0].kind is NoticeKind.SIGN_IN_FAILED


@pytest.mark.parametrize("right", ["is_staff", "is_superuser"])
def test_a_service_account_is_neither_staff_nor_superuser(people: Cast, root, second, right):
    for who, columns in (
        (people.member, {"is_service_account": True, right: True}),
        (second, {"is_service_account": True}),
    ):
        exc = refused(lambda w=who, c=columns: change(people, by(people, root), w, **c))
        assert exc.reason is RefusalReason.SERVICE_ACCOUNT
    columns = {"is_staff": False, "is_superuser": False, "is_service_account": True}
    change(people, by(people, root), second, **columns)
    assert people.service.world.users[second].is_service_account


@pytest.mark.parametrize(
    "columns",
    [
        {"is_active": False},
        {"is_staff": False},
        {"is_superuser": False},
        {"is_service_account": True, "is_staff": False, "is_superuser": False},
    ],
)
def test_the_last_superuser_stays(people: Cast, root, columns):
    assert refused(lambda: change(people, by(people, root), root, **columns)).reason is LAST
    assert people.service.world.users[root].generation == 0
    people.service.world.add_user(is_staff=True, is_superuser=True)
    change(people, by(people, root), root, **columns)


@pytest.mark.parametrize("facts", [{"is_active": False}, {"is_staff": False}])
def test_a_superuser_who_cannot_enter_is_nobody_who_is_left(people: Cast, root, facts):
    people.service.world.add_user(**{"is_staff": True, "is_superuser": True, **facts})
    assert refused(lambda: change(people, by(people, root), root, is_active=False)).reason is LAST


def test_of_two_superusers_who_leave_at_once_the_second_sees_the_first(people: Cast, root, second):
    """All who lead are held, in one order, by whoever changes one of them."""
    people.service.world.locked.clear()
    change(people, SHELL, root, is_active=False)
    assert people.service.world.locked == sorted([root, second])
    assert refused(lambda: change(people, SHELL, second, is_active=False)).reason is LAST


def test_of_two_superusers_who_stop_each_other_the_second_is_out(people: Cast, root, second):
    first, other = by(people, root), by(people, second)
    change(people, first, second, is_active=False)
    with pytest.raises(TokenRejectedError):
        change(people, other, root, is_active=False)
    assert people.service.world.users[root].is_active


def test_an_administrator_who_was_demoted_meanwhile_changes_nobody(people: Cast, root, second):
    other = by(people, second)
    change(people, by(people, root), second, is_superuser=False, is_staff=False)
    reason = refused(lambda: change(people, other, people.member, is_active=False)).reason
    assert reason is RefusalReason.MEMBERSHIP_REQUIRED


@pytest.mark.parametrize(("password", "removed"), [("another", False), (None, True)])
def test_another_password_ends_everything(people: Cast, password, removed):
    people.service.people.set_password(by(people, people.staff), people.member, password, now=NOW)
    row = people.service.world.users[people.member]
    assert (row.password, row.generation) == (password, 1)
    kinds = [EventKind.PASSWORD_CHANGED, EventKind.CREDENTIALS_ENDED]
    assert told(people) == [(kind, people.member, people.staff) for kind in kinds]
    details = [event.detail for event in people.service.world.events]
    assert details == [{"removed": removed}, {"because": "password"}]


def test_nobody_but_a_superuser_sets_a_password_of_staff(people: Cast, root):
    def reset():
        people.service.people.set_password(by(people, people.staff), root, "mine", now=NOW)

    assert refused(reset).reason is RefusalReason.SUPERUSER_REQUIRED
    assert people.service.world.users[root].password == "right"


def test_a_service_account_gets_no_password(people: Cast):
    people.service.world.users[people.member].is_service_account = True
    set_password = people.service.people.set_password
    reason = refused(lambda: set_password(SHELL, people.member, "another", now=NOW)).reason
    assert reason is RefusalReason.SERVICE_ACCOUNT
    set_password(SHELL, people.member, None, now=NOW)
    assert people.service.world.users[people.member].password is None


def test_users_are_deleted_and_it_is_told(people: Cast, root):
    people.service.people.delete(by(people, root), [people.member, people.stranger], now=NOW)
    assert not {people.member, people.stranger} & set(people.service.world.users)
    notices = [(notice.kind, notice.account) for notice in people.service.security.notices]
    assert notices == [
        (NoticeKind.USER_DELETED, "member@example.com"),
        (NoticeKind.USER_DELETED, "stranger@example.com"),
    ]


def test_of_all_who_lead_one_is_not_deleted(people: Cast, root, second):
    delete = people.service.people.delete
    chosen = [people.member, root, second]
    assert refused(lambda: delete(SHELL, chosen, now=NOW)).reason is LAST
    assert set(chosen) <= set(people.service.world.users)
    why_not = people.service.people.why_not_delete
    assert why_not(SHELL, chosen) == LAST.sentence
    assert why_not(SHELL, [people.member, second]) is None
    delete(SHELL, [people.member, second, 999], now=NOW)
    assert refused(lambda: delete(SHELL, [root], now=NOW)).reason is LAST


def test_nobody_but_a_superuser_deletes_staff(people: Cast, root):
    delete = people.service.people.delete
    call = lambda: delete(by(people, people.staff), [people.member, root], now=NOW)  # noqa: E731
    assert refused(call).reason is RefusalReason.SUPERUSER_REQUIRED
    assert people.member in people.service.world.users


def test_nobody_who_is_not_there_is_changed(people: Cast):
    for call in (
        lambda: change(people, SHELL, 999, is_active=False),
        lambda: people.service.people.set_password(SHELL, 999, None, now=NOW),
    ):
        assert refused(call).detail == "There is no such user."
