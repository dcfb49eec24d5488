"""Who acts in the admin, as the account of events has it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from adapters.orm.models import User
from domain.administer_tokens import Administrator
from domain.events.event import Actor, Means, Origin


def signed_in(request: HttpRequest) -> User:
    """The person at the admin's pages, which nobody else reaches."""
    return cast("User", request.user)


def administrator(request: HttpRequest) -> Administrator:
    """The person, where they came from, and by which door."""
    user = signed_in(request)
    origin = Origin(Means.ADMIN, str(request.META.get("REMOTE_ADDR", "")))
    return Administrator(Actor(user_id=user.pk, name=user.email, origin=origin))
