"""One table after the other is locked for longer than anybody waits: 503, and nothing is spent.

Such a lock is a migration's, a VACUUM FULL's or a person's. What was sent can be sent again when it
is over, as ``Retry-After`` asks, and works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import connections
from django.test import Client

from adapters.orm.models import PersonalAccessToken, Session, SignInBucket, TokenEvent
from tests.factories import CompanyFactory
from tests.helpers.people import owner_of
from tests.helpers.sign_in import refresh, sign_in
from tests.life.api import GOOD, create, kinds, reissue, revoke, session_of, used, verdict
from tests.tokens import bearer

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

TABLES = [model._meta.db_table for model in apps.get_app_config("shellui").get_models()]
UNAVAILABLE = (503, "database_unavailable")
WAIT = 0.2
"""Seconds: what a statement may take here, its wait for the lock included."""


@pytest.fixture(params=["SHARE ROW EXCLUSIVE", "ACCESS EXCLUSIVE"], ids=["to write", "to read"])
def locked(request, monkeypatch) -> Callable[[str], Any]:
    """Locks a table: nobody else may write to it, or not even read it."""
    connections["default"].ensure_connection()
    monkeypatch.setattr(connections["default"].connection, "wait_seconds", WAIT)
    dsn = connections["default"].connection.info.dsn

    @contextmanager
    def lock(table: str) -> Iterator[None]:
        with psycopg.connect(dsn) as other:
            other.execute(f"LOCK TABLE {table} IN {request.param} MODE")
            yield
            other.rollback()

    return lock


@pytest.fixture
def company():
    return CompanyFactory()


@pytest.fixture
def owner(company):
    return owner_of(company)


def during_each(
    locked: Callable[[str], Any], act: Callable[[], Any], *, after: Callable[[Any], None]
) -> set[str]:
    """Act while each table is locked, and ``after`` it; the tables that were in the way."""
    in_the_way = set()
    for table in TABLES:
        with locked(table):
            answer = act()
        if answer.status_code >= 500:
            assert verdict(answer) == UNAVAILABLE, table
            assert int(answer["Retry-After"]) > 0
            in_the_way.add(table)
        after(answer)
    return in_the_way


def test_a_refresh_token_that_was_not_answered_is_good_afterwards(locked, client, owner):
    pairs = [sign_in(client, owner.email).json()]

    def again(_answer: Any) -> None:
        answer = refresh(client, pairs[-1]["refresh_token"])
        assert verdict(answer) == GOOD
        pairs.append(answer.json())
        assert used(pairs[-1]["access_token"]) == GOOD

    found = during_each(locked, lambda: refresh(client, pairs[-1]["refresh_token"]), after=again)
    assert {"shellui_session", "shellui_useractivity", "shellui_membership"} <= found
    assert Session.objects.filter(revoked_at=None).count() == 1


def test_a_sign_in_that_was_not_answered_leaves_nothing_and_works_afterwards(locked, client, owner):
    def left() -> tuple[int, int]:
        return Session.objects.count(), TokenEvent.objects.count()

    before = [left()]

    def again(answer: Any) -> None:
        if verdict(answer) == UNAVAILABLE:
            assert left() == before[-1]
        SignInBucket.objects.all().delete()  # there are more sign-ins here than one may have
        assert verdict(sign_in(client, owner.email)) == GOOD
        before.append(left())

    found = during_each(locked, lambda: sign_in(client, owner.email), after=again)
    assert {"shellui_session", "shellui_useractivity", "shellui_logintally"} <= found
    assert {"shellui_signinbucket", "shellui_tokenevent"} <= found


@pytest.mark.parametrize("by_itself", [False, True], ids=["by a session", "by itself"])
def test_a_token_whose_re_issue_was_not_answered_goes_on(locked, owner, company, by_itself):
    session = session_of(owner, company)
    pat = create(session)
    strings = [pat["access_token"]]

    def ask() -> Any:
        return reissue(bearer(strings[-1]) if by_itself else session, pat["id"])

    def again(answer: Any) -> None:
        if verdict(answer) == GOOD:
            strings.append(answer.json()["access_token"])
        assert used(strings[-1]) == GOOD
        told = ask()
        assert verdict(told) == GOOD
        strings.append(told.json()["access_token"])
        assert [used(string) == GOOD for string in strings[-2:]] == [False, True]
        assert kinds(pat["id"]).count("reissued") == len(strings) - 1

    found = during_each(locked, ask, after=again)
    assert {"shellui_personalaccesstoken", "shellui_tokenevent"} <= found


def test_a_creation_that_was_not_answered_made_nothing(locked, owner, company):
    session, made = session_of(owner, company), [0]

    def count() -> int:
        return PersonalAccessToken.objects.count()

    def again(answer: Any) -> None:
        assert count() == made[-1] + (answer.status_code == 201)
        create(session)
        made.append(count())

    found = during_each(
        locked,
        lambda: Client().post(
            "/api/v1/personal-access-tokens", {}, content_type="application/json", **session
        ),
        after=again,
    )
    assert {"shellui_personalaccesstoken", "shellui_tokenevent"} <= found


def test_a_revocation_that_was_not_answered_can_be_repeated(locked, owner, company):
    session = session_of(owner, company)
    pats = [create(session)]

    def again(answer: Any) -> None:
        pat = pats[-1]
        assert (used(pat["access_token"]) == GOOD) == (verdict(answer) != GOOD)
        assert verdict(revoke(session, pat["id"])) == GOOD
        assert used(pat["access_token"]) != GOOD
        assert kinds(pat["id"]).count("revoked") == 1
        pats.append(create(session))

    found = during_each(locked, lambda: revoke(session, pats[-1]["id"]), after=again)
    assert {"shellui_personalaccesstoken", "shellui_tokenevent"} <= found
