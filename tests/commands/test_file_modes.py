"""Other users of the host read nothing of ours: what is written, and what was there before."""

from __future__ import annotations

import socket
import stat
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError

from adapters.commands.management.commands.serve import _close_the_files_to_others
from adapters.orm.sqlite.file import close_to_others
from tests.production import environment, manage


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def files(tmp_path):
    """As an older release left them."""
    made = [tmp_path / f"service.sqlite3{end}" for end in ("", "-wal", "-shm")]
    for path in made:
        path.touch()
        path.chmod(0o644)
    return made


@contextmanager
def port_in_use():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


def test_serve_closes_the_file_and_what_stands_beside_it(files):
    for path in files[1:]:
        path.unlink()
    env = environment(DATABASE_URL=f"sqlite:///{files[0]}")
    with port_in_use() as port:
        assert "in use" in manage("serve", "--port", port, env=env).stderr
    assert mode(files[0]) == 0o600


@pytest.mark.parametrize("before", [0o644, 0o660, 0o666, 0o604, 0o400])
def test_nobody_else_has_any_right_afterwards(files, before):
    for path in files:
        path.chmod(before)
    close_to_others({"ENGINE": "adapters.orm.sqlite", "NAME": files[0]})
    assert {mode(path) for path in files} == {before & 0o700}


@pytest.mark.parametrize("name", [":memory:", "/nonexistent/service.sqlite3"])
def test_what_is_not_there_needs_nothing(name):
    close_to_others({"ENGINE": "adapters.orm.sqlite", "NAME": name})
    close_to_others({"ENGINE": "adapters.orm.postgresql", "NAME": name})


def test_where_it_may_not_the_start_is_refused_with_the_command(files, settings, monkeypatch):
    def not_ours(*_):
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", not_ours)
    named = {"ENGINE": "adapters.orm.sqlite", "NAME": str(files[0])}
    monkeypatch.setitem(settings.DATABASES, "default", named)
    with pytest.raises(CommandError, match=rf"chown \d+ {files[0]} && chmod 600 {files[0]}"):
        _close_the_files_to_others()


def test_what_a_command_writes_is_its_user_s_alone(tmp_path):
    script = f"open({str(tmp_path / 'made')!r}, 'w').close()"
    assert manage("shell", "--no-imports", "-c", script, env=environment()).returncode == 0
    assert mode(tmp_path / "made") == 0o600
