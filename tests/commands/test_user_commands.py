"""``manage.py createsuperuser`` and ``changepassword``: accounted for like the admin's pages."""

from __future__ import annotations

import logging
from io import StringIO
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from adapters.commands.shell import shell_actor
from adapters.orm.models import TokenEvent, User
from tests.factories import PASSWORD, SessionFactory, UserFactory
from tests.service import SERVICES

pytestmark = pytest.mark.django_db
NEW = "wholly-unlikely-93"
COMMANDS = "adapters.commands.management.commands"


@pytest.fixture(autouse=True)
def _services():
    with (
        mock.patch(f"{COMMANDS}.changepassword.services", return_value=SERVICES),
        mock.patch(f"{COMMANDS}.createsuperuser.services", return_value=SERVICES),
    ):
        yield


@pytest.fixture
def told(caplog, django_capture_on_commit_callbacks):
    def run(*arguments: str, **options: str):
        caplog.clear()
        quiet = {"stdout": StringIO(), "stderr": StringIO()}
        with (
            caplog.at_level(logging.INFO, logger="security"),
            django_capture_on_commit_callbacks(execute=True),
        ):
            call_command(*arguments, **options, **quiet)
        return [record.fields for record in caplog.records if record.name == "security"]

    return run


@pytest.fixture
def typed(monkeypatch):
    """What is typed when a password is asked for."""

    def answer(*passwords: str) -> None:
        monkeypatch.setattr("getpass.getpass", mock.Mock(side_effect=passwords))

    return answer


def test_a_first_person_is_told(told):
    (line,) = told("createsuperuser", "--noinput", email="root@acme.test")
    assert (line["event"], line["account"]) == ("user_created", "root@acme.test")
    assert (line["by"], line["means"]) == (shell_actor().actor.name, "shell")
    assert line["superuser"] is True
    assert told("check") == []
    assert User.objects.get().is_superuser


def test_a_password_set_in_the_shell_ends_everything_and_is_accounted_for(told, typed):
    user = UserFactory(email="ada@acme.test")
    SessionFactory(user=user)
    typed(NEW, NEW)
    lines = told("changepassword", "Ada@acme.test")
    assert [line["event"] for line in lines] == ["password_changed", "credentials_ended"]
    assert {line["means"] for line in lines} == {"shell"}
    assert TokenEvent.objects.filter(user_id=user.pk, means="shell").count() == 2
    user.refresh_from_db()
    assert (user.check_password(NEW), user.generation) == (True, 1)


@pytest.mark.parametrize(
    ("email", "passwords", "code"),
    [
        ("ada@acme.test", (NEW, "another"), 2),
        ("ada@acme.test", ("1234", "1234"), 1),
        ("nobody@acme.test", (NEW, NEW), 1),
        ("prometheus@acme.test", (NEW, NEW), 1),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(told, typed, email, passwords, code):
    UserFactory(email="ada@acme.test")
    UserFactory(email="prometheus@acme.test", is_service_account=True)
    typed(*passwords)
    with pytest.raises(CommandError) as caught:
        told("changepassword", email)
    assert caught.value.returncode == code
    assert all(user.check_password(PASSWORD) for user in User.objects.all())
    assert not TokenEvent.objects.exists()
