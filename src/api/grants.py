"""What a token request asks for (RFC 6749 section 4): which grant, and what it brings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from pydantic import BaseModel

from api.bodies import FORM, AmbiguousError, once_each, read_body
from api.errors import error
from api.schemas import PasswordGrantIn, RefreshGrantIn

_GRANTS: dict[str, type[PasswordGrantIn | RefreshGrantIn]] = {
    "password": PasswordGrantIn,
    "refresh_token": RefreshGrantIn,
}
_NAME = "grant_type"


class UnsupportedGrantTypeError(Exception):
    """The grant type is none of ours, or there is none."""


def unsupported_grant_type() -> JsonResponse:
    """The error of RFC 6749 section 5.2."""
    return error(
        400,
        "unsupported_grant_type",
        "Use grant_type=password or grant_type=refresh_token, in the query string or the body.",
    )


def invalid_request() -> JsonResponse:
    """The error of RFC 6749 section 5.2 for a parameter with two values."""
    return error(
        400,
        "invalid_request",
        "A parameter is there more than once, or grant_type in the query string is another than "
        "in the body. Send each of them once.",
    )


def read_grant(request: HttpRequest) -> PasswordGrantIn | RefreshGrantIn:
    """Read the body by the model that the grant type asks for.

    Raises:
        AmbiguousError: a parameter has two values.
        UnsupportedGrantTypeError: the grant type is none of ours.
        HttpError: 400, for a body that cannot be read.
        ValidationError: a field is missing or wrong.
    """
    body = read_body(request)
    asked = once_each((_NAME, value) for value in request.GET.getlist(_NAME))
    named = {str(value) for value in (asked.get(_NAME), body.member(_NAME)) if value}
    if len(named) > 1:
        raise AmbiguousError
    model = _GRANTS.get(named.pop()) if named else None
    if model is None:
        raise UnsupportedGrantTypeError
    return body.fit(model)


def documented(arguments: dict[str, Any]) -> dict[str, Any]:
    """Add the grants to a route's arguments."""
    parameter = {
        "in": "query",
        "name": _NAME,
        "description": "How you prove who you are. It may be in the body instead.",
        "schema": {"type": "string", "enum": list(_GRANTS)},
        "example": "password",
    }
    extra = {"parameters": [parameter], "requestBody": body_of(*_GRANTS.values(), required=True)}
    return {**arguments, "openapi_extra": {**arguments["openapi_extra"], **extra}}


def body_of(*models: type[BaseModel], required: bool) -> dict[str, Any]:
    """A request body in OpenAPI: one of the models, as JSON or as a form."""
    schema = {"anyOf": [model.model_json_schema() for model in models]}
    content = {kind: {"schema": schema} for kind in ("application/json", FORM)}
    return {"required": required, "content": content}
