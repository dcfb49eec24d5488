"""Who acts in the admin, as the account of events has it."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest

from adapters.orm.models import User
from domain.administrator import Administrator
from domain.callers.caller import Caller


def signed_in(request: HttpRequest) -> User:
    """The person at the admin's pages, which nobody else reaches."""
    return cast("User", request.user)


def caller_of(request: HttpRequest) -> Caller:
    """The same person, as the policy knows them, with their session."""
    return cast("Caller", cast("Any", request).caller)


def administrator(request: HttpRequest) -> Administrator:
    """The person, held to the domain's rules, with their session, by which door and from where."""
    caller = caller_of(request)
    return Administrator(caller.actor, caller)
