"""Somebody at a browser: one sign-in opens ``/tokens/`` and the admin."""

from __future__ import annotations

from django.test import Client

from adapters.orm.models import Company, Session, User
from adapters.pages.browser import SESSION_ID
from tests.factories import PASSWORD, SessionFactory
from tests.service import clock


def sit_down(client: Client, user: User, company: Company | None = None) -> Session:
    """The user signed in a moment ago: without the account of it, for tests that read accounts."""
    session = SessionFactory(user=user, company=company, confirmed_at=clock())
    kept = client.session
    kept[SESSION_ID] = str(session.id)
    kept.save()
    return session


def give_password_again(client: Client) -> None:
    """On the page that asks for it."""
    answer = client.post("/tokens/confirm/", {"password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
