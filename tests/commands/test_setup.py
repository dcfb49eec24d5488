"""``manage.py setup``: from an empty database to somebody who can sign in."""

from __future__ import annotations

from io import StringIO
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from adapters.orm.models import Company, User
from tests.factories import StaffFactory
from tests.helpers.sign_in import sign_in
from tests.service import SERVICES

pytestmark = pytest.mark.django_db
SETUP = "adapters.commands.management.commands.setup"
PASSWORD = "wholly-unlikely-93"
GIVEN = {"email": "Root@Example.test", "company": "Acme Ltd", "slug": "acme"}


@pytest.fixture(autouse=True)
def _services():
    with mock.patch(f"{SETUP}.services", return_value=SERVICES):
        yield


@pytest.fixture
def password_file(tmp_path):
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    return file


def setup(**options) -> str:
    told = StringIO()
    call_command("setup", **options, stdout=told)
    return told.getvalue()


def refused(**options) -> str:
    with pytest.raises(CommandError) as raised:
        setup(**options)
    return str(raised.value)


def nothing_is_there() -> bool:
    return not User.objects.exists() and not Company.objects.exists()


def test_the_first_administrator_signs_in(client, password_file):
    told = setup(**GIVEN, password_file=password_file)
    assert "Root@Example.test administers the service; the company acme is there." in told
    assert PASSWORD not in told
    assert sign_in(client, "root@example.test", PASSWORD).status_code == 200
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.email) == (True, True, "root@example.test")
    assert Company.objects.get().name == "Acme Ltd"


def test_it_asks_for_what_is_not_given(monkeypatch):
    answers = iter(["root@example.test", "Acme Ltd", "acme"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    monkeypatch.setattr("getpass.getpass", lambda *_: PASSWORD)
    setup()
    assert User.objects.get().check_password(PASSWORD)
    assert Company.objects.get().slug == "acme"


def test_two_passwords_that_differ(monkeypatch):
    typed = iter(["one-thing-here", "another-thing"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda *_: next(typed))
    assert "differ" in refused(**GIVEN)
    assert nothing_is_there()


@pytest.mark.parametrize("missing", [*GIVEN, "password_file"])
def test_without_a_terminal_what_is_missing_is_named(monkeypatch, password_file, missing):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    given = {**GIVEN, "password_file": password_file}
    del given[missing]
    assert f"--{missing.replace('_', '-')}" in refused(**given)
    assert nothing_is_there()


def test_where_somebody_administers_it_is_refused_before_anything_is_asked():
    StaffFactory(is_superuser=True)
    assert "already" in refused()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "nobody"}, "email"),
        ({"slug": "Not a slug"}, "slug"),
        ({"slug": "x" * 51}, "slug"),
        ({"company": "x" * 201}, "200 characters"),
    ],
)
def test_what_cannot_be_taken_is_named(password_file, wrong, words):
    assert words in refused(**{**GIVEN, **wrong}, password_file=password_file)
    assert nothing_is_there()


@pytest.mark.parametrize("password", ["short", "", "shellui-acme-root"])
def test_a_weak_password_is_refused(tmp_path, password):
    file = tmp_path / "password"
    file.write_text(password)
    assert "Nothing was done." in refused(**GIVEN, password_file=file)
    assert nothing_is_there()


def test_a_file_that_is_not_there(tmp_path):
    assert "A file failed" in refused(**GIVEN, password_file=tmp_path / "none")
