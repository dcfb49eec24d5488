"""Our connections do without PostgreSQL's JIT compiler, which no limit on a statement stops."""

from __future__ import annotations

import threading

import psycopg
import pytest
from django.db import connections

from adapters.commands.checks import no_jit

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def backend():
    made = connections["default"].copy()
    yield made
    made.close()


def _jit(backend) -> str:
    with backend.cursor() as cursor:
        cursor.execute("SHOW jit")
        return cursor.fetchone()[0]


def test_a_connection_has_it_off(backend):
    assert _jit(backend) == "off"


def test_options_of_the_url_stay(backend):
    backend.settings_dict["OPTIONS"] = {
        **backend.settings_dict["OPTIONS"],
        "options": "-c work_mem=1234kB",
    }
    assert _jit(backend) == "off"
    with backend.cursor() as cursor:
        cursor.execute("SHOW work_mem")
        assert cursor.fetchone()[0] == "1234kB"


def test_a_pooler_that_takes_no_options_is_connected_to_without(backend, monkeypatch):
    """As PgBouncer says it, in the words of 1.18 and of 1.20."""
    from adapters.orm.postgresql.connection import BoundedConnection

    real, asked, ours = BoundedConnection.connect, [], threading.current_thread()

    def connect(**params):
        if threading.current_thread() is not ours:
            return real(**params)
        asked.append(params.get("options"))
        if params.get("options"):
            raise psycopg.OperationalError("FATAL: unsupported startup parameter: options")
        return real(**params)

    connections["default"].ensure_connection()  # what looks at new connections has its own
    monkeypatch.setattr(type(type(backend).Database), "connect", staticmethod(connect))
    backend.connect()
    backend.close()
    backend.connect()
    assert asked == ["-c jit=off", None, None]


@pytest.mark.parametrize(("jit", "ids"), [("on", ["shellui.W002"]), ("off", [])])
def test_the_check_warns_where_it_is_on(jit, ids):
    """As behind a pooler."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SET jit = {jit}")
    try:
        assert [message.id for message in no_jit(databases=["default"])] == ids
    finally:
        connections["default"].close()
