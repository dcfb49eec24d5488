"""``manage.py`` in an empty environment: help is help, and faults are words."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from platform import python_version

import django
import pytest
from django.core.management import get_commands

from adapters.commands.command_line import asks_for_help
from config.environment import ConfigurationError, read_environment
from domain import __version__
from tests.production import ROOT, environment, manage

NOTHING = {"PATH": os.environ["PATH"]}
OURS = sorted(name for name, app in get_commands().items() if not app.startswith("django."))
VERSIONS = (
    f"shellui-metrics {__version__} (Django {django.__version__}, Python {python_version()})\n"
)
BROKEN = environment(LOG_LEVEL="LOUD", DATABASE_URL="nonsense", DEBUG="perhaps")


def python(*arguments: str, env: dict[str, str] = NOTHING) -> subprocess.CompletedProcess[bytes]:
    """Run this Python in ``src``; what it wrote is left as the bytes it wrote."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT / "src", env=env, capture_output=True, check=False)


def assert_told_in_words(code: int, told: str) -> None:
    assert code == 1
    assert "Traceback" not in told
    assert told.startswith("The configuration has faults:\n- ")
    assert "- DATABASE_URL is not set: write " in told


@pytest.mark.parametrize("env", [NOTHING, BROKEN], ids=["empty", "broken"])
@pytest.mark.parametrize("arguments", [[], ["--help"], ["help"], ["-h"]], ids=str)
def test_help_names_every_command_and_needs_no_configuration(arguments, env):
    done = manage(*arguments, env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert set(OURS) <= set(done.stdout.split())


@pytest.mark.parametrize("name", [*OURS, "migrate", "createsuperuser"])
def test_every_command_tells_its_help_without_configuration(name):
    done = manage(name, "--help", env=NOTHING)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"manage.py {name}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["help", "pat"], "usage: manage.py pat"),
        (["pat", "reissue", "-h"], "--overlap"),
        (["version"], VERSIONS),
        (["--version"], VERSIONS),
        (["pat", "--version"], VERSIONS),
    ],
    ids=str,
)
def test_what_else_only_tells(arguments, told):
    done = manage(*arguments, env=NOTHING)
    assert (done.returncode, done.stderr) == (0, "")
    assert told in done.stdout


def test_there_is_one_version():
    about = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert about["project"]["dynamic"] == ["version"]
    read_in = ROOT / about["tool"]["hatch"]["version"]["path"]
    assert f'__version__ = "{__version__}"\n' in read_in.read_text()


@pytest.mark.parametrize(
    "arguments",
    [["pat", "list"], ["check"], ["pat", "issue", "--name=-h"], ["shell", "--", "--help"]],
    ids=str,
)
def test_what_does_something_does_not_ask_for_help(arguments):
    assert not asks_for_help(arguments)


@pytest.mark.parametrize("name", [*OURS, "migrate", "createsuperuser"])
def test_every_command_tells_a_fault_of_the_configuration_in_words(name):
    done = manage(name, *(["list"] if name == "pat" else []), env=NOTHING)
    assert_told_in_words(done.returncode, done.stderr)
    assert done.stdout == ""


@pytest.mark.parametrize("module", ["config.application", "config.settings"])
def test_a_server_tells_it_in_words_too(module):
    """Whoever starts it: it is read before anything that would wrap the message."""
    done = python("-c", f"import {module}")
    assert_told_in_words(done.returncode, done.stderr.decode())


def test_a_folder_that_debug_cannot_write_to_is_a_fault(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError) as raised:
        read_environment({"DEBUG": "true"}, local=tmp_path / "file" / "local")
    named = {fault.split()[0] for fault in raised.value.faults}
    assert named == {"DATABASE_URL", "SECRET_KEY", "JWT_PRIVATE_KEY"}


@pytest.mark.parametrize(
    "command", [["migrate"], ["purge"], ["pat", "list"], ["load_world"], ["flush", "--noinput"]]
)
def test_a_database_that_is_away_is_a_sentence(command):
    env = environment(DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    done = manage(*command, env=env)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "The database failed" in done.stderr.splitlines()[-1]


def test_a_traceback_comes_when_it_is_asked_for():
    env = environment(DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    assert "Traceback" in manage("purge", "--traceback", env=env).stderr


def test_a_python_without_django_says_which_one_has_it():
    """``python manage.py``, as people type it."""
    done = python("-S", "-I", str(ROOT / "manage.py"), "pat", "list")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b".venv/bin/python manage.py" in done.stderr


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_a_terminal_that_cannot_show_a_name_shows_it_escaped(tmp_path, encoding):
    url = f"sqlite:///{tmp_path / 'db.sqlite3'}"
    env = environment(DATABASE_URL=url)
    assert manage("migrate", env=env).returncode == 0
    row = (
        "from adapters.orm.models import *; from datetime import *; "
        "PersonalAccessToken.objects.create(name='r\xe9sum\xe9 \U0001f600', "
        "user=User.objects.create(email='a@b.test'), "
        "company=Company.objects.create(slug='acme'), expires_at=datetime.now(UTC))"
    )
    assert manage("shell", "--no-imports", "-c", row, env=env).returncode == 0
    done = python("../manage.py", "pat", "list", env={**env, "PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stderr) == (0, b"")
    shown = "r\xe9sum\xe9 \U0001f600".encode(encoding, "backslashreplace")
    assert done.stdout.split(b"\t")[3] == shown
