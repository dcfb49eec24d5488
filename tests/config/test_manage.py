"""``manage.py`` under environments of its own: what production refuses, and what it accepts."""

from __future__ import annotations

import os

import pytest

from tests.production import environment, manage

REQUIRED = [
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "JWT_PRIVATE_KEY",
    "JWT_ISSUER",
    "JWT_AUDIENCE",
]


def test_an_empty_environment_refuses_to_start_naming_each_variable():
    done = manage("check", env={"PATH": os.environ["PATH"]})
    assert done.returncode != 0
    for name in REQUIRED:
        assert f"- {name} is not set: write " in done.stderr
    assert "The configuration has faults:" in done.stderr


def test_a_weak_key_refuses_to_start():
    from tests.keys import new_key, private_pem

    pem = private_pem(new_key(1024))
    done = manage("check", env=environment(JWT_PRIVATE_KEY=pem, JWT_ISSUER=""))
    assert done.returncode != 0
    assert "JWT_PRIVATE_KEY cannot be used: it has 1024 bits and needs 2048 or more" in done.stderr
    assert "JWT_ISSUER is not set" in done.stderr
    assert pem.splitlines()[3] not in done.stderr


def test_the_deployment_check_is_clean():
    done = manage("check", "--deploy", "--fail-level", "WARNING", env=environment())
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    "url", ["sqlite:///:memory:", "postgres://nobody@127.0.0.1:1/none"], ids=["sqlite", "postgres"]
)
def test_no_model_is_ahead_of_its_migrations(url):
    """It asks no database: the migrations are compared with the models."""
    env = environment(DATABASE_URL=url) | {"PYTHONWARNINGS": "ignore"}
    done = manage("makemigrations", "--check", "--dry-run", env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No changes detected" in done.stdout
