"""``manage.py purge``: what is of no use goes, in batches, whatever happens meanwhile."""

from __future__ import annotations

import dataclasses
import io
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections, transaction

from adapters.orm.models import (
    EventPurge,
    KnownNetwork,
    PersonalAccessToken,
    Session,
    SignInBucket,
    TokenEvent,
)
from adapters.orm.purge import Chore, chores
from domain.limits import KNOWN_FOR, LONGEST_WINDOW
from tests.factories import PersonalAccessTokenFactory, SessionFactory
from tests.life.api import GOOD, reissued, session_of, used
from tests.production import ROOT, environment, manage
from tests.service import NOON, SERVICES
from tests.tokens import pat_token

RETENTION = timedelta(days=400)
SECOND = timedelta(seconds=1)
LONG_AGO = NOON - RETENTION - SECOND
JUST_KEPT = NOON - RETENTION


def event(at, **columns):
    columns = {"kind": "issued", "user_id": 1, "company_id": 1, "means": "api", **columns}
    return TokenEvent.objects.create(at=at, **columns)


def purge(*arguments: str) -> str:
    out = io.StringIO()
    with mock.patch("adapters.commands.management.commands.purge.services", return_value=SERVICES):
        call_command("purge", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def useless(db):
    """One of each, just old enough."""
    SessionFactory(expires_at=NOON - SECOND)
    BrowserSession.objects.create(session_key="k", session_data="", expire_date=NOON - SECOND)
    SignInBucket.objects.create(key="old", started_at=NOON - LONGEST_WINDOW - SECOND)
    KnownNetwork.objects.create(key="old", signed_in_at=NOON - KNOWN_FOR - SECOND)
    PersonalAccessTokenFactory(revoked_at=LONG_AGO)
    PersonalAccessTokenFactory(expires_at=LONG_AGO)
    event(LONG_AGO)


@pytest.fixture
def useful(db):
    """One of each, just too young."""
    SessionFactory(expires_at=NOON)
    SessionFactory(revoked_at=LONG_AGO)
    BrowserSession.objects.create(session_key="l", session_data="", expire_date=NOON)
    SignInBucket.objects.create(key="new", started_at=NOON - LONGEST_WINDOW)
    KnownNetwork.objects.create(key="new", signed_in_at=NOON - KNOWN_FOR)
    PersonalAccessTokenFactory(revoked_at=JUST_KEPT)
    PersonalAccessTokenFactory(expires_at=JUST_KEPT)
    PersonalAccessTokenFactory(created_at=LONG_AGO)
    event(JUST_KEPT)


TABLES = (Session, BrowserSession, SignInBucket, KnownNetwork, PersonalAccessToken, TokenEvent)


def counts() -> list[int]:
    return [table.objects.count() for table in TABLES]


def test_what_is_of_no_use_goes_and_the_rest_stays(useless, useful):
    out = purge()
    assert counts() == [2, 1, 1, 1, 3, 1]
    assert out.splitlines() == [
        "expired sessions: 1 deleted",
        "expired browser sessions: 1 deleted",
        "old sign-in buckets: 1 deleted",
        "networks not signed in from of late: 1 deleted",
        "tokens revoked long ago: 1 deleted",
        "tokens expired long ago: 1 deleted",
        "old events: 1 deleted",
        "done",
    ]


def test_again_there_is_nothing_to_do(useless, useful):
    purge()
    assert purge() == "done\n"
    assert counts() == [2, 1, 1, 1, 3, 1]


def test_a_dry_run_counts(useless, useful):
    before = counts()
    assert "old events: 1 to delete" in purge("--dry-run")
    assert counts() == before


def test_batches_are_reported_as_they_are_done(db):
    for _ in range(5):
        event(LONG_AGO)
    assert purge("--batch", "2").splitlines() == [
        "old events: 2 deleted",
        "old events: 2 deleted",
        "old events: 1 deleted",
        "done",
    ]


@pytest.mark.parametrize("batch", ["0", "-1", "10001", "many", "1.5", "²"])
def test_a_batch_out_of_bounds(db, batch):
    with pytest.raises(CommandError, match="from 1 to 10000"):
        purge(f"--batch={batch}")


def test_the_way_around_the_triggers_is_shut_again(useless):
    purge()
    assert not EventPurge.objects.exists()


def test_rows_that_nobody_can_delete_do_not_hold_it_up_for_ever(useless):
    stuck = dataclasses.replace(named("old events"), delete=lambda _rows: 0)
    stuck.run(batch=10, report=lambda *_: pytest.fail("there was nothing to report"))


def named(name: str) -> Chore:
    (chore,) = [c for c in chores(now=NOON, retention=RETENTION) if c.name == name]
    return chore


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_an_expired_token_that_is_re_issued_meanwhile_stays(owner, company):
    """Its row is locked, so the purge leaves it alone instead of waiting; then it is of use."""
    row = PersonalAccessTokenFactory(user=owner, company=company, expires_at=LONG_AGO)
    other = PersonalAccessTokenFactory(user=owner, company=company, expires_at=LONG_AGO)
    purged = []
    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        new = reissued(session_of(owner, company), str(row.pk))
        pool.submit(purge_expired, purged).result(timeout=120)
    assert purged == [1]
    assert not PersonalAccessToken.objects.filter(pk=other.pk).exists()
    assert used(new["access_token"]) == GOOD


def purge_expired(counts: list[int]) -> None:
    try:
        named("tokens expired long ago").run(batch=10, report=lambda _, n: counts.append(n))
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_stopped_between_two_batches_it_goes_on_where_it_was():
    """A batch is done or not: nothing of one that failed is lost, nothing is left half."""
    for _ in range(5):
        event(LONG_AGO)
    kept = event(NOON)
    real, calls = EventPurge.delete, []

    def fails_the_second_time(self):
        calls.append(self)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(self)

    with (
        mock.patch.object(EventPurge, "delete", fails_the_second_time),
        pytest.raises(KeyboardInterrupt),
    ):
        purge("--batch", "2")
    assert TokenEvent.objects.count() == 4
    assert not EventPurge.objects.exists()
    purge("--batch", "2")
    assert TokenEvent.objects.get() == kept


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_two_at_once_while_serving(owner, company):
    """Neither fails, nobody who is being served notices."""
    TokenEvent.objects.bulk_create(
        [
            TokenEvent(at=LONG_AGO, kind="issued", user_id=1, company_id=1, means="api")
            for _ in range(300)
        ]
    )
    PersonalAccessTokenFactory.create_batch(50, revoked_at=LONG_AGO, company=company)
    token = pat_token(PersonalAccessTokenFactory(user=owner, company=company))
    done = threading.Event()

    def serve():
        try:
            answers = set()
            while not done.is_set():
                answers.add(used(token))
            return answers
        finally:
            connections.close_all()

    def clean():
        try:
            for chore in chores(now=NOON, retention=RETENTION):
                chore.run(batch=10, report=lambda _name, _count: None)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        served = pool.submit(serve)
        try:
            for purging in [pool.submit(clean), pool.submit(clean)]:
                purging.result(timeout=120)
        finally:
            done.set()
        assert served.result(timeout=120) == {GOOD}
    assert (TokenEvent.objects.count(), PersonalAccessToken.objects.count()) == (0, 1)


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    """A database of its own, for commands in processes of their own."""
    path = tmp_path_factory.mktemp("purge") / "db.sqlite3"
    env = environment(DATABASE_URL=f"sqlite:///{path}")
    assert manage("migrate", env=env).returncode == 0
    return path, env


ROWS = 5000
"""A report a row is more than a pipe holds: unread, the purge waits for us and cannot be done."""


def fill(path, rows: int) -> None:
    statement = """
        INSERT INTO shellui_tokenevent
        (at, kind, user_id, user_email, company_slug, actor_name, address, means, detail)
        VALUES (?, 'issued', 1, '', '', '', '', 'api', '{}')
    """
    with sqlite3.connect(path) as db:
        db.executemany(statement, [(f"2001-01-01 00:00:{n % 60:02}",) for n in range(rows)])


def left(path) -> tuple[int, int]:
    with sqlite3.connect(path) as db:
        (events,) = db.execute("SELECT count(*) FROM shellui_tokenevent").fetchone()
        (permits,) = db.execute("SELECT count(*) FROM shellui_eventpurge").fetchone()
    return events, permits


def test_killed_midway_and_run_again(production):
    """SIGKILL after the first batch was reported: what is left is whole, the next run ends it."""
    path, env = production
    fill(path, ROWS)
    command = [sys.executable, "-u", "manage.py", "purge", "--batch", "1"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as purging:
        assert purging.stdout.readline() == "old events: 1 deleted\n"
        os.kill(purging.pid, signal.SIGKILL)
    events, permits = left(path)
    assert 0 < events < ROWS
    assert permits == 0
    done = manage("purge", env=env)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "done")
    assert left(path) == (0, 0)


class TestExitCodes:
    """As a script sees them."""

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ("pat issue --user a@b.test --company c --expires-in never", 2),
            ("pat reissue --overlap 25h", 2),
            ("pat revoke --all", 2),
            ("pat issue --user a@b.test --company c", 1),
            ("pat list", 0),
            ("events --since yesterday", 2),
            ("events", 0),
            ("purge --batch 0", 2),
        ],
    )
    def test_of(self, production, arguments, code):
        done = manage(*arguments.split(), env=production[1])
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr

    def test_of_a_database_that_is_not_there(self, production):
        away = {**production[1], "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}
        done = manage("pat", "list", env=away)
        assert (done.returncode, done.stdout) == (3, "")
        assert "Traceback" not in done.stderr
