"""``manage.py serve``: what it says before it becomes the server."""

from __future__ import annotations

import re
import socket
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from adapters.demo.fill import fill
from tests.production import environment, manage
from tests.service import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_server(monkeypatch):
    """It would take the place of the tests' process."""
    monkeypatch.delattr("os.execve")


@pytest.fixture(autouse=True)
def collected(settings, tmp_path):
    """Nothing is left to tell of: static files are there, and HTTPS is required."""
    settings.STATIC_ROOT = tmp_path
    settings.HTTPS_REQUIRED = True
    (tmp_path / "staticfiles.json").touch()


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as server:
        yield server.getsockname()[1]


def said_before_refusing(port: int, *more: str, reason: str) -> str:
    told = StringIO()
    with pytest.raises(CommandError, match=reason):
        call_command("serve", "--port", str(port), *more, stderr=told)
    return told.getvalue()


def test_a_port_in_use_is_refused_even_when_it_would_be_shared(taken):
    said_before_refusing(taken, reason=f"127.0.0.1:{taken}.*in use.*--port")


@pytest.mark.parametrize("port", ["0", "70000", "-1", "http"])
def test_a_number_that_is_no_port_is_refused(port):
    with pytest.raises(CommandError, match=r"--port.*1 to 65535"):
        call_command("serve", "--port", port)


@pytest.mark.parametrize("host", ["localhost", "", "256.0.0.1"])
def test_a_name_is_no_address_to_listen_on(host):
    with pytest.raises(CommandError, match=r"--host.*such as 127\.0\.0\.1"):
        call_command("serve", "--host", host)


def test_static_files_that_are_missing_are_told(taken, settings, tmp_path):
    settings.HTTPS_REQUIRED = True
    (tmp_path / "staticfiles.json").unlink()
    assert "collectstatic" in said_before_refusing(taken, reason="in use")
    (tmp_path / "staticfiles.json").touch()
    assert said_before_refusing(taken, reason="in use") == ""


def test_development_needs_none(taken, settings, tmp_path):
    settings.DEBUG = True
    (tmp_path / "staticfiles.json").unlink()
    assert said_before_refusing(taken, reason="in use") == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3"])
def test_debug_serves_this_machine_alone(settings, host):
    """Its keys are made up, and everybody knows the demo's passwords."""
    settings.DEBUG = True
    said_before_refusing(1, "--host", host, reason=rf"DEBUG=true.*{host}.*make run HOST=")


@pytest.mark.parametrize("more", [["--host=127.0.0.1"], ["--host=0.0.0.0", "--expose-debug"]])
def test_debug_serves_others_when_that_is_asked_for(taken, settings, more):
    settings.DEBUG = True
    said_before_refusing(taken, *more, reason="in use")


def test_a_database_that_waits_for_its_migrations_hinders_nobody(taken):
    """A rolling upgrade starts the new code before the migration, or after it."""
    MigrationRecorder(connection).record_unapplied("shellui", "0001_initial")
    told = said_before_refusing(taken, reason="in use")
    assert "Not ready" in told
    assert "shellui.0001_initial" in told
    assert "manage.py migrate" in told


def test_a_database_that_is_away_hinders_nobody_either(taken, monkeypatch):
    def away():
        raise OperationalError

    monkeypatch.setattr("adapters.commands.management.commands.serve.waiting_migrations", away)
    assert "migrate" not in said_before_refusing(taken, reason="in use")


@pytest.mark.parametrize(
    "url", ["postgres://nobody@127.0.0.1:1/nothing", "sqlite:////nonexistent/folder/db.sqlite3"]
)
def test_a_database_that_cannot_be_asked_is_told_and_hinders_nobody(taken, url):
    """Our check says so, or Django's own, which connect where a model has a JSON field."""
    done = manage("serve", "--port", str(taken), env=environment(DATABASE_URL=url))
    assert re.search(r"The database (did|does) not answer", done.stderr)
    assert "in use" in done.stderr
    assert "Traceback" not in done.stderr


def test_production_serves_others(taken):
    said_before_refusing(taken, "--host=0.0.0.0", reason="in use")


def test_the_demo_is_not_served_in_production(taken):
    fill(now=NOON)
    said_before_refusing(taken, reason=r"holds the demo.*staff@demo\.example")
    with pytest.raises(CommandError, match="unrecognized arguments: --skip-checks"):
        call_command("serve", "--skip-checks")


def test_development_serves_the_demo(taken, settings):
    settings.DEBUG = True
    fill(now=NOON)
    said_before_refusing(taken, reason="in use")
