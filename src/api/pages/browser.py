"""Who sits at the browser: the Django session keeps a session's id, never a token.

Each request is judged like one with that session's access token: the same row, the same live user.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from api.services import Services
from domain.callers.caller import Caller
from domain.events.event import Means, Origin
from domain.sessions.sign_in import Credentials
from domain.tokens.rejection import Rejection, TokenRejectedError

_KEY = "pages_session_id"


def sign_in(request: HttpRequest, services: Services, credentials: Credentials) -> None:
    """Start a session and remember it.

    Raises:
        RefusedError: as the use case says.
    """
    started = services.sign_in(credentials, now=services.now())
    request.session.cycle_key()  # an id planted before the sign-in is worth nothing after it
    request.session[_KEY] = str(started.record.id)


def caller_at(request: HttpRequest, services: Services) -> Caller:
    """The caller, with the facts of this request.

    Raises:
        TokenRejectedError: nobody is signed in, or not any more.
    """
    kept = request.session.get(_KEY)
    if kept is None:
        raise TokenRejectedError(Rejection.MISSING)
    return services.resume(UUID(kept), now=services.now(), origin=origin_at(request))


def origin_at(request: HttpRequest) -> Origin:
    """Where a request to the pages came from."""
    return Origin(Means.PAGE, request.META.get("REMOTE_ADDR", ""))


def forget(request: HttpRequest) -> None:
    """Let go of the session's id."""
    request.session.pop(_KEY, None)
    request.session.cycle_key()
