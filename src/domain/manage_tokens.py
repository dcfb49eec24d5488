"""Use cases: list, create, read and revoke one's own personal access tokens in one company."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.callers.caller import Caller
from domain.gate import Gate
from domain.policy.permission import Permission
from domain.refusal import RefusalReason, RefusedError
from domain.tokens.issuing import pat_payload
from domain.tokens.ports import Profiles, TokenCodec, TokenRecords
from domain.tokens.record import PatRecord

LIVE_TOKEN_LIMIT = 100
"""How many live PATs one user may have in one company."""


@dataclass(frozen=True)
class PatRequest:
    """What a new PAT should be. ``expires_in`` None means the longest allowed."""

    name: str = ""
    read_only: bool = False
    access_global_metrics: bool = False
    expires_in: timedelta | None = None


@dataclass(frozen=True)
class IssuedPat:
    """A row and its token: the one moment the token exists here."""

    record: PatRecord
    token: str


@dataclass(frozen=True)
class ManageTokens:
    """The caller's own tokens, in the token's company.

    Attributes:
        gate: where the policy is asked.
        records: the rows.
        profiles: what to write about the user into the token.
        codec: signs.
        new_id: makes UUIDs, for rows and for ``jti``.
        lifetime: the longest a PAT may live.
    """

    gate: Gate
    records: TokenRecords
    profiles: Profiles
    codec: TokenCodec
    new_id: Callable[[], UUID]
    lifetime: timedelta

    def list(self, caller: Caller, *, now: datetime) -> list[PatRecord]:
        """All of the caller's tokens in the company, newest first."""
        scope = self.gate.admit_to_company(caller, Permission.READ_TOKENS, now=now)
        return self.records.list_for(user_id=caller.user.id, company_id=scope.company_id)

    def read(self, caller: Caller, pat_id: UUID, *, now: datetime) -> PatRecord:
        """One of the caller's tokens.

        Raises:
            RefusedError: not allowed, or not the caller's in this company.
        """
        scope = self.gate.admit_to_company(caller, Permission.READ_TOKENS, now=now)
        return _found(
            self.records.find(pat_id, user_id=caller.user.id, company_id=scope.company_id)
        )

    def create(self, caller: Caller, request: PatRequest, *, now: datetime) -> IssuedPat:
        """Create a token and return it, once.

        Raises:
            RefusedError: not allowed, or too many live tokens already; nothing is stored.
            ValueError: ``expires_in`` is not above zero, or longer than allowed.
        """
        if request.access_global_metrics:
            self.gate.check(caller, Permission.GRANT_GLOBAL_METRICS)
        scope = self.gate.admit_to_company(caller, Permission.WRITE_TOKENS, now=now)
        whole = now.replace(microsecond=0)  # the claims count in whole seconds, so the row does
        record = PatRecord(
            id=self.new_id(),
            jti=str(self.new_id()),
            user_id=caller.user.id,
            company_id=scope.company_id,
            name=request.name,
            read_only=request.read_only,
            access_global_metrics=request.access_global_metrics,
            created_at=now,
            expires_at=whole + self._lifetime(request),
        )
        granted_by = caller.user.id if request.access_global_metrics else None
        if not self.records.add(
            record, granted_by=granted_by, live_limit=LIVE_TOKEN_LIMIT, now=now
        ):
            raise RefusedError(RefusalReason.TOO_MANY_TOKENS)
        profile = self.profiles.profile(record.user_id, record.company_id)
        return IssuedPat(record, self.codec.sign(pat_payload(record, profile, now=now)))

    def _lifetime(self, request: PatRequest) -> timedelta:
        if request.expires_in is None:
            return self.lifetime
        if not timedelta(0) < request.expires_in <= self.lifetime:
            raise ValueError(f"expires_in must be above zero and at most {self.lifetime}")
        return request.expires_in

    def revoke(self, caller: Caller, pat_id: UUID, *, now: datetime) -> PatRecord:
        """Revoke one of the caller's tokens; revoked already, it stays as it is.

        Raises:
            RefusedError: not allowed, or not the caller's in this company.
        """
        scope = self.gate.admit_to_company(caller, Permission.WRITE_TOKENS, now=now)
        return _found(
            self.records.revoke(
                pat_id, user_id=caller.user.id, company_id=scope.company_id, now=now
            )
        )


def _found(record: PatRecord | None) -> PatRecord:
    if record is None:
        raise RefusedError(RefusalReason.TOKEN_NOT_FOUND)
    return record
