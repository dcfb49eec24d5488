"""Collectors read METRICS_DATABASE_URL; authentication never does."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.e2e.databases import Database
from tests.e2e.processes import ROOT
from tests.e2e.service import Service

pytestmark = pytest.mark.e2e


def scrape(service: Service, token: str) -> tuple[int, str]:
    """One scrape by the service as configured, in a process of its own."""
    program = "from tests.scale.one_request import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=token,
        cwd=ROOT,
        env=service.env | {"PYTHONPATH": f"{ROOT}/src:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    status, body = json.loads(done.stdout.splitlines()[-1])
    return status, body


@pytest.fixture
def primary(tmp_path):
    service = Service(tmp_path, Database("sqlite", f"sqlite:///{tmp_path / 'primary.sqlite3'}"))
    service.fill()
    service.start()
    try:
        yield service, service.company_pat()
    finally:
        service.stop()


def test_numbers_come_from_the_replica_and_rights_from_the_primary(primary, tmp_path):
    service, pat = primary
    service.stop()
    replica = Database("sqlite", f"sqlite:///{tmp_path / 'replica.sqlite3'}")
    service.database.execute(f"VACUUM INTO '{tmp_path / 'replica.sqlite3'}'")
    service.env["METRICS_DATABASE_URL"] = replica.url
    company = service.company("acme")

    replica.execute("UPDATE shellui_company SET slug = 'from-the-replica' WHERE id = ?", company)
    replica.execute("UPDATE shellui_personalaccesstoken SET revoked_at = created_at")
    replica.execute("UPDATE shellui_user SET is_active = 0")
    status, body = scrape(service, pat["access_token"])
    assert status == 200
    assert 'slug="from-the-replica"' in body

    replica.execute("UPDATE shellui_personalaccesstoken SET revoked_at = NULL")
    replica.execute("UPDATE shellui_user SET is_active = 1")
    service.database.execute("UPDATE shellui_personalaccesstoken SET revoked_at = created_at")
    status, body = scrape(service, pat["access_token"])
    assert (status, json.loads(body)["code"]) == (401, "token_revoked")


def test_a_replica_that_is_away_takes_no_right_away(primary, tmp_path):
    service, pat = primary
    service.stop()
    service.env["METRICS_DATABASE_URL"] = f"sqlite:///{tmp_path / 'no-such-folder' / 'x.sqlite3'}"
    status, body = scrape(service, pat["access_token"])
    assert status == 200
    assert 'collector_success{collector="users",company_id="1"} 0.0' in body
