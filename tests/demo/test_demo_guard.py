"""However late a database comes, the demo in it is never served: each connection is asked first."""

from __future__ import annotations

import pytest
from django.db import OperationalError, close_old_connections, connection
from django.db.backends.signals import connection_created

from adapters.demo.fill import fill
from adapters.orm import demo_guard as guard
from adapters.orm.models import User
from tests.factories import UserFactory
from tests.service import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _guarded():
    guard.refuse_the_demo()
    yield
    connection_created.disconnect(dispatch_uid=guard.__name__)
    connection.close()


def test_a_demo_that_comes_late_is_not_served(client, caplog):
    fill(now=NOON)
    connection.close()
    for _ in range(2):
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert "staff@demo.example" in caplog.text
    assert client.get("/health/live").status_code == 200


def test_nobody_signs_in_to_it(client):
    fill(now=NOON)
    connection.close()
    body = {"email": "staff@demo.example", "password": "shellui-demo"}
    answer = client.post("/api/v1/token?grant_type=password", body, "application/json")
    assert answer.status_code == 503


def test_a_database_that_holds_nobody_is_asked_again_at_the_next_request(client):
    """The demo goes into an empty database only, also into one that is being served."""
    connection.close()
    assert client.get("/health/ready").status_code == 200
    fill(now=NOON)
    close_old_connections()  # as the server does between requests, and the test client does not
    assert client.get("/health/ready").status_code == 503


def test_a_database_of_ones_own_keeps_its_connection(client):
    UserFactory(email="somebody@acme.example")
    connection.close()
    assert client.get("/health/ready").status_code == 200
    kept = connection.connection
    close_old_connections()
    assert client.get("/health/ready").status_code == 200
    assert connection.connection is kept


def test_a_connection_that_could_not_be_asked_is_not_used(monkeypatch):
    def fails(_using: str) -> None:
        raise OperationalError

    connection.close()
    monkeypatch.setattr("adapters.orm.demo_accounts.demo_accounts", fails)
    for _ in range(2):
        with pytest.raises(OperationalError):
            User.objects.exists()
    monkeypatch.undo()
    assert not User.objects.exists()
