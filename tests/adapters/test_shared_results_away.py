"""A table that is locked, or gone, makes no scrape worse than measuring live."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext

import psycopg
import pytest
from django.db import connection

from adapters.orm.models import SharedResult
from adapters.sharing.collector import SharedCollector
from adapters.sharing.store import StoreAwayError
from adapters.sharing.table import OrmSharedResults
from config.container import collectors
from domain.policy.scope import PlatformScope
from tests.factories import CompanyFactory
from tests.service import NOON

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = SharedResult._meta.db_table
KEY = "users platform"


@contextmanager
def locked() -> Iterator[None]:
    """Nobody else may read the table; on SQLite, where readers never wait, nobody may write."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"], uri=True)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        connection.ensure_connection()
        with psycopg.connect(connection.connection.info.dsn) as other:
            other.execute(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE")
            yield
            other.rollback()


@contextmanager
def gone() -> Iterator[None]:
    """As before the migration."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} RENAME TO elsewhere")
        yield
        cursor.execute(f"ALTER TABLE elsewhere RENAME TO {TABLE}")


@pytest.fixture(params=[locked, gone])
def away(request):
    return request.param


def test_it_is_left_alone_for_a_while_and_told_once(away, caplog):
    clock = [0.0]
    store = OrmSharedResults(timer=lambda: clock[0])
    with away():
        for _ in range(3):
            with pytest.raises(StoreAwayError):
                store.claim(KEY, seconds=30)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    with pytest.raises(StoreAwayError):
        store.read(KEY)
    clock[0] = 5.0
    assert store.read(KEY) is None
    assert store.claim(KEY, seconds=30)


def test_a_scrape_is_measured_live(away):
    CompanyFactory()
    users, *_ = collectors("default")
    shared = SharedCollector(users, OrmSharedResults(), nullcontext)
    with away():
        delivered = tuple(shared.collect(PlatformScope(), now=NOON))
    assert delivered == tuple(users.collect(PlatformScope(), now=NOON))


def test_other_statements_wait_for_a_lock_as_long_as_before():
    def limit():
        if connection.vendor == "postgresql":
            return connection.connection.wait_seconds
        return connection.connection.execute("PRAGMA busy_timeout").fetchone()

    connection.ensure_connection()
    before = limit()
    OrmSharedResults().claim(KEY, seconds=30)
    assert limit() == before
