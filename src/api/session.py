"""The login / refresh flow, and who the caller is."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, JsonResponse
from ninja import Query, Router, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import ValidationError as PydanticValidationError
from pydantic import WithJsonSchema

from api.bearer import bearerAuth, caller_of, origin_of
from api.documented import answers, authenticated, errors
from api.errors import error
from api.schemas import (
    PasswordGrantIn,
    RefreshGrantIn,
    SuccessOut,
    TokenPairOut,
    UserOut,
    token_pair,
    user_of,
)
from api.services import Services
from domain.policy.permission import Permission
from domain.sessions.sign_in import Credentials

_WHO = "Disabled or no member any more: `membership_disabled`, `membership_required`."
_GRANTS: dict[str, type[Schema]] = {"password": PasswordGrantIn, "refresh_token": RefreshGrantIn}

GrantType = Annotated[
    str,
    WithJsonSchema({"type": "string", "enum": list(_GRANTS)}),
    Query(description="How you prove who you are.", example="password"),
]


class UnsupportedGrantTypeError(Exception):
    """The grant type is none of ours."""


def unsupported_grant_type() -> JsonResponse:
    """The error of RFC 6749 section 5.2."""
    return error(
        400,
        "unsupported_grant_type",
        "Use grant_type=password or grant_type=refresh_token in the query string.",
    )


def session_router(services: Services, auth: bearerAuth) -> Router:
    """Build the routes."""
    router = Router(tags=["Session"])

    @router.post(
        "/token",
        auth=None,
        summary="Sign in, or refresh",
        description=(
            "With `grant_type=password`, an e-mail address and a password. Staff who name no "
            "company get a token without one.\n\nWith `grant_type=refresh_token`, a refresh "
            "token: it is good once, and its second use ends the session."
        ),
        **_with_body(
            answers(
                errors(
                    s400="`company_required` with the choices, `unsupported_grant_type`, "
                    "`body_malformed`.",
                    s401="`invalid_credentials`, or a bad refresh token.",
                    s403="`no_company`, `membership_required`, `membership_disabled`, …",
                    s404="Staff named a company that does not exist (`company_not_found`).",
                    s422="A field is wrong or unknown (`validation_failed`).",
                    s429="Too many attempts (`rate_limited`); see `Retry-After`.",
                ),
                200,
                TokenPairOut,
            )
        ),
    )
    def token(request: HttpRequest, grant_type: GrantType) -> dict[str, object]:
        match _grant(request, grant_type):
            case PasswordGrantIn() as grant:
                credentials = Credentials(
                    email=grant.email,
                    password=grant.password,
                    company_id=grant.company_id,
                    origin=origin_of(request),
                )
                return token_pair(services.sign_in(credentials, now=services.now()).tokens)
            case RefreshGrantIn(refresh_token=refresh_token):
                pair = services.refresh(
                    refresh_token, now=services.now(), origin=origin_of(request)
                )
                return token_pair(pair)
            case _:
                raise UnsupportedGrantTypeError

    @router.post(
        "/logout",
        auth=auth,
        summary="Sign out",
        description="Ends the session: its access and refresh tokens stop at once.",
        **answers(
            authenticated(s403=f"{_WHO} A personal access token: `session_required`."),
            200,
            SuccessOut,
        ),
    )
    def logout(request: HttpRequest) -> dict[str, bool]:
        services.sign_out(caller_of(request), now=services.now())
        return {"success": True}

    @router.get(
        "/user",
        auth=auth,
        summary="Who you are",
        description="The caller as the service sees it now, and the limits of the token used.",
        **answers(authenticated(s403=_WHO), 200, UserOut),
    )
    def user(request: HttpRequest) -> dict[str, object]:
        caller = caller_of(request)
        services.gate.admit(caller, Permission.READ_SELF, now=services.now())
        return user_of(caller)

    return router


def _grant(request: HttpRequest, grant_type: str) -> Schema:
    """Read the body by the model the grant type asks for."""
    model = _GRANTS.get(grant_type)
    if model is None:
        raise UnsupportedGrantTypeError
    try:
        return model.model_validate_json(request.body)
    except PydanticValidationError as exc:
        found = exc.errors(include_url=False, include_context=False, include_input=False)
        if any(item["type"] == "json_invalid" for item in found):
            raise HttpError(400, "Cannot parse request body") from None
        raise ValidationError([{**item, "loc": ["body", *item["loc"]]} for item in found]) from None


def _with_body(arguments: dict[str, Any]) -> dict[str, Any]:
    schemas = [model.model_json_schema() for model in _GRANTS.values()]
    body = {"required": True, "content": {"application/json": {"schema": {"anyOf": schemas}}}}
    return {**arguments, "openapi_extra": {**arguments["openapi_extra"], "requestBody": body}}
