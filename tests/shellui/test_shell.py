"""What ShellUI's shell sends and reads."""

from __future__ import annotations

import pytest

from adapters.orm.models import Session, User
from tests.factories import PASSWORD, MembershipFactory
from tests.shellui.page import BlockedError, Page
from tests.shellui.shell import Shell


def test_it_knows_the_person_by_the_token(shell, ownership):
    user = ownership.user
    assert shell.who() == {
        "id": str(user.pk),
        "email": user.email,
        "name": user.name,
        "avatar": None,
        "is_staff": False,
        "is_company_owner": True,
        "groups": [],
        "provider": "email",
        "ends": shell.stored["expires_at"],
    }
    assert shell.stored["token_type"] == "bearer"
    assert shell.stored["expires_in"] == 300


def test_it_stays_signed_in(shell, clock):
    clock.advance(seconds=210)
    before = shell.stored
    assert shell.refresh() == 200
    assert shell.stored != before
    assert shell.ask("GET", "/api/v1/user").status_code == 200


@pytest.mark.parametrize("with_body", [True, False])
def test_it_signs_out(shell, with_body):
    assert shell.sign_out(with_body=with_body) == 200
    assert shell.ask("GET", "/api/v1/user").status_code == 401
    assert shell.refresh() == 401
    assert shell.stored is None


def test_it_asks_who_the_person_is(shell):
    """The same words as in the token, beside what the service knows."""
    body = shell.ask("GET", "/api/v1/user").json()
    who = shell.who()
    assert body["user_metadata"]["full_name"] == who["name"]
    assert body["user_metadata"]["groups"] == who["groups"]
    assert body["app_metadata"]["provider"] == who["provider"]


def test_a_deactivated_person_is_signed_out(shell):
    """It drops its session after a 401, and after nothing else."""
    User.objects.update(is_active=False)
    assert shell.ask("GET", "/api/v1/user").status_code == 401
    assert shell.refresh() == 401
    assert shell.stored is None


def test_a_disabled_membership_is_no_reason_to_drop_the_session(shell, ownership):
    """It may be enabled again."""
    ownership.is_enabled = False
    ownership.save()
    assert shell.refresh() == 403
    assert shell.stored is not None
    ownership.is_enabled = True
    ownership.save()
    assert shell.refresh() == 200


def test_a_person_of_two_companies_chooses(page, ownership):
    second = MembershipFactory(user=ownership.user)
    shell = Shell(page)
    assert shell.sign_in(ownership.user.email, PASSWORD) == 400
    assert shell.sign_in(ownership.user.email, PASSWORD, company_id=second.company_id) == 200
    assert Session.objects.get().company_id == second.company_id


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/settings"),
        ("GET", "/api/v1/preferences"),
        ("PUT", "/api/v1/preferences"),
        ("POST", "/api/v1/oauth/exchange"),
    ],
)
def test_it_survives_what_is_not_served(shell, method, path):
    """A 404 that it can read, and no network error."""
    answer = shell.ask(method, path, body={} if method != "GET" else None)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_an_origin_that_the_operator_left_out_is_blocked(client, ownership, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://shell.known.example"]
    settings.CORS_ALLOW_ALL_ORIGINS = False
    known = Shell(Page(client, "https://shell.known.example"))
    assert known.sign_in(ownership.user.email, PASSWORD) == 200
    with pytest.raises(BlockedError):
        Shell(Page(client, "https://elsewhere.example")).sign_in(ownership.user.email, PASSWORD)
