"""A connection of PostgreSQL that was good a moment ago is not asked again, unless it has news."""

from __future__ import annotations

import psycopg
import pytest
from django.conf import settings
from django.db import connections

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def connection():
    """This thread's own, and no proxy of it."""
    return connections["default"]


@pytest.fixture
def asked(monkeypatch):
    """How often the server was asked whether it is there; the connection was good just now."""
    questions = []
    answers = type(connection())._answers

    def ask(self):
        questions.append(self.alias)
        return answers(self)

    monkeypatch.setattr(type(connection()), "_answers", ask)
    connection().ensure_connection()
    assert connection().is_usable()
    questions.clear()
    return questions


def end_from_outside() -> None:
    """Another session ends the connection, as a restart of the server does."""
    pid = connection().connection.info.backend_pid
    known = settings.DATABASES["default"]
    with psycopg.connect(
        host=known["HOST"],
        port=known["PORT"],
        user=known["USER"],
        password=known["PASSWORD"],
        dbname=connection().settings_dict["NAME"],
        autocommit=True,
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_a_good_one_is_not_asked_again(asked):
    assert connection().is_usable()
    assert asked == []


def test_after_a_moment_it_is_asked_again(asked, monkeypatch):
    monkeypatch.setattr(connection(), "_good_until", 0.0)
    assert connection().is_usable()
    assert asked == ["default"]


def test_after_an_error_it_is_asked_again(asked, monkeypatch):
    monkeypatch.setattr(connection(), "errors_occurred", True)
    assert connection().is_usable()
    assert asked == ["default"]


def test_one_that_the_server_ended_is_found_out_at_once(asked):
    end_from_outside()
    assert not connection().is_usable()
    assert asked == ["default"]
    connection().close()


def test_one_that_is_closed_is_not_usable(asked):
    connection().connection.close()
    assert not connection().is_usable()
    connection().close()
