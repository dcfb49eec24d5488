"""Who exists is not told: not in words, not by the work that is done, at neither door."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import OwnershipFactory, StaffFactory, UserFactory

WRONG = "not the password"


def unknown() -> str:
    return "nobody@example.test"


def owner() -> str:
    return OwnershipFactory().user.email


def staff() -> str:
    return StaffFactory().email


def inactive() -> str:
    return OwnershipFactory(user__is_active=False).user.email


def without_password() -> str:
    user = UserFactory()
    user.set_unusable_password()
    user.save()
    return user.email


def service_account() -> str:
    """One whose row has a password, by whatever way."""
    return OwnershipFactory(user__is_service_account=True).user.email


def in_capitals() -> str:
    return owner().upper()


WHO = (unknown, owner, staff, inactive, without_password, service_account, in_capitals)


@pytest.fixture
def hashed(settings):
    """The passwords that are hashed, by the hasher of production with one round of its many."""
    settings.PASSWORD_HASHERS = [f"{Quick.__module__}.{Quick.__qualname__}"]
    Quick.work.clear()
    return Quick.work


class Quick(PBKDF2PasswordHasher):
    """Counts its work: rounds for each password."""

    iterations = 1
    work: list[int] = []

    def encode(self, password, salt, iterations=None):
        self.work.append(iterations or self.iterations)
        return super().encode(password, salt, iterations)


def api(client, email):
    body = json.dumps({"email": email, "password": WRONG})
    return client.generic("POST", "/api/v1/token?grant_type=password", body, "application/json")


def pages(client, email):
    return client.post("/tokens/sign-in/", {"email": email, "password": WRONG})


def words(response, email: str) -> tuple:
    """All that is said, but for what each answer has of its own, and what was sent with it."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    text = re.sub(re.escape(email), "", text, flags=re.IGNORECASE)
    own = {"X-Request-ID", "Content-Length", "Expires", "Content-Security-Policy"}
    return (
        response.status_code,
        {name: value for name, value in response.items() if name not in own},
        text,
    )


@pytest.mark.parametrize("door", [api, pages])
def test_the_words_and_the_work_are_the_same(db, hashed, door):
    said, work = {}, {}
    for make in WHO:
        email = make()
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            response = door(Client(), email)
        said[make.__name__] = words(response, email)
        work[make.__name__] = (list(hashed), len(queries))
    first = said["unknown"]
    assert {name: what for name, what in said.items() if what != first} == {}
    assert work["unknown"][0] == [Quick.iterations]
    assert {name: what for name, what in work.items() if what != work["unknown"]} == {}
