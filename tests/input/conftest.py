"""A world with a row in every table, and people at their browsers."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client

from tests.admin.pages import token_event
from tests.factories import (
    LoginTallyFactory,
    OwnershipFactory,
    PersonalAccessTokenFactory,
    SessionFactory,
    SocialAccountFactory,
    StaffFactory,
    UserActivityFactory,
)
from tests.helpers import people
from tests.helpers.doors import sit_down
from tests.input.walk import Route

MOST_BYTES = 1_000_000
"""Of one answer: whatever is asked, it stays one page."""


@dataclass
class World:
    """A superuser who is an owner and gave their password a moment ago, at pages and at the API."""

    client: Client
    credential: dict[str, str]
    own: dict[str, str]
    parameters: set[str]

    def said(self, route: Route) -> dict[str, str]:
        """What to say in the route's path, so that it leads somewhere."""
        row = route.model._default_manager.order_by("pk").first() if route.model else None
        return {name: self.own.get(name, str(row.pk) if row else "1") for name in route.parts}

    def ask(self, method: str, address: str, **given):
        """The answer, which may be anything but a fault of ours; what was done is undone."""
        given.setdefault("headers", self.credential if address.startswith("/api/") else {})
        jar = deepcopy(self.client.cookies)
        with transaction.atomic():
            answer = self.client.generic(method, address, **given)
            body = b"" if answer.streaming else answer.content
            transaction.set_rollback(True)
        self.client.cookies = jar  # whoever signed out is back at their browser
        assert answer.status_code < 500, address[:200]
        assert len(body) < MOST_BYTES, (address[:200], len(body))
        assert b"Traceback" not in body
        return answer


@pytest.fixture
def world(db) -> World:
    """The world."""
    place = OwnershipFactory(user=StaffFactory(is_superuser=True))
    user, company = place.user, place.company
    token = PersonalAccessTokenFactory(user=user, company=company)
    other = SessionFactory(user=user, company=company)
    for factory in (SocialAccountFactory, UserActivityFactory, LoginTallyFactory, OwnershipFactory):
        factory()
    token_event(pat_id=token.pk)
    Group.objects.create(name="helpdesk").permissions.add(*Permission.objects.all()[:3])
    client = Client()
    sit_down(client, user, company)
    own = {"pat_id": str(token.pk), "session_id": str(other.pk)}
    own |= {"app_label": "shellui", "url": "nothing/"}
    headers = people.session_of(user, company)["headers"]
    return World(client, headers, own, _documented(client))


def _documented(client: Client) -> set[str]:
    """The names of what is asked in a query string, by the API's own document."""
    paths = client.get("/api/openapi.json").json()["paths"].values()
    asked = [one for path in paths for call in path.values() for one in call.get("parameters", ())]
    return {"next", *(one["name"] for one in asked if one["in"] == "query")}
