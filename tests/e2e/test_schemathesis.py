"""Schemathesis sends what the OpenAPI document allows and forbids, and judges each answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.service import STAFF, Service

pytestmark = pytest.mark.e2e

SEED = os.environ.get("SCHEMATHESIS_SEED", "20260318")
"""The same requests in every run: a failure is the change's. Set it to search for more."""
EXAMPLES = "20"
LONGEST_SECONDS = 900
CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
GLOBEX_OWNER = "owner@globex.example"
"""The tokens that are made on the way are Globex's: those of Acme are other tests'."""


@pytest.fixture(autouse=True)
def _no_attempts_counted(service: Service):
    """Guessed passwords are counted by address, and every test signs in from the same one."""
    yield
    service.database.execute("DELETE FROM shellui_signinbucket")


def fuzz(service: Service, kept: Path, *options: str) -> None:
    """Run it with every check. Its report, with the seed, is shown on failure and kept."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", f"--config-file={CONFIGURATION}"),
        *("run", f"{service.url}/api/openapi.json", "--checks=all", "--continue-on-failure"),
        *(f"--seed={SEED}", f"--max-examples={EXAMPLES}", "--generation-database=none"),
        *("--no-color", *options),
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
    )
    kept.write_text(done.stdout + done.stderr)
    sys.stdout.write(done.stdout + done.stderr)
    assert f"Seed: {SEED}" in done.stdout
    assert done.returncode == 0, f"Schemathesis found something. Its report: {kept}"


def fuzz_as(service: Service, token: str, kept: Path, *options: str) -> None:
    """Run it with a token that is still good when it ends, so that all of it was signed in.

    Signing in takes no token: it is left to the run without one.
    """
    header = f"--header=Authorization: Bearer {token}"
    fuzz(service, kept, header, "--exclude-path=/api/v1/token", *options)
    after = service.call("GET", "/api/v1/user", token=token)
    assert after.status == 200


def test_without_a_token(service: Service, artifacts: Path):
    fuzz(service, artifacts / "schemathesis-nobody.txt")


def test_with_an_owners_pat(service: Service, artifacts: Path):
    """Read-only: another would be re-issued or revoked on the way."""
    session = service.sign_in(GLOBEX_OWNER)["access_token"]
    token = service.create_pat(session, read_only=True)["access_token"]
    fuzz_as(service, token, artifacts / "schemathesis-owner.txt")


def test_with_a_staff_session(service: Service, artifacts: Path):
    """Without logout, which would end it."""
    token = service.sign_in(STAFF, company="globex")["access_token"]
    report = artifacts / "schemathesis-staff.txt"
    fuzz_as(service, token, report, "--exclude-path=/api/v1/logout")
