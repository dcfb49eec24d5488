"""The demo is never production: with DEBUG off, a database with a demo account is refused."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from adapters.demo.fill import fill
from adapters.orm.demo_accounts import NAMED, TOKEN_IDS, demo_accounts
from adapters.orm.models import PersonalAccessToken, User
from tests.factories import UserFactory
from tests.production import environment, manage
from tests.service import NOON

pytestmark = pytest.mark.django_db

HOLDERS = 3
"""So many of the demo's accounts hold tokens: staff, and the two owners."""


@pytest.fixture(autouse=True)
def nothing_else_to_tell(settings):
    """The tests speak plain HTTP, which ``check`` would tell."""
    settings.HTTPS_REQUIRED = True


def check(*arguments: str) -> str:
    told = StringIO()
    call_command("check", *arguments, stdout=told, stderr=told)
    return told.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError, match="The database holds the demo") as raised:
        check(*arguments)
    return str(raised.value)


def test_the_demo_is_refused_by_name():
    fill(now=NOON)
    message = refused()
    assert all(email in message for email, _name in NAMED)
    assert "DATABASE_URL" in message


def test_a_database_of_ones_own_is_taken(settings):
    settings.HTTPS_REQUIRED = True
    UserFactory(email="somebody@acme.example")
    assert "no issues" in check()


@pytest.mark.parametrize("email", [email for email, _name in NAMED])
def test_one_account_is_enough(email):
    UserFactory(email=email)
    assert email in refused()


def test_accounts_under_other_addresses_are_found_by_their_tokens():
    """A password that everybody knows is known under every address."""
    fill(now=NOON)
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(email=f"renamed{user.pk}@acme.test")
    assert len(demo_accounts()) == HOLDERS
    staff = User.objects.get(is_superuser=True)
    assert staff.email in refused()


def test_every_demo_token_is_known_as_one():
    fill(now=NOON)
    assert set(PersonalAccessToken.objects.values_list("pk", flat=True)) == set(TOKEN_IDS)


def test_development_may_have_it(settings):
    settings.DEBUG = True
    fill(now=NOON)
    assert "no issues" in check()


def test_a_database_that_does_not_answer_is_told(monkeypatch):
    """Then nobody knows; the service starts and answers 503, as it does whenever it is away."""

    def away() -> None:
        raise OperationalError

    monkeypatch.setattr("adapters.commands.checks.demo_accounts", away)
    assert "The database did not answer" in check()
    with pytest.raises(CommandError, match="did not answer"):
        check("--fail-level", "WARNING")


def test_what_make_run_left_is_no_production(tmp_path):
    """As an operator sees it: the demo's file named in production's DATABASE_URL."""
    url = f"sqlite:///{tmp_path / 'demo.sqlite3'}"
    production = environment(DATABASE_URL=url)
    development = {**production, "DEBUG": "true"}
    assert manage("demo", env=development).returncode == 0
    for command in ("check", "serve", "migrate"):
        done = manage(command, env=production)
        assert done.returncode == 1, command
        assert "The database holds the demo" in done.stderr
        assert "Traceback" not in done.stderr
