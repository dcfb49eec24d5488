"""A SQLite file that is not there: whoever only looks says so, and makes none."""

from __future__ import annotations

import stat

import pytest

from tests.production import environment, manage

LOOKING = [
    ["check"],
    ["check", "--deploy"],
    ["showmigrations"],
    ["migrate", "--help"],
    ["pat", "list"],
    ["events"],
    ["unlock", "somebody@example.com"],
    ["purge", "--dry-run"],
    ["inspectdb"],
    ["makemigrations", "--check", "--dry-run"],
    ["createsuperuser", "--noinput", "--email", "root@example.com"],
]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "servce.sqlite3"


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
def test_it_is_not_made(file, command):
    done = manage(*command, env=environment(DATABASE_URL=f"sqlite:///{file}"))
    assert not file.exists()
    assert "Traceback" not in done.stderr
    if "--help" not in command:
        assert f"there is no file {file}: " in done.stderr


def test_migrate_makes_it_for_its_owner_alone(file):
    env = environment(DATABASE_URL=f"sqlite:///{file}")
    assert manage("migrate", env=env).returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert manage("check", env=env).returncode == 0


def test_a_file_that_cannot_be_made_is_told(tmp_path):
    url = f"sqlite:///{tmp_path}/nowhere/service.sqlite3"
    done = manage("migrate", env=environment(DATABASE_URL=url))
    assert done.returncode == 3
    assert done.stderr.startswith(
        f"CommandError: {tmp_path}/nowhere/service.sqlite3 cannot be made"
    )
