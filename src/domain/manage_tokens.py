"""Use cases: list, create, read, re-issue and revoke one's own PATs in one company."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.callers.caller import Caller, PatCredential
from domain.events.event import EventKind
from domain.gate import Gate
from domain.policy.decision import Decision, Refused
from domain.policy.permission import Permission
from domain.policy.rules import decide
from domain.refusal import RefusalReason, RefusedError
from domain.tokens.account import event, issue_events
from domain.tokens.changes import (
    LIVE_TOKEN_LIMIT,
    PatChange,
    Plan,
    ReissueRequest,
    StoredPat,
)
from domain.tokens.mint import IssuedPat, Mint, PatRequest
from domain.tokens.plans import reissue
from domain.tokens.ports import IssueLimiter, TokenRecords
from domain.tokens.record import PatRecord
from domain.tokens.rejection import Rejection, TokenRejectedError

__all__ = ["LIVE_TOKEN_LIMIT", "IssuedPat", "ManageTokens", "PatRequest", "ReissueRequest"]


@dataclass(frozen=True)
class ManageTokens:
    """The caller's own tokens, in the token's company."""

    gate: Gate
    records: TokenRecords
    mint: Mint
    limiter: IssueLimiter

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
            RefusedError: not allowed, too many of late, or too many live tokens already; nothing
                is stored.
            ValueError: ``expires_in`` is not above zero, or longer than allowed.
        """
        if request.access_global_metrics:
            self.gate.check(caller, Permission.GRANT_GLOBAL_METRICS, now=now)
        scope = self.gate.admit_to_company(caller, Permission.WRITE_TOKENS, now=now)
        self._count(caller, now=now)
        record = self.mint.new_record(
            request, user_id=caller.user.id, company_id=scope.company_id, now=now
        )
        granted_by = caller.user if request.access_global_metrics else None
        stored = self.records.add(
            record,
            granted_by=granted_by.id if granted_by else None,
            live_limit=LIVE_TOKEN_LIMIT,
            now=now,
            events=issue_events(record, granted_by=granted_by, by=caller.actor, now=now),
        )
        if not stored:
            raise RefusedError(RefusalReason.TOO_MANY_TOKENS)
        return self.mint.sign(record, now=now)

    def reissue(
        self, caller: Caller, pat_id: UUID, request: ReissueRequest, *, now: datetime
    ) -> IssuedPat:
        """Give one of the caller's tokens a new string and a renewed expiry.

        A result with the global flag is a grant by the caller. A grant that has lapsed is not
        renewed by the way: it has to be asked for.

        Raises:
            RefusedError: not allowed, too many of late, not the caller's in this company,
                revoked, or the caller may not give the flag that the token has or shall have.
            TokenRejectedError: the caller's own string was replaced in the meantime.
        """
        scope = self.gate.check_company(caller, Permission.WRITE_TOKENS, now=now)
        self._count(caller, now=now)
        if self.records.find(pat_id, user_id=caller.user.id, company_id=scope.company_id) is None:
            raise RefusedError(RefusalReason.TOKEN_NOT_FOUND)
        grant = decide(caller, Permission.GRANT_GLOBAL_METRICS)
        outcome = self.records.change(
            pat_id, self._reissue_plan(caller, request, grant, now=now), now=now
        )
        if isinstance(outcome, Refused):
            about_grant = outcome == grant
            permission = Permission.GRANT_GLOBAL_METRICS if about_grant else Permission.WRITE_TOKENS
            raise self.gate.refusal(caller, permission, outcome, now=now)
        issued = self.mint.sign(_found(outcome), now=now)
        self.gate.admit(caller, Permission.WRITE_TOKENS, now=now)  # all is allowed: it was a use
        return issued

    def _count(self, caller: Caller, *, now: datetime) -> None:
        wait = self.limiter.attempt(user_id=caller.user.id, now=now)
        if wait is not None:
            raise RefusedError(RefusalReason.RATE_LIMITED, retry_after=wait)

    def _reissue_plan(
        self, caller: Caller, request: ReissueRequest, grant: Decision, *, now: datetime
    ) -> Plan:
        jti, expires_at = self.mint.new_jti(), self.mint.expiry(request.expires_in, now=now)
        by = caller.actor

        def plan(stored: StoredPat) -> PatChange | Refused:
            in_use = _own_string(caller, stored.record, now=now) or request.in_use
            wanted = request.access_global_metrics
            flagged = stored.record.access_global_metrics if wanted is None else wanted
            if flagged and isinstance(grant, Refused):
                return grant
            if flagged and wanted is None and not stored.grant_is_live:
                return Refused(RefusalReason.GLOBAL_GRANT_LAPSED)
            return reissue(
                stored,
                replace(request, in_use=in_use),
                jti=jti,
                expires_at=expires_at,
                granted_by=caller.user,
                by=by,
                now=now,
            )

        return plan

    def revoke(self, caller: Caller, pat_id: UUID, *, now: datetime) -> PatRecord:
        """Revoke one of the caller's tokens; revoked already, it stays as it is.

        Raises:
            RefusedError: not allowed, or not the caller's in this company.
        """
        scope = self.gate.admit_to_company(caller, Permission.WRITE_TOKENS, now=now)
        record = _found(
            self.records.find(pat_id, user_id=caller.user.id, company_id=scope.company_id)
        )
        revoked = event(EventKind.REVOKED, record, by=caller.actor, now=now)
        return _found(
            self.records.revoke(
                pat_id,
                user_id=record.user_id,
                company_id=record.company_id,
                now=now,
                events=(revoked,),
            )
        )


def _own_string(caller: Caller, record: PatRecord, *, now: datetime) -> str | None:
    """The string of this very row by which the caller came, if so.

    Raises:
        TokenRejectedError: it was replaced since the request began. It makes no new one, for it
            may be a thief's.
    """
    match caller.credential:
        case PatCredential(pat_id=record.id, jti=jti):
            if not record.answers_to(jti, now=now):
                raise TokenRejectedError(Rejection.SUPERSEDED)
            return jti
        case _:
            return None


def _found(record: PatRecord | None) -> PatRecord:
    if record is None:
        raise RefusedError(RefusalReason.TOKEN_NOT_FOUND)
    return record
