"""The errors each route documents: what OpenAPI says is what the service does."""

from __future__ import annotations

from typing import Any

from api.errors import ChoiceErrorOut, ErrorOut, ValidationErrorOut

_ALWAYS = {
    500: "Something failed here (`internal_error`).",
    503: "The database cannot be reached (`database_unavailable`), or too many requests are "
    "waiting (`overloaded`); see `Retry-After`.",
}
_UNAUTHENTICATED = "No token, or a bad one: `token_missing`, `token_expired`, `user_inactive`, …"
_UNREADABLE = (
    "A header cannot be read (`header_unreadable`), or the host is not ours (`bad_request`)."
)
_BODY_TIMEOUT = "The body did not arrive in time (`body_timeout`)."
_BODY_TOO_LARGE = "The body is over 64 KiB (`body_too_large`)."


def errors(**described: str) -> dict[str, Any]:
    """Arguments of a route: its documented errors, as ``s403="why"`` each.

    Every route can also answer 400, 408, 413, 500 and 503.
    """
    wanted = {int(status.removeprefix("s")): text for status, text in described.items()}
    wanted[400] = " ".join(filter(None, [wanted.get(400), _UNREADABLE]))
    all_of_them = {408: _BODY_TIMEOUT, 413: _BODY_TOO_LARGE, **_ALWAYS, **wanted}
    models = {400: ChoiceErrorOut, 422: ValidationErrorOut}
    return {
        "response": {status: models.get(status, ErrorOut) for status in all_of_them},
        "openapi_extra": {
            "responses": {
                status: {"description": text, **_headers(status)}
                for status, text in all_of_them.items()
            }
        },
    }


def authenticated(**described: str) -> dict[str, Any]:
    """Like ``errors``, for routes behind ``bearerAuth``."""
    return errors(s401=_UNAUTHENTICATED, **described)


def answers(arguments: dict[str, Any], status: int, model: Any, **details: Any) -> dict[str, Any]:
    """Add the successful answer to a route's arguments."""
    extra = arguments["openapi_extra"]
    responses = {**extra["responses"], status: details}
    return {
        **arguments,
        "response": {status: model, **arguments["response"]},
        "openapi_extra": {**extra, "responses": responses},
    }


def _headers(status: int) -> dict[str, Any]:
    name = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}.get(status)
    return {"headers": {name: {"schema": {"type": "string"}}}} if name else {}
