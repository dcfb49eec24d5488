"""Making a PAT's string of its row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ..callers.caller import User
from ..names import check_name
from .issuing import pat_payload
from .ports import Profiles, TokenCodec
from .record import Grant, Maker, PatRecord


@dataclass(frozen=True)
class PatRequest:
    """What a new PAT should be. ``expires_in`` None means the longest allowed.

    Raises:
        ValueError: the name is none that ``check_name`` takes.
    """

    name: str = ""
    read_only: bool = False
    access_global_metrics: bool = False
    expires_in: timedelta | None = None

    def __post_init__(self) -> None:
        check_name(self.name)


@dataclass(frozen=True)
class IssuedPat:
    """A row and its token: the one moment the token exists here."""

    record: PatRecord
    token: str


@dataclass(frozen=True)
class Mint:
    """Makes new rows and signs rows.

    Attributes:
        profiles: what to write about the user into the token.
        codec: signs.
        new_id: makes UUIDs, for rows and for ``jti``.
        lifetime: the longest a PAT may live.
    """

    profiles: Profiles
    codec: TokenCodec
    new_id: Callable[[], UUID]
    lifetime: timedelta

    def new_record(
        self,
        request: PatRequest,
        *,
        user: User,
        company_id: int,
        maker: Maker,
        giver: User | None,
        now: datetime,
    ) -> PatRecord:
        """A row as asked for, made by ``maker``; ``giver`` gives the flag that it has, if any.

        Raises:
            ValueError: ``expires_in`` is not above zero, or longer than allowed.
        """
        return PatRecord(
            id=self.new_id(),
            jti=self.new_jti(),
            user_id=user.id,
            company_id=company_id,
            name=request.name,
            read_only=request.read_only,
            access_global_metrics=request.access_global_metrics,
            created_at=now,
            expires_at=self.expiry(request.expires_in, maker=maker, now=now),
            generation=user.generation,
            made_by_pat=maker.pat_id,
            made_by_session=maker.session_id,
            grant=Grant(giver.id, now, is_live=True) if giver else None,
        )

    def new_jti(self) -> str:
        """An id that no string has yet."""
        return str(self.new_id())

    def expiry(self, expires_in: timedelta | None, *, maker: Maker, now: datetime) -> datetime:
        """When a string made now ends: as asked for, or with its maker, whichever is first.

        The claims count in whole seconds, so the row does.

        Raises:
            ValueError: ``expires_in`` is not above zero, or longer than allowed.
        """
        wanted = self.lifetime if expires_in is None else expires_in
        if not timedelta(0) < wanted <= self.lifetime:
            raise ValueError(f"expires_in must be above zero and at most {self.lifetime}")
        end = now.replace(microsecond=0) + wanted
        return end if maker.ends_at is None else min(end, maker.ends_at)

    def sign(self, record: PatRecord, *, now: datetime) -> IssuedPat:
        """The row with its string."""
        profile = self.profiles.profile(record.user_id, record.company_id)
        return IssuedPat(record, self.codec.sign(pat_payload(record, profile, now=now)))
