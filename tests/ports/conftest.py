from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.tokens.record import PatRecord, RefreshState, SessionRecord
from tests.ports import sides
from tests.service import NOON

LATER = NOON.replace(year=2027)


@pytest.fixture(
    params=[
        pytest.param(sides.fake, id="fake"),
        pytest.param(sides.orm, id="orm", marks=pytest.mark.django_db),
    ]
)
def side(request):
    """Each test runs on the fake and on the adapter: the port promises the same of both."""
    return request.param()


@pytest.fixture
def world(side):
    return side.world


@dataclass(frozen=True)
class Cast:
    """A user who is a member of a company, and makers of their rows."""

    user: int
    company: int

    def pat(self, pat_id: UUID | None = None, **columns: Any) -> PatRecord:
        """A live token's record, stored nowhere yet."""
        good: dict[str, Any] = {
            "id": pat_id or uuid4(),
            "jti": str(uuid4()),
            "user_id": self.user,
            "company_id": self.company,
            "name": "prometheus",
            "read_only": True,
            "access_global_metrics": False,
            "created_at": NOON,
            "expires_at": LATER,
        }
        return PatRecord(**good | columns)

    def session(self, **columns: Any) -> SessionRecord:
        """A live session's record, stored nowhere yet."""
        good: dict[str, Any] = {
            "id": uuid4(),
            "user_id": self.user,
            "company_id": self.company,
            "refresh": RefreshState(family=uuid4().hex, live="live"),
            "created_at": NOON,
            "expires_at": LATER,
        }
        return SessionRecord(**good | columns)


@pytest.fixture
def cast(world):
    user, company = world.add_user(name="Ada"), world.add_company("acme")
    world.add_membership(user, company)
    return Cast(user, company)
