"""The one shape of every error, and the one table from reasons to status codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import JsonResponse
from ninja import Field, Schema

from domain.refusal import RefusalReason, RefusedError
from domain.tokens.rejection import Rejection, TokenRejectedError

STATUS: Mapping[RefusalReason, int] = {
    RefusalReason.COMPANY_MISSING: 400,
    RefusalReason.COMPANY_REQUIRED: 400,
    RefusalReason.UNKNOWN_METRIC: 400,
    RefusalReason.INVALID_CREDENTIALS: 401,
    RefusalReason.USER_INACTIVE: 401,
    RefusalReason.COMPANY_NOT_FOUND: 404,
    RefusalReason.TOKEN_NOT_FOUND: 404,
    RefusalReason.MEMBERSHIP_DISABLED: 403,
    RefusalReason.MEMBERSHIP_REQUIRED: 403,
    RefusalReason.OWNER_REQUIRED: 403,
    RefusalReason.STAFF_REQUIRED: 403,
    RefusalReason.GLOBAL_FLAG_REQUIRED: 403,
    RefusalReason.GLOBAL_GRANT_LAPSED: 403,
    RefusalReason.GLOBAL_GRANT_NOT_ALLOWED: 403,
    RefusalReason.TOKEN_TOO_WEAK: 403,
    RefusalReason.READ_ONLY_TOKEN: 403,
    RefusalReason.PERMISSION_UNKNOWN: 403,
    RefusalReason.SUPERUSER_REQUIRED: 403,
    RefusalReason.LAST_SUPERUSER: 409,
    RefusalReason.SERVICE_ACCOUNT: 409,
    RefusalReason.READ_ONLY_FOR_OTHERS: 403,
    RefusalReason.PASSWORD_REFUSED: 400,
    RefusalReason.SESSION_NOT_FOUND: 404,
    RefusalReason.SESSION_REQUIRED: 403,
    RefusalReason.NO_COMPANY: 403,
    RefusalReason.TOO_MANY_TOKENS: 409,
    RefusalReason.TOKEN_REVOKED: 409,
    RefusalReason.RATE_LIMITED: 429,
}
_TOKEN_FAULTS: Mapping[RefusalReason, str] = {
    RefusalReason.USER_INACTIVE: "invalid_token",
    RefusalReason.GLOBAL_FLAG_REQUIRED: "insufficient_scope",
    RefusalReason.GLOBAL_GRANT_LAPSED: "insufficient_scope",
    RefusalReason.TOKEN_TOO_WEAK: "insufficient_scope",
    RefusalReason.READ_ONLY_TOKEN: "insufficient_scope",
    RefusalReason.SESSION_REQUIRED: "insufficient_scope",
}
"""Refusals that the token caused, with the error code of RFC 6750 section 3.1."""
_TURNED_AWAY = {401, 403, 429}
_NO_TOKEN = {Rejection.MISSING, Rejection.MALFORMED}
"""Whoever is told so may not know where a token belongs."""


class ErrorOut(Schema):
    """Every error looks like this."""

    detail: str = Field(description="A sentence that says what to do.")
    code: str = Field(description="Machine-readable; it does not change.")


class FieldErrorOut(Schema):
    """What is wrong with one field."""

    loc: list[str | int] = Field(description="Where: the part of the request, then the field.")
    msg: str
    type: str


class ValidationErrorOut(ErrorOut):
    """A request that was understood and is wrong."""

    errors: list[FieldErrorOut]


class CompanyChoiceOut(Schema):
    """A company to choose."""

    id: int
    slug: str


class ChoiceErrorOut(ErrorOut):
    """A request that has to name a company."""

    choices: list[CompanyChoiceOut] | None = None


class ErrorResponse(JsonResponse):
    """An error. ``rejection`` is its code when somebody, and not something, was turned away."""

    rejection: str | None = None


def error(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> ErrorResponse:
    """Build an error response: all errors have this one shape."""
    return ErrorResponse({"detail": detail, "code": code, **more}, status=status, headers=headers)


def rejected(exc: TokenRejectedError) -> JsonResponse:
    """A 401, with the challenge of RFC 6750 section 3: no error code without a credential."""
    rejection = exc.rejection
    fault = None if rejection is Rejection.MISSING else "invalid_token"
    how = " Write it as Authorization: Bearer <token>." if rejection in _NO_TOKEN else ""
    detail = f"{rejection.sentence}{how}"
    headers = {"WWW-Authenticate": _challenge(fault, detail)}
    response = error(401, rejection.code, detail, headers=headers)
    response.rejection = rejection.code
    return response


def refused(exc: RefusedError) -> JsonResponse:
    """The status of the table, with the headers that belong to it."""
    status = STATUS[exc.reason]
    headers = {}
    fault = _TOKEN_FAULTS.get(exc.reason)
    if fault or status == 401:  # noqa: PLR2004 - the status itself
        headers["WWW-Authenticate"] = _challenge(fault, exc.detail)
    if exc.retry_after is not None:
        headers["Retry-After"] = str(exc.retry_after)
    choices = [{"id": choice.id, "slug": choice.slug} for choice in exc.choices]
    more = {"choices": choices} if choices else {}
    response = error(status, exc.reason.code, exc.detail, headers=headers, **more)
    if status in _TURNED_AWAY:
        response.rejection = exc.reason.code
    return response


def _challenge(fault: str | None, sentence: str) -> str:
    """The ``WWW-Authenticate`` of RFC 6750 section 3; bare when no token is at fault."""
    if fault is None:
        return "Bearer"
    return f'Bearer error="{fault}", error_description="{_quotable(sentence)}"'


def _quotable(sentence: str) -> str:
    """The characters RFC 6750 section 3 allows in error_description."""
    return "".join(c for c in sentence if " " <= c <= "~" and c not in '"\\')
