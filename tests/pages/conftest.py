"""A browser, and the people who sit at it."""

from __future__ import annotations

import re

import pytest

from tests.factories import PASSWORD, OwnershipFactory


@pytest.fixture
def owner(db):
    return OwnershipFactory()


@pytest.fixture
def sign_in(client):
    def signed_in(email, **fields):
        return client.post("/tokens/sign-in/", {"email": email, "password": PASSWORD, **fields})

    return signed_in


@pytest.fixture
def form_id(client):
    """The id of the form on a page."""

    def shown(path="/tokens/new/"):
        page = client.get(path).content.decode()
        return re.search(r'name="form_id" value="([^"]+)"', page)[1]

    return shown


def token_in(response) -> str:
    """The token a page shows, this once."""
    return re.search(r"<textarea[^>]*>([^<]+)</textarea>", response.content.decode())[1]
