"""The login / refresh flow, and who the caller is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from api.bearer import bearerAuth, caller_of, origin_of
from api.documented import answers, authenticated, errors
from api.grants import body_of, documented, read_grant
from api.schemas import (
    PasswordGrantIn,
    RefreshGrantIn,
    SuccessOut,
    TokenPairOut,
    UserOut,
    token_pair,
    user_of,
)
from domain.services import Services
from domain.sessions.sign_in import Credentials

_WHO = "Disabled or no member any more: `membership_disabled`, `membership_required`."


def session_router(services: Services, auth: bearerAuth) -> Router:
    """Build the routes."""
    router = Router(tags=["Session"])

    @router.post(
        "/token",
        auth=None,
        summary="Sign in, or refresh",
        description=(
            "As JSON or as a form. Members that are not known here are ignored.\n\n"
            "With `grant_type=password`, an e-mail address and a password. Staff who name no "
            "company get a token without one.\n\nWith `grant_type=refresh_token`, a refresh "
            "token: it is good once, and its second use ends the session."
        ),
        **documented(
            answers(
                errors(
                    s400="`company_required` with the choices, `unsupported_grant_type`, "
                    "`invalid_request`, `body_malformed`.",
                    s401="`invalid_credentials`, or a bad refresh token.",
                    s403="`no_company`, `membership_required`, `membership_disabled`, …",
                    s404="Staff named a company that does not exist (`company_not_found`).",
                    s422="A field is missing or wrong (`validation_failed`).",
                    s429="Too many attempts (`rate_limited`); see `Retry-After`.",
                ),
                200,
                TokenPairOut,
            )
        ),
    )
    def token(request: HttpRequest) -> dict[str, object]:
        match read_grant(request):
            case PasswordGrantIn() as grant:
                credentials = Credentials(
                    email=grant.email,
                    password=grant.password,
                    company_id=grant.company_id,
                    origin=origin_of(request),
                )
                return token_pair(services.sign_in(credentials, now=services.now()))
            case RefreshGrantIn(refresh_token=refresh_token):
                pair = services.refresh(
                    refresh_token, now=services.now(), origin=origin_of(request)
                )
                return token_pair(pair)

    @router.post(
        "/logout",
        auth=auth,
        summary="Sign out",
        description=(
            "Ends the session: its access and refresh tokens stop at once. It needs no body, and "
            "reads none."
        ),
        **_with_ignored_body(
            answers(
                authenticated(s403=f"{_WHO} A personal access token: `session_required`."),
                200,
                SuccessOut,
            )
        ),
    )
    def logout(request: HttpRequest) -> dict[str, bool]:
        services.sign_out(caller_of(request), now=services.now())
        return {"success": True}

    @router.get(
        "/user",
        auth=auth,
        summary="Who you are",
        description=(
            "The caller as the service sees it now, the limits of the token used, and "
            "`user_metadata` and `app_metadata` as in a token."
        ),
        **answers(authenticated(s403=_WHO), 200, UserOut),
    )
    def user(request: HttpRequest) -> dict[str, object]:
        caller = caller_of(request)
        claims = services.describe_caller(caller, now=services.now())
        return {**user_of(caller), **claims}

    return router


def _with_ignored_body(arguments: dict[str, Any]) -> dict[str, Any]:
    """ShellUI's shell sends its refresh token along, which ends with the session anyhow."""
    body = body_of(RefreshGrantIn, required=False)
    return {**arguments, "openapi_extra": {**arguments["openapi_extra"], "requestBody": body}}
