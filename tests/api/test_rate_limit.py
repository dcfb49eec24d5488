"""Password grants are rate limited, for each account and for each address."""

from __future__ import annotations

import pytest

from tests.factories import PASSWORD, UserFactory
from tests.helpers import people
from tests.helpers.answers import assert_error
from tests.helpers.sign_in import sign_in

PER_ACCOUNT, PER_ADDRESS, WINDOW = 10, 100, 15 * 60


def fail(client, email: str, times: int, **more) -> None:
    for _ in range(times):
        assert sign_in(client, email, "wrong", **more).status_code == 401


def assert_limited(response, *, seconds: int = WINDOW) -> None:
    assert_error(response, 429, "rate_limited")
    assert response["Retry-After"] == str(seconds)


@pytest.fixture
def user(company):
    return people.member_of(company)


def test_an_account_is_closed_where_it_was_guessed_at_even_to_its_password(client, user):
    fail(client, user.email, PER_ACCOUNT)
    assert_limited(sign_in(client, user.email, PASSWORD))
    assert_limited(sign_in(client, f" {user.email.upper()}"))
    assert sign_in(client, user.email, REMOTE_ADDR="10.1.1.1").status_code == 200


def test_it_opens_again_when_the_window_is_over(client, user, clock):
    fail(client, user.email, PER_ACCOUNT)
    clock.advance(seconds=WINDOW - 1)
    assert_limited(sign_in(client, user.email), seconds=1)
    clock.advance(seconds=1)
    assert sign_in(client, user.email).status_code == 200


def test_another_account_is_not_closed(client, user, company):
    fail(client, user.email, PER_ACCOUNT)
    assert sign_in(client, people.member_of(company).email).status_code == 200


def test_a_right_password_is_no_wrong_one(client, user):
    for _ in range(10):
        assert sign_in(client, user.email).status_code == 200
    fail(client, user.email, PER_ACCOUNT)


def test_sign_ins_are_limited_too(client, user):
    for _ in range(20):
        assert sign_in(client, user.email).status_code == 200
    assert_limited(sign_in(client, user.email))
    assert sign_in(client, user.email, REMOTE_ADDR="10.1.1.1").status_code == 200


def test_a_stranger_who_guesses_everywhere_does_not_keep_the_holder_out(client, user):
    """Thirty guesses from as many networks close all others to it, and the holder's stays open."""
    assert sign_in(client, user.email, REMOTE_ADDR="192.0.2.1").status_code == 200
    for number in range(30):
        fail(client, user.email, 1, REMOTE_ADDR=f"198.18.{number}.1")
    assert_limited(sign_in(client, user.email, REMOTE_ADDR="203.0.113.1"), seconds=3600)
    assert sign_in(client, user.email, REMOTE_ADDR="192.0.2.200").status_code == 200


def test_an_unknown_account_is_limited_alike(client, db):
    fail(client, "nobody@example.test", PER_ACCOUNT)
    assert_limited(sign_in(client, "nobody@example.test"))


def test_an_address_is_closed_after_its_attempts_whatever_the_account(client, user):
    for number in range(PER_ADDRESS):
        fail(client, f"{number}@example.test", 1, REMOTE_ADDR="10.1.1.1")
    assert_limited(sign_in(client, user.email, REMOTE_ADDR="10.1.1.1"))
    assert sign_in(client, user.email, REMOTE_ADDR="10.1.1.2").status_code == 200


def test_a_forwarded_address_counts_when_a_trusted_proxy_sends_it(client, db):
    proxy = "10.9.8.7"
    for number in range(PER_ADDRESS):
        headers = {"X-Forwarded-For": f"10.0.0.{number % 200}, 10.1.1.1"}
        fail(client, f"{number}@example.test", 1, REMOTE_ADDR=proxy, headers=headers)
    headers = {"X-Forwarded-For": "10.1.1.1"}
    assert_limited(sign_in(client, "x@example.test", REMOTE_ADDR=proxy, headers=headers))
    fail(client, "x@example.test", 1, REMOTE_ADDR=proxy, headers={"X-Forwarded-For": "10.1.1.9"})


def test_anybody_else_cannot_make_up_an_address(client, db):
    for number in range(PER_ADDRESS):
        headers = {"X-Forwarded-For": f"10.0.0.{number}"}
        fail(client, f"{number}@example.test", 1, headers=headers)
    headers = {"X-Forwarded-For": "10.1.1.1"}
    assert_limited(sign_in(client, UserFactory().email, headers=headers))


def test_refreshing_is_not_limited(client, user):
    from tests.helpers.sign_in import refresh

    token = sign_in(client, user.email).json()["refresh_token"]
    fail(client, user.email, PER_ACCOUNT)
    assert refresh(client, token).status_code == 200
