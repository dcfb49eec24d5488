"""Who sits at the browser: the Django session keeps a session's id, never a token.

Each request is judged like one with that session's access token: the same row, the same live user.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest

from api.services import Services
from domain.callers.caller import Caller, SessionCredential
from domain.events.event import Means, Origin
from domain.sessions.sign_in import Credentials
from domain.tokens.rejection import Rejection, TokenRejectedError

_KEY = "pages_session_id"


def sign_in(request: HttpRequest, services: Services, credentials: Credentials) -> None:
    """Start a session and remember it.

    Raises:
        RefusedError: as the use case says.
    """
    now = services.now()
    pair = services.sign_in(credentials, now=now)
    credential = services.authenticate(pair.access_token, now=now).credential
    if not isinstance(credential, SessionCredential):
        raise TypeError("a sign-in starts a session")
    request.session.cycle_key()  # an id planted before the sign-in is worth nothing after it
    request.session[_KEY] = str(credential.session_id)


def caller_at(request: HttpRequest, services: Services) -> Caller:
    """The caller, with the facts of this request.

    Raises:
        TokenRejectedError: nobody is signed in, or not any more.
    """
    kept = request.session.get(_KEY)
    if kept is None:
        raise TokenRejectedError(Rejection.MISSING)
    caller = services.resume(UUID(kept), now=services.now())
    return replace(caller, origin=Origin(Means.PAGE, request.META.get("REMOTE_ADDR", "")))


def forget(request: HttpRequest) -> None:
    """Let go of the session's id."""
    request.session.pop(_KEY, None)
    request.session.cycle_key()
