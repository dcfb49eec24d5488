"""A statement on PostgreSQL that takes too long is stopped by its client, and by nothing it set.

The connection goes on: no cancel hits the next statement, and nothing of it is left on the server.
"""

from __future__ import annotations

import select

import psycopg
import pytest
from django.conf import settings
from psycopg.errors import QueryCanceled

from adapters.orm.deadline import statements_within
from adapters.orm.postgresql.connection import BoundedConnection
from tests.helpers.cancels import cancel_again_and_again

pytestmark = pytest.mark.postgresql

ENDLESS = "SELECT pg_sleep(600)"
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


def connect(kind=psycopg.Connection):
    known = settings.DATABASES["default"]
    return kind.connect(
        host=known["HOST"],
        port=known["PORT"],
        user=known["USER"],
        password=known["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    )


@pytest.fixture
def connection():
    """One of ours, which stops what takes longer than a moment."""
    with connect(BoundedConnection) as made:
        made.wait_seconds = 0.1
        yield made
        made.close()


@pytest.fixture
def table(connection):
    """A table that is there for this connection alone."""
    connection.execute("CREATE TEMPORARY TABLE written (n integer)")


def rows(connection, sql: str, *params):
    return connection.execute(sql, params).fetchall()


def limits(connection) -> dict[str, str]:
    """What the server thinks that holds."""
    return {name: rows(connection, f"SHOW {name}")[0][0] for name in LIMITS}


@pytest.mark.parametrize("prepared", [False, True])
def test_what_takes_too_long_is_stopped_and_the_same_connection_goes_on(connection, prepared):
    asking = connection.prepared if prepared else connection
    for n in range(3):
        with pytest.raises(QueryCanceled, match=r"stopped.* 0\.1 seconds"):
            asking.execute(ENDLESS)
        assert asking.execute("SELECT %s::integer", [n]).fetchall() == [(n,)]


def test_what_came_before_it_in_its_transaction_is_undone(connection, table):
    connection.autocommit = False
    connection.execute("INSERT INTO written VALUES (1)")
    with pytest.raises(QueryCanceled):
        connection.execute(ENDLESS)
    connection.rollback()
    assert rows(connection, "SELECT * FROM written") == []


def test_many_statements_at_once_are_stopped_together(connection):
    with pytest.raises(QueryCanceled):
        connection.cursor().executemany("SELECT pg_sleep(%s)", [(0,), (600,), (600,)])
    assert rows(connection, "SELECT 1") == [(1,)]


def test_a_wait_for_a_lock_takes_no_longer(connection):
    with connect() as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(20261125)")
        with pytest.raises(QueryCanceled):
            connection.execute("SELECT pg_advisory_lock(20261125)")


def test_a_statement_that_was_done_before_the_cancel_came_succeeded(connection, monkeypatch):
    """What it did is there: nobody may be told that it failed. Nor is the next one hit."""
    cancel = connection.cancel_safe

    def when_it_is_done(*, timeout):
        select.select([connection], [], [], 60)
        cancel(timeout=timeout)

    monkeypatch.setattr(connection, "cancel_safe", when_it_is_done)
    assert rows(connection, "SELECT 42 FROM pg_sleep(0.3)") == [(42,)]
    assert rows(connection, "SELECT 43 FROM pg_sleep(0.05)") == [(43,)]


def test_no_cancel_hits_the_next_statement(connection):
    """However the end of a statement and its limit fall together."""
    cancel_again_and_again(connection, rounds=300, seed=20261125)


def refused(*, timeout):
    raise psycopg.OperationalError("cancellation failed")


def lost(*, timeout):
    """The server never heard of it."""


@pytest.mark.parametrize("cancel", [refused, lost])
def test_a_connection_that_cannot_be_stopped_is_closed(connection, monkeypatch, cancel):
    """Its statement may still be cancelled, or be answered, when another one is under way."""
    monkeypatch.setattr(connection, "cancel_safe", cancel)
    process = connection.info.backend_pid
    with pytest.raises(psycopg.OperationalError):
        connection.execute(ENDLESS)
    assert connection.closed
    with connect() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [process])


def test_a_scrape_that_is_out_of_time_still_undoes_what_it_began(connection, table):
    connection.wait_seconds = 60
    connection.autocommit = False
    with statements_within(0.1):
        connection.execute("INSERT INTO written VALUES (1)")
        with pytest.raises(QueryCanceled):
            connection.execute(ENDLESS)
        connection.rollback()
    assert rows(connection, "SELECT * FROM written") == []


def test_nothing_is_set_on_the_server(connection):
    """But, within a transaction, how long it may stand still; and that ends with it."""
    before = limits(connection)
    with statements_within(10):
        assert limits(connection) == before
    connection.autocommit = False
    assert limits(connection) == {**before, "idle_in_transaction_session_timeout": "30s"}
    connection.commit()
    connection.autocommit = True
    assert limits(connection) == before


def test_a_transaction_may_begin_with_many_statements_at_once(connection):
    connection.autocommit = False
    connection.cursor().executemany("SELECT %s", [(1,), (2,)])
    assert limits(connection)["idle_in_transaction_session_timeout"] == "30s"
    connection.rollback()
