"""ShellUI's clients, on a domain that nobody knows beforehand."""

from __future__ import annotations

import pytest

from tests.factories import PASSWORD, OwnershipFactory
from tests.shellui.page import Page
from tests.shellui.shell import Shell


@pytest.fixture(autouse=True)
def _any_origin(settings):
    """As without ``CORS_ALLOWED_ORIGINS``; the tests' own environment names one."""
    settings.CORS_ALLOWED_ORIGINS = []
    settings.CORS_ALLOW_ALL_ORIGINS = True


@pytest.fixture
def ownership(db):
    return OwnershipFactory()


@pytest.fixture
def page(client, db):
    return Page(client, "https://shell.nobody-knows.example")


@pytest.fixture
def shell(page, ownership):
    """Signed in as the owner of a company."""
    made = Shell(page)
    assert made.sign_in(ownership.user.email, PASSWORD) == 200
    return made
