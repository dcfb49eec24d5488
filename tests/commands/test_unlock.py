"""``manage.py unlock``, and the check that finds a proxy which nobody named."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from adapters.commands.checks import one_address
from adapters.orm.models import TokenEvent
from tests.admin.pages import token_event
from tests.factories import PASSWORD
from tests.helpers import people
from tests.helpers.sign_in import sign_in

pytestmark = pytest.mark.django_db


def unlock(email: str) -> str:
    told = StringIO()
    call_command("unlock", email, stdout=told)
    return told.getvalue()


def test_a_user_who_has_to_wait_signs_in_at_once(client, company):
    user = people.member_of(company)
    for _ in range(10):
        sign_in(client, user.email, "wrong")
    assert sign_in(client, user.email, PASSWORD).status_code == 429
    assert (
        unlock(f" {user.email.upper()} ")
        == f" {user.email.upper()} : attempts of 3 limits are forgotten\n"
    )
    assert sign_in(client, user.email, PASSWORD).status_code == 200


def test_wherever_it_was_guessed_at(client, company):
    user = people.member_of(company)
    for number in range(30):
        sign_in(client, user.email, "wrong", REMOTE_ADDR=f"198.18.{number}.1")
    assert sign_in(client, user.email, PASSWORD, REMOTE_ADDR="203.0.113.1").status_code == 429
    unlock(user.email)
    assert sign_in(client, user.email, PASSWORD, REMOTE_ADDR="203.0.113.1").status_code == 200


def test_nothing_of_anybody_else(client, company):
    user = people.member_of(company)
    for _ in range(10):
        sign_in(client, user.email, "wrong")
    assert "of 0 limits" in unlock("nobody@example.test")
    assert sign_in(client, user.email, PASSWORD).status_code == 429


def signed_in(addresses: list[str], *, people: int = 5) -> None:
    for number, address in enumerate(addresses):
        token_event(kind="session_started", address=address, user_id=1 + number % people)


@pytest.mark.parametrize(
    ("addresses", "users", "warned"),
    [
        (["10.0.0.1"] * 50, 5, True),
        (["10.0.0.1"] * 49, 5, False),
        (["10.0.0.1"] * 49 + ["192.0.2.1"], 5, False),
        (["192.0.2.1"] + ["10.0.0.1"] * 50, 5, True),
        (["192.0.2.1"] * 50, 1, False),
        ([""] * 50, 5, False),
    ],
)
def test_a_proxy_that_nobody_named_is_found(addresses, users, warned):
    signed_in(addresses, people=users)
    token_event(kind="issued", address="192.0.2.9")
    assert TokenEvent.objects.count() == len(addresses) + 1
    found = one_address(databases=["default"])
    assert [message.id for message in found] == ["shellui.W005"] * warned
    assert all("10.0.0.1" in message.msg for message in found)
