"""Who sits at the browser: the Django session keeps a session's id, never a token.

Each request is judged like one with that session's access token: the same row, the same live
user. ``/tokens/`` and the admin read the same id: one sign-in opens both, one sign-out closes both.
"""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from adapters.pages.services import PageServices
from domain.callers.caller import Caller
from domain.events.event import Means, Origin
from domain.refusal import RefusedError
from domain.sessions.sign_in import Credentials
from domain.tokens.rejection import Rejection, TokenRejectedError

SESSION_ID = "session_id"
"""Under this name the id of the session is kept."""


def sign_in(request: HttpRequest, services: PageServices, credentials: Credentials) -> None:
    """Start a session and remember it.

    What the browser brought is worth nothing afterwards, for somebody may have planted it: the
    session that was open ends, the cookie's session is another one, and so is the CSRF token.

    Raises:
        RefusedError: as the use case says.
    """
    session = services.sign_in.browser(credentials, now=services.now())
    sign_out(request, services)
    request.session[SESSION_ID] = str(session.id)


def sign_out(request: HttpRequest, services: PageServices) -> None:
    """End the session, if one is open, and forget all that the browser's cookie led to."""
    with suppress(RefusedError, TokenRejectedError):  # nothing was left to end
        services.sign_out(caller_at(request, services), now=services.now())
    request.session.flush()
    rotate_token(request)


def renew(request: HttpRequest) -> None:
    """Give the browser another cookie for the same session: a stolen copy of the old one is dead.

    So no thief shares in what the person proves just now.
    """
    request.session.cycle_key()


def caller_at(request: HttpRequest, services: PageServices, means: Means = Means.PAGE) -> Caller:
    """The caller, with the facts of this request.

    Raises:
        TokenRejectedError: nobody is signed in, or not any more.
    """
    kept = request.session.get(SESSION_ID)
    if kept is None:
        raise TokenRejectedError(Rejection.MISSING)
    return services.resume(UUID(kept), now=services.now(), origin=origin_at(request, means))


def origin_at(request: HttpRequest, means: Means = Means.PAGE) -> Origin:
    """Where a request to the pages came from."""
    return Origin(means, request.META.get("REMOTE_ADDR", ""))
