"""With DEBUG true a key is made once and kept in an ignored folder; production takes none of it."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from config.environment import ConfigurationError, read_environment
from tests.config.conftest import GOOD
from tests.production import ROOT

DEBUG = {"DEBUG": "true"}


@pytest.fixture
def local(tmp_path):
    return tmp_path / "made" / "on demand"


def test_nothing_else_need_be_set(local):
    found = read_environment(DEBUG, local=local)
    assert found.debug is True
    assert found.allowed_hosts == ["localhost", "127.0.0.1", "[::1]"]
    assert found.jwt_issuer
    assert found.jwt_audience
    assert found.key_ring.private_key.key_size >= 2048


def test_the_demo_has_a_file_of_its_own(local):
    assert read_environment(DEBUG, local=local).database["NAME"] == str(local / "demo.sqlite3")


def test_what_is_made_is_kept(local):
    first, second = (read_environment(DEBUG, local=local) for _ in range(2))
    assert first.key_ring.active_kid == second.key_ring.active_kid
    assert first.secret_key == second.secret_key
    other = read_environment(DEBUG, local=local / "other")
    assert other.key_ring.active_kid != first.key_ring.active_kid


def test_only_its_owner_may_read_it(local):
    read_environment(DEBUG, local=local)
    kept = sorted(local.iterdir())
    assert [path.name for path in kept] == ["jwt_private_key.pem", "secret_key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


@pytest.mark.parametrize("before", [None, 0o755, 0o777])
def test_only_its_owner_may_enter_the_folder(local, before):
    if before is not None:
        local.mkdir(parents=True)
        local.chmod(before)
    read_environment(DEBUG, local=local)
    assert stat.S_IMODE(local.stat().st_mode) == 0o700


def test_the_folder_is_ignored_by_git():
    done = subprocess.run(["git", "check-ignore", "-q", ".local/x"], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_what_is_set_is_used_and_nothing_is_made(local):
    found = read_environment({**GOOD, **DEBUG}, local=local)
    assert found.secret_key == GOOD["SECRET_KEY"]
    assert not local.exists()


SCRIPT = """
import os, sys
from pathlib import Path
from config.environment import read_environment
found = read_environment({"DEBUG": "true"}, local=Path(sys.argv[1]))
print(found.key_ring.active_kid, found.secret_key)
"""


def test_processes_that_start_at_the_same_time_agree(local):
    def start(_: int) -> str:
        command = [sys.executable, "-c", SCRIPT, str(local)]
        env = {"PYTHONPATH": str(ROOT / "src")}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        return done.stdout

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(start, range(4)))) == 1


def test_production_makes_nothing(local):
    with pytest.raises(ConfigurationError):
        read_environment({}, local=local)
    assert not local.exists()


@pytest.mark.parametrize(
    ("name", "kept"), [("SECRET_KEY", "secret_key"), ("JWT_PRIVATE_KEY", "jwt_private_key.pem")]
)
@pytest.mark.parametrize("newline", ["\n", "\\n"])
def test_production_refuses_what_was_made_up(local, name, kept, newline):
    """Whoever copies it into production's environment has a fault of the configuration."""
    read_environment(DEBUG, local=local)
    copied = (local / kept).read_text().replace("\n", newline)
    with pytest.raises(ConfigurationError) as raised:
        read_environment({**GOOD, name: copied}, local=local)
    (fault,) = raised.value.faults
    assert fault.startswith(f"{name} is the one that DEBUG made up: write ")
    assert copied[:40] not in fault
