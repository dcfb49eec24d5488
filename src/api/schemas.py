"""What goes in and out as JSON. Unknown members that come in are ignored."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from api.fields import TextOf, Whole, WholeFrom, saying
from domain.callers.caller import Caller, PatCredential
from domain.instant import iso
from domain.names import LARGEST_ID, LONGEST_NAME, ONE_LINE, check_line
from domain.sessions.tokens import TokenPair
from domain.tokens.changes import MAX_OVERLAP
from domain.tokens.listing import MOST_LISTED, PLACE, Place
from domain.tokens.record import PatRecord

Moment = Annotated[datetime, PlainSerializer(iso, return_type=str, when_used="json")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)


class PasswordGrantIn(_Body):
    """Sign in with a password."""

    grant_type: Literal["password"] | None = Field(
        None, description="Here or in the query.", examples=["password"]
    )
    email: Annotated[str, TextOf(1, 254)] = Field(examples=["owner@acme.example"])
    password: Annotated[str, TextOf(1, 1024)] = Field(examples=["shellui-demo"])
    company_id: Annotated[int, WholeFrom(1, LARGEST_ID)] | None = Field(
        None, description="Needed by members of several companies."
    )


class RefreshGrantIn(_Body):
    """Spend a refresh token."""

    grant_type: Literal["refresh_token"] | None = Field(
        None, description="Here or in the query.", examples=["refresh_token"]
    )
    refresh_token: Annotated[str, TextOf(1, 65536)]


class TokenPairOut(Schema):
    """A session's tokens."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"]
    expires_in: int = Field(description="Seconds until the access token expires.")
    expires_at: int = Field(description="When the access token expires, in Unix seconds.")


class PatIn(_Body):
    """A personal access token to create."""

    name: Annotated[str, TextOf(0, LONGEST_NAME, check=check_line)] = Field(
        "",
        description="One line, without control characters.",
        examples=["prometheus"],
        json_schema_extra={"pattern": ONE_LINE},
    )
    read_only: bool = Field(default=False, description="GET, HEAD and OPTIONS only.")
    access_global_metrics: bool = Field(
        default=False, description="Every company's metrics. Staff only."
    )
    expires_in: Annotated[int, Whole, saying("write a whole number of seconds")] | None = Field(
        None, description="Seconds to live. Left out: as long as allowed."
    )


class ReissueIn(_Body):
    """How to re-issue a token. A flag that is left out stays as it is."""

    overlap_seconds: Annotated[int, WholeFrom(0, int(MAX_OVERLAP.total_seconds()))] = Field(
        0,
        description="The old string lives on until the new one is first used, at most so long.",
    )
    read_only: bool | None = Field(None, description="The flag, changed.")
    access_global_metrics: bool | None = Field(
        None, description="The flag, changed. `true` is a grant of yours. Staff only."
    )


class PatOut(Schema):
    """A personal access token's row. The token itself is never shown again."""

    id: UUID
    user_id: int
    company_id: int
    name: str
    read_only: bool
    access_global_metrics: bool
    created_at: Moment
    expires_at: Moment
    last_used_at: Moment | None
    revoked_at: Moment | None


class PageIn(Schema):
    """Which rows of a list to give: all, or a page of them."""

    limit: Annotated[int, WholeFrom(1, 100)] = MOST_LISTED
    cursor: Annotated[
        Place | None,
        WithJsonSchema({"type": "string", "pattern": PLACE}),
        BeforeValidator(Place.read),
        saying("write a cursor as it was given"),
    ] = None


class PatListOut(Schema):
    """The caller's tokens in the company, newest first."""

    results: list[PatOut]
    next: str | None = Field(description="The `cursor` of the next page; null after the last one.")


class IssuedPatOut(PatOut):
    """A row with its token, shown this once."""

    access_token: str


class RevokedPatOut(PatOut):
    """A revoked row."""

    also_revoked: int = Field(description="How many tokens that were made with it ended with it.")


class CompanyOut(Schema):
    """A company."""

    id: int
    slug: str


class TokenOut(Schema):
    """What the caller came with, and its limits."""

    kind: Literal["session", "personal_access_token"]
    read_only: bool
    access_global_metrics: bool
    expires_at: Moment


class UserMetadataOut(Schema):
    """What a token tells about its user."""

    name: str
    full_name: str
    is_staff: bool
    is_company_owner: bool
    groups: list[str]


class AppMetadataOut(Schema):
    """How the caller came to the token: ``email`` (a password), ``personal_access_token``."""

    provider: str


class UserOut(Schema):
    """The caller as the service sees it, now."""

    id: str
    email: str
    name: str
    is_staff: bool
    company: CompanyOut | None
    is_company_owner: bool
    token: TokenOut
    user_metadata: UserMetadataOut
    app_metadata: AppMetadataOut


class SuccessOut(Schema):
    """It is done."""

    success: Literal[True]


def pat_row(record: PatRecord) -> dict[str, object]:
    """A record as ``PatOut``'s fields."""
    return {
        "id": record.id,
        "user_id": record.user_id,
        "company_id": record.company_id,
        "name": record.name,
        "read_only": record.read_only,
        "access_global_metrics": record.access_global_metrics,
        "created_at": record.created_at,
        "expires_at": record.expires_at,
        "last_used_at": record.last_used_at,
        "revoked_at": record.revoked_at,
    }


def token_pair(pair: TokenPair) -> dict[str, object]:
    """A pair as ``TokenPairOut``'s fields."""
    return {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "token_type": "bearer",
        "expires_in": pair.expires_in,
        "expires_at": int(pair.expires_at.timestamp()),
    }


def user_of(caller: Caller) -> dict[str, object]:
    """A caller as ``UserOut``'s fields."""
    credential = caller.credential
    is_pat = isinstance(credential, PatCredential)
    return {
        "id": str(caller.user.id),
        "email": caller.user.email,
        "name": caller.user.name,
        "is_staff": caller.user.is_staff,
        "company": None
        if caller.company is None
        else {"id": caller.company.id, "slug": caller.company.slug},
        "is_company_owner": caller.is_owner,
        "token": {
            "kind": "personal_access_token" if is_pat else "session",
            "read_only": isinstance(credential, PatCredential) and credential.read_only,
            "access_global_metrics": isinstance(credential, PatCredential)
            and credential.access_global_metrics,
            "expires_at": caller.token_expires_at,
        },
    }
