"""The caller's own personal access tokens, in the token's company."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Query, Router, Status
from ninja.errors import ValidationError
from pydantic import BeforeValidator

from api.bearer import caller_of
from api.documented import answers, authenticated
from api.fields import WholeFrom
from api.schemas import (
    IssuedPatOut,
    PageIn,
    PatIn,
    PatListOut,
    PatOut,
    ReissueIn,
    RevokedPatOut,
    pat_row,
)
from domain.manage_tokens import PatRequest, ReissueRequest
from domain.services import Services

_WHO = "Disabled or no member any more: `membership_disabled`, `membership_required`."
_GONE = "The token's company is gone (`company_not_found`)"
_NAMED = (
    "The token names no company (`company_missing`), the request does (`company_id_not_allowed`)"
)
_COMMON = {"s400": f"{_NAMED}.", "s403": _WHO}
_ID = {"s404": f"{_GONE}, or no such token of yours (`personal_access_token_not_found`)."}
_BODY = {
    "s400": f"{_NAMED}, or the body is no JSON (`body_malformed`).",
    "s422": "A field is wrong (`validation_failed`).",
    "s429": "Too many tokens made in a minute (`rate_limited`); see `Retry-After`.",
}
_NO_ROW = UUID(int=0)  # the nil UUID (RFC 9562 section 5.9): no row has it


def _or_nil(text: str) -> UUID:
    """What is no UUID is no token's id, and as unknown as any other."""
    try:
        return UUID(text)
    except ValueError:
        return _NO_ROW


PatId = Annotated[UUID, BeforeValidator(_or_nil)]


def personal_access_tokens_router(services: Services) -> Router:
    """Build the routes."""
    router = Router(tags=["Personal access tokens"])
    tokens = services.tokens

    @router.get(
        "",
        summary="List your tokens",
        description=(
            "Newest first, expired and revoked ones included. Kept are all that live, and of those "
            "that ended the last 200. `limit` and `cursor` give them in pages."
        ),
        **answers(
            authenticated(
                **_COMMON,
                s404=f"{_GONE}.",
                s422="`limit` or `cursor` is wrong (`validation_failed`).",
            ),
            200,
            PatListOut,
        ),
    )
    def list_tokens(request: HttpRequest, asked: Query[PageIn]) -> dict[str, Any]:
        page = tokens.list(
            caller_of(request), most=asked.limit, after=asked.cursor, now=services.now()
        )
        return {
            "results": [pat_row(record) for record in page.records],
            "next": None if page.next is None else str(page.next),
        }

    @router.post(
        "",
        summary="Create a token",
        description="The answer is the only place where the token is ever shown: keep it.",
        **answers(
            authenticated(
                **_BODY,
                s403=f"{_WHO} A right you may not give: `global_grant_not_allowed`, "
                "`token_too_weak`, `read_only_token`.",
                s404=f"{_GONE}.",
                s409="100 live tokens already (`too_many_tokens`).",
            ),
            201,
            IssuedPatOut,
        ),
    )
    def create_token(request: HttpRequest, body: PatIn) -> Status[Any]:
        issued = tokens.create(
            caller_of(request),
            _request(body, services.max_pat_lifetime_seconds),
            now=services.now(),
        )
        return Status(201, {**pat_row(issued.record), "access_token": issued.token})

    @router.get(
        "/{pat_id}",
        summary="Read one of your tokens",
        **answers(authenticated(**_COMMON, **_ID), 200, PatOut),
    )
    def read_token(request: HttpRequest, pat_id: Path[PatId]) -> dict[str, Any]:
        return pat_row(tokens.read(caller_of(request), pat_id, now=services.now()))

    @router.post(
        "/{pat_id}/reissue",
        summary="Re-issue one of your tokens",
        description=(
            "The same row with a new string and the full lifetime. The old string stops at once; "
            "with `overlap_seconds` it lives on until the new one is first used or the time is "
            "up, unless a flag is changed. Did the answer get lost? Re-issue again."
        ),
        **answers(
            authenticated(
                **_BODY,
                s403=f"{_WHO} A right you may not give, or a grant that has lapsed: "
                "`global_grant_not_allowed`, `global_grant_lapsed`, `token_too_weak`, "
                "`read_only_token`.",
                **_ID,
                s409="The token is revoked (`token_revoked`), or it had expired and you have 100 "
                "live ones without it (`too_many_tokens`).",
            ),
            200,
            IssuedPatOut,
        ),
    )
    def reissue_token(
        request: HttpRequest,
        pat_id: Path[PatId],
        body: ReissueIn | None = None,
    ) -> dict[str, Any]:
        issued = tokens.reissue(caller_of(request), pat_id, _reissue(body), now=services.now())
        return {**pat_row(issued.record), "access_token": issued.token}

    @router.post(
        "/{pat_id}/revoke",
        summary="Revoke one of your tokens",
        description=(
            "At once and for good. Every token that was made with it ends too, however far down: "
            "`also_revoked` says how many. Revoking it again changes nothing."
        ),
        **answers(authenticated(**_COMMON, **_ID), 200, RevokedPatOut),
    )
    def revoke_token(request: HttpRequest, pat_id: Path[PatId]) -> dict[str, Any]:
        revocation = tokens.revoke(caller_of(request), pat_id, now=services.now())
        return {**pat_row(revocation.record), "also_revoked": revocation.heirs}

    return router


def _reissue(body: ReissueIn | None) -> ReissueRequest:
    if body is None:
        return ReissueRequest()
    return ReissueRequest(
        overlap=timedelta(seconds=body.overlap_seconds),
        read_only=body.read_only,
        access_global_metrics=body.access_global_metrics,
    )


def _request(body: PatIn, max_seconds: int) -> PatRequest:
    seconds = body.expires_in
    allowed = WholeFrom(1, max_seconds)
    if seconds is not None and seconds not in allowed:
        fault = {"loc": ["body", "expires_in"], "msg": allowed.words, "type": "out_of_range"}
        raise ValidationError([fault])
    return PatRequest(
        name=body.name,
        read_only=body.read_only,
        access_global_metrics=body.access_global_metrics,
        expires_in=None if seconds is None else timedelta(seconds=seconds),
    )
