"""One company's metrics."""

from __future__ import annotations

import pytest

from tests.factories import CompanyFactory, OwnershipFactory, SessionFactory
from tests.tokens import bearer, session_token

pytestmark = pytest.mark.django_db


def test_an_owner_sees_the_company_of_the_token(client):
    """The company comes from the token."""
    membership = OwnershipFactory()
    CompanyFactory()
    session = SessionFactory(user=membership.user, company=membership.company)
    response = client.get("/api/v1/metrics", **bearer(session_token(session)))
    assert response.status_code == 200
    line = f'shellui_auth_company_users_total{{company_id="{membership.company_id}"}} 1.0'
    assert line in response.content.decode().splitlines()
