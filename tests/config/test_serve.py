"""``manage.py serve``: what it says before it becomes the server."""

from __future__ import annotations

import socket
from io import StringIO

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture(autouse=True)
def no_server(monkeypatch):
    """It would take the place of the tests' process."""
    monkeypatch.delattr("os.execve")


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as server:
        yield server.getsockname()[1]


def said_before_refusing(port: int, *, reason: str) -> str:
    told = StringIO()
    with pytest.raises(CommandError, match=reason):
        call_command("serve", "--port", str(port), stderr=told)
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
    settings.STATIC_ROOT = tmp_path
    assert "collectstatic" in said_before_refusing(taken, reason="in use")
    (tmp_path / "staticfiles.json").touch()
    assert said_before_refusing(taken, reason="in use") == ""


def test_development_needs_none(taken, settings, tmp_path):
    settings.STATIC_ROOT, settings.DEBUG = tmp_path, True
    assert said_before_refusing(taken, reason="in use") == ""
