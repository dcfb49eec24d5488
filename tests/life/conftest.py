from __future__ import annotations

import logging

import pytest

from tests.factories import CompanyFactory, StaffFactory
from tests.helpers.people import owner_of
from tests.life.api import session_of
from tests.service import SERVICES


@pytest.fixture
def company(db):
    return CompanyFactory(slug="acme")


@pytest.fixture
def owner(company):
    return owner_of(company, user__email="owner@acme.test")


@pytest.fixture
def staff(db):
    return StaffFactory(email="staff@acme.test")


@pytest.fixture
def as_owner(owner, company):
    return session_of(owner, company)


@pytest.fixture
def as_staff(staff, company):
    return session_of(staff, company)


@pytest.fixture
def administer():
    return SERVICES.administer


@pytest.fixture
def lines(caplog, django_capture_on_commit_callbacks):
    """Runs a call as a request of its own and returns what the security log got of it."""

    def run(call, *args, **kwargs):
        caplog.clear()
        with (
            caplog.at_level(logging.INFO, logger="security"),
            django_capture_on_commit_callbacks(execute=True),
        ):
            call(*args, **kwargs)
        return [record.fields for record in caplog.records if record.name == "security"]

    return run
