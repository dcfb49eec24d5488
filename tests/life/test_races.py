"""Real threads on real connections: whatever comes first, what was promised holds after it.

Each test makes its callers meet at a barrier, many times over, and judges what every caller was
told together with what the database holds afterwards.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest
from django.db import connection, connections, transaction

from adapters.orm.models import PersonalAccessToken, TokenEvent
from adapters.orm.repositories.last_use import write_last_use
from domain.administrator import Administrator
from domain.events.event import Actor, Means, Origin
from domain.manage_tokens import LIVE_TOKEN_LIMIT
from domain.tokens.changes import FlagsRequest
from tests.factories import CompanyFactory, PersonalAccessTokenFactory, StaffFactory
from tests.helpers.people import owner_of
from tests.life.api import (
    GOOD,
    REVOKED,
    SUPERSEDED,
    TOKENS,
    create,
    kinds,
    post,
    reissue,
    reissued,
    revoke,
    row_of,
    session_of,
    used,
    verdict,
)
from tests.service import NOON
from tests.tokens import bearer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,
]
ROUNDS = 10
ROOT = Administrator(Actor(None, "root", Origin(Means.SHELL)))


def often(test: Callable[..., None]) -> Callable[..., None]:
    """Race again and again: once is luck."""

    @functools.wraps(test)
    def again(*args: Any, **kwargs: Any) -> None:
        for _ in range(ROUNDS):
            test(*args, **kwargs)

    return again


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Call them all at the same moment, each on a connection of its own."""
    barrier = threading.Barrier(len(calls), timeout=60)

    def run(call: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait()
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.fixture
def who():
    company = CompanyFactory()
    return session_of(owner_of(company), company)


def live(*tokens: str) -> int:
    """How many of the strings are good. Each is used, so an overlap may end on the way."""
    return sum(used(token) == GOOD for token in tokens)


@often
@pytest.mark.parametrize("overlap", [0, 600])
def test_re_issue_against_re_issue(who, overlap):
    """All are answered; the last one's string is good, the others are dead, the old one as said."""
    pat = create(who)
    again = [lambda: reissued(who, pat["id"], overlap_seconds=overlap)["access_token"]] * 3
    strings = at_once(*again)
    assert used(pat["access_token"]) == (GOOD if overlap else SUPERSEDED)
    assert live(*strings) == 1
    assert used(pat["access_token"]) == SUPERSEDED
    assert kinds(pat["id"]).count("reissued") == 3


@often
def test_of_two_re_issues_by_the_string_itself_one_wins(who):
    """Without an overlap, the loser's string was replaced before its turn came."""
    pat = create(who)
    itself = bearer(pat["access_token"])
    responses = at_once(*[lambda: reissue(itself, pat["id"])] * 2)
    assert sorted(map(verdict, responses), key=str) == [GOOD, SUPERSEDED]
    (new,) = [r.json()["access_token"] for r in responses if r.status_code == 200]
    assert used(new) == GOOD


@often
def test_old_and_new_used_in_the_same_instant(who):
    """The old one is good or superseded; once the new one was answered, it is superseded."""
    pat = create(who)
    new = reissued(who, pat["id"], overlap_seconds=600)["access_token"]
    old_answer, *new_answers = at_once(
        lambda: used(pat["access_token"]), lambda: used(new), lambda: used(new)
    )
    assert old_answer in (GOOD, SUPERSEDED)
    assert new_answers == [GOOD, GOOD]
    assert used(pat["access_token"]) == SUPERSEDED
    assert kinds(pat["id"]).count("overlap_ended") == 1


@often
def test_first_use_against_re_issue(who):
    """A string that ended with its overlap is not brought back by a re-issue that saw it alive."""
    pat = create(who)
    second = reissued(who, pat["id"], overlap_seconds=600)["access_token"]
    answer, third = at_once(
        lambda: used(second),
        lambda: reissued(who, pat["id"], overlap_seconds=600)["access_token"],
    )
    assert answer in (GOOD, SUPERSEDED)
    row = row_of(pat)
    ended = "overlap_ended" in kinds(pat["id"])
    if ended and row.previous_jti is not None:
        assert used(pat["access_token"]) == SUPERSEDED
    assert used(third) == GOOD
    assert used(pat["access_token"]) == used(second) == SUPERSEDED


@often
def test_revoke_against_use(who):
    """Whatever was answered meanwhile, after the revocation's answer nothing is."""
    pat = create(who)
    new = reissued(who, pat["id"], overlap_seconds=600)["access_token"]
    uses = [lambda: used(pat["access_token"]), lambda: used(new)]
    answers = at_once(*uses, lambda: verdict(revoke(who, pat["id"])))
    assert answers[-1] == GOOD
    assert set(answers[:-1]) <= {GOOD, REVOKED, SUPERSEDED}
    assert used(pat["access_token"]) == used(new) == REVOKED


@often
def test_revoke_against_re_issue(who):
    pat = create(who)
    answer, revocation = at_once(
        lambda: reissue(who, pat["id"], overlap_seconds=600), lambda: revoke(who, pat["id"])
    )
    assert revocation.status_code == 200
    assert verdict(answer) in (GOOD, (409, "token_revoked"))
    strings = [pat["access_token"]]
    if answer.status_code == 200:
        strings.append(answer.json()["access_token"])
    assert all(used(token) == REVOKED for token in strings)


@often
def test_last_use_against_revoke(who):
    """A revocation is never undone, and keeps its first time."""
    pat = create(who)
    at_once(
        *[lambda: write_last_use((PersonalAccessToken, row_of(pat).pk), at=NOON)] * 2,
        *[lambda: revoke(who, pat["id"])] * 2,
    )
    row = row_of(pat)
    assert (row.revoked_at, row.last_used_at) == (NOON, NOON)
    assert kinds(pat["id"]) == ["issued", "revoked"]


@often
def test_a_change_of_flags_against_a_re_issue(who, administer):
    """If the flags changed last, no string is good; else the new one is, with the new flags."""
    pat = create(who)
    pat_id = row_of(pat).pk
    new, _ = at_once(
        lambda: reissued(who, pat["id"], overlap_seconds=600)["access_token"],
        lambda: administer.change_flags(ROOT, pat_id, FlagsRequest(read_only=True), now=NOON),
    )
    assert used(pat["access_token"])[0] == 401
    assert (used(new) == GOOD) is (row_of(pat).flags_changed_at is None)
    assert row_of(pat).read_only is True


def test_creation_against_the_limit(who):
    company = CompanyFactory()
    owner = owner_of(company)
    who = session_of(owner, company)
    PersonalAccessTokenFactory.create_batch(LIVE_TOKEN_LIMIT - 3, user=owner, company=company)
    expired = PersonalAccessTokenFactory(user=owner, company=company, expires_at=NOON)
    calls = [lambda: verdict(post(TOKENS, who, {}))] * 5
    answers = at_once(*calls, lambda: verdict(reissue(who, str(expired.pk))))
    refused = (409, "too_many_tokens")
    assert [answer for answer in answers if answer == refused] == [refused] * 3
    assert PersonalAccessToken.objects.filter(user=owner, expires_at__gt=NOON).count() == 100


def test_a_use_waits_for_no_lock(who):
    """A row that somebody has locked can still be used: reading waits for nobody."""
    pat = create(who)
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                PersonalAccessToken.objects.select_for_update().get(pk=pat["id"])
                held.set()
                assert let_go.wait(timeout=60)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        assert held.wait(timeout=60)
        with mock.patch("tests.service.write_last_use"):
            assert used(pat["access_token"]) == GOOD
        let_go.set()
        holder.result(timeout=60)


@often
def test_bulk_revocation_against_itself(administer):
    """Two administrators at once: every token is revoked once, each with one event."""
    company = CompanyFactory()
    PersonalAccessTokenFactory.create_batch(30, company=company, user=StaffFactory())
    calls = [lambda: administer.revoke_all(ROOT, company_id=company.pk, now=NOON)] * 3
    assert sum(at_once(*calls)) == 30
    revoked = TokenEvent.objects.filter(kind="revoked", company_id=company.pk)
    assert revoked.count() == 30


def test_refused_uses_noted_at_once_are_one_row(who):
    pat = create(who)
    calls = [lambda: used(pat["access_token"], "/api/v1/metrics/all")] * 4
    assert at_once(*calls) == [(403, "global_flag_required")] * 4
    assert TokenEvent.objects.filter(kind="privileged_use_refused").count() == 1
