from __future__ import annotations

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
