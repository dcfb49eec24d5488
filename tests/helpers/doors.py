"""Somebody at a browser: one sign-in opens ``/tokens/`` and the admin."""

from __future__ import annotations

from django.test import Client

from adapters.orm.models import Company, Session, User
from api.pages.browser import SESSION_ID
from tests.factories import SessionFactory
from tests.service import clock


def sit_down(client: Client, user: User, company: Company | None = None) -> Session:
    """The user signed in a moment ago: without the account of it, for tests that read accounts."""
    session = SessionFactory(user=user, company=company, confirmed_at=clock())
    kept = client.session
    kept[SESSION_ID] = str(session.id)
    kept.save()
    return session
