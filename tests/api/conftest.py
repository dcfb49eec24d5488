from __future__ import annotations

import pytest

from tests.factories import CompanyFactory
from tests.helpers import people


@pytest.fixture
def company(db):
    """The company that the tokens of a test name. It is not alone."""
    CompanyFactory()
    return CompanyFactory()


@pytest.fixture
def owner(company):
    """An owner's session, as arguments for the client."""
    return people.owner(company)


@pytest.fixture
def staff(company):
    """A staff session in the company, as arguments for the client."""
    return people.staff(company)
