"""One use case is one transaction: whichever port fails, nothing was written and nothing ended."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.administrator import Administrator
from domain.events.event import Actor, Means, Origin
from domain.people.begin import Beginning
from domain.people.rights import RightsChange
from domain.sessions.sign_in import Credentials
from domain.tokens.changes import FlagsRequest, ReissueRequest
from domain.tokens.mint import PatRequest
from domain.tokens.record import Overlap
from tests.domain.make import Cast, cast, pat_record
from tests.fakes.service import NOW

SHELL = Administrator(Actor(None, "root", Origin(Means.SHELL)))
LATER = NOW + timedelta(minutes=1)
OUTSIDE = {"limiter", "last_use", "refused_uses", "security"}
"""Written outside of any transaction by design: a count outlives the failure it counts."""
PURE = {"new_id", "refresh_tokens", "random_bytes", "timer", "limit"}


class PortFailedError(Exception):
    """What a port raises when its database, or its key, is gone."""


class Failing:
    """A port of which the n-th call fails; those before it do what they always do."""

    def __init__(self, port: Any, name: str, countdown: list[int], calls: list[str]) -> None:
        self._port, self._name, self._countdown, self._calls = port, name, countdown, calls

    def __getattr__(self, method: str) -> Any:
        return self._counted(getattr(self._port, method), f"{self._name}.{method}")

    def _counted(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            self._countdown[0] -= 1
            self._calls.append(name)
            if self._countdown[0] == 0:
                raise PortFailedError(name)
            return call(*args, **kwargs)

        return counted


def breakable(use_case: Any, countdown: list[int], calls: list[str]) -> Any:
    """The use case, with every port below it wrapped."""
    changed = {}
    for field in fields(use_case):
        port = getattr(use_case, field.name)
        if field.name in OUTSIDE | PURE | {"transaction"}:
            continue
        if type(port).__module__.startswith("tests.fakes"):
            changed[field.name] = Failing(port, field.name, countdown, calls)
        elif is_dataclass(port):
            changed[field.name] = breakable(port, countdown, calls)
    return replace(use_case, **changed)


def state(people: Cast) -> dict[str, Any]:
    """All that is stored, but for notes of use, which no transaction holds."""
    kept = {k: v for k, v in vars(people.service.world).items() if k not in {"_ids", "locked"}}
    return copy.deepcopy({k: v for k, v in kept.items() if k != "writes"})


def own_row(people: Cast, **columns: Any) -> Any:
    record = pat_record(user_id=people.staff, company_id=people.acme, read_only=False, **columns)
    return people.service.world.add_pat(record, granted_by=people.staff)


def begin(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    people.service.world.users.clear()
    beginning = Beginning("root@example.com", "long enough", "Umbrella", "umbrella")
    return people.service.begin, lambda use: use(beginning, by=SHELL.actor)


def sign_in(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    credentials = Credentials("owner@example.com", "right", people.acme)
    return people.service.sign_in, lambda use_case: use_case(credentials, now=LATER)


def refresh(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    token = people.service.start_session(people.owner, people.acme, now=NOW).refresh_token
    return people.service.refresh, lambda use_case: use_case(token, now=LATER)


def sign_out(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    caller = people.caller(people.owner, people.acme)
    return people.service.sign_out, lambda use_case: use_case(caller, now=LATER)


def create(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    caller = people.caller(people.staff, people.acme)
    request = PatRequest(access_global_metrics=True)
    return people.service.tokens, lambda tokens: tokens.create(caller, request, now=LATER)


def reissue(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    """By the new string of an overlap, whose first use ends the old one."""
    overlap = {"overlap": Overlap("old", NOW + timedelta(hours=1))}
    flag = {"access_global_metrics": True}
    caller = people.pat_caller(own_row(people, **overlap, **flag))
    request = ReissueRequest(overlap=timedelta(hours=1))
    pat_id = caller.credential.pat_id
    return people.service.tokens, lambda tokens: tokens.reissue(caller, pat_id, request, now=LATER)


def revoke(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    row = own_row(people)
    people.service.world.add_pat(replace(row, id=uuid4(), jti="heir", made_by_pat=row.id))
    caller = people.caller(people.staff, people.acme)
    return people.service.tokens, lambda tokens: tokens.revoke(caller, row.id, now=LATER)


def administer_issue(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    whose = {"user_id": people.member, "company_id": people.acme, "giver_id": people.staff}
    request = PatRequest(access_global_metrics=True)
    return people.service.administer, lambda administer: administer.issue(
        SHELL, request, **whose, now=LATER
    )


def administer_reissue(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    row = own_row(people)
    return people.service.administer, lambda administer: administer.reissue(
        SHELL, row.id, ReissueRequest(), now=LATER
    )


def administer_flags(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    row = own_row(people)
    return people.service.administer, lambda administer: administer.change_flags(
        SHELL, row.id, FlagsRequest(read_only=True), now=LATER
    )


def administer_revoke_all(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    own_row(people)
    return people.service.administer, lambda administer: administer.revoke_all(
        SHELL, user_id=people.staff, now=LATER
    )


def change_password(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    people.caller(people.owner, people.acme)
    caller = people.caller(people.owner, people.acme)
    return people.service.account, lambda account: account.change_password(
        caller, "right", "another one", end_tokens=True, now=LATER
    )


def end_everything(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    caller = people.caller(people.owner, people.acme)
    return people.service.account, lambda account: account.end_everything(caller, now=LATER)


def end_others(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    people.caller(people.owner, people.acme)
    caller = people.caller(people.owner, people.acme)
    return people.service.account, lambda account: account.end_other_sessions(caller, now=LATER)


def change_rights(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    """All that a change can bring about, in one."""
    people.caller(people.member, people.acme)
    wanted = RightsChange(is_active=False, is_service_account=True)
    return people.service.people, lambda administer: administer.change_rights(
        SHELL, people.member, wanted, now=LATER
    )


def set_password(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    return people.service.people, lambda administer: administer.set_password(
        SHELL, people.member, "another one", now=LATER
    )


def delete_users(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    users = [people.member, people.stranger]
    return people.service.people, lambda administer: administer.delete(SHELL, users, now=LATER)


def administer_end_everything(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    return people.service.credentials, lambda administer: administer.end_everything(
        SHELL, people.member, now=LATER
    )


def administer_end_sessions(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    session_id = people.caller(people.member, people.acme).credential.session_id
    return people.service.credentials, lambda administer: administer.end_sessions(
        SHELL, [session_id], now=LATER
    )


def first_use(people: Cast) -> tuple[Any, Callable[[Any], Any]]:
    """A scrape by the new string of an overlap."""
    overlap = {"overlap": Overlap("old", NOW + timedelta(hours=1))}
    caller = people.pat_caller(own_row(people, **overlap))
    return people.service.scrape, lambda scrape: scrape.company(caller, now=LATER)


def outcome(call: Callable[[Any], Any], use_case: Any) -> str | None:
    """Which port's call failed the use case; None when it went well."""
    try:
        call(use_case)
    except PortFailedError as exc:
        return str(exc)
    return None


