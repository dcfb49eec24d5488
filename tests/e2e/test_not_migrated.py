"""A server on an empty database says what it waits for, and is ready once that is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e import databases
from tests.e2e.processes import eventually
from tests.faults.production import Production, serving

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_new_code_may_start_before_its_migration(kind: str, tmp_path: Path):
    """As in a rolling upgrade: nobody is sent there before it is ready; nothing is restarted."""
    with databases.MAKERS[kind](tmp_path) as database:
        if kind == "sqlite":  # empty, but there: a file that is not is a database that is away
            (tmp_path / "e2e.sqlite3").touch()
        made = Production(tmp_path, database)
        with serving(made, ready="/health/live"):
            answer = made.call("GET", "/health/ready")
            assert (answer.status, answer.json()["code"]) == (503, "migrations_pending")
            assert "Not ready until the database is migrated" in made.log.read_text()
            assert "manage.py migrate" in made.log.read_text()
            made.manage("migrate", "--verbosity", "0")
            eventually(lambda: made.call("GET", "/health/ready").status == 200, "it was ready")