CASES = [
    sign_in,
    refresh,
    sign_out,
    create,
    reissue,
    revoke,
    administer_issue,
    administer_reissue,
    administer_flags,
    administer_revoke_all,
    change_rights,
    set_password,
    delete_users,
    administer_end_everything,
    administer_end_sessions,
    change_password,
    end_everything,
    end_others,
    first_use,
    begin,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_whichever_call_fails_nothing_has_happened(case):
    """The n-th call to any port fails, for every n there is."""
    failed: list[str] = []
    for nth in range(1, 100):
        people, calls = cast(), list[str]()
        use_case, call = case(people)
        before = state(people)
        what_failed = outcome(call, breakable(use_case, [nth], calls))
        if what_failed is None:
            break
        failed.append(what_failed)
        assert state(people) == before, f"after {what_failed} failed, as call {nth}"
    assert failed == calls, "every call was made to fail"
    assert state(people) != before or case is first_use


def test_a_refresh_that_failed_works_when_it_is_sent_again():
    people = cast()
    _, call = refresh(people)
    with pytest.raises(PortFailedError):
        call(breakable(people.service.refresh, [5], []))
    assert call(people.service.refresh).access_token


@pytest.mark.parametrize("case", CASES[:15], ids=lambda case: case.__name__)
def test_users_are_locked_before_their_sessions_and_tokens(case):
    """One order of locks, so that no two use cases wait for each other."""
    people = cast()
    use_case, call = case(people)
    people.service.world.locked.clear()
    call(use_case)
    order = [isinstance(held, int) for held in people.service.world.locked]
    assert order == sorted(order, reverse=True)
    assert order[:1] == [True]
