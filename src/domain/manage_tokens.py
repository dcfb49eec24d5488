"""Use cases: list, create, read, re-issue and revoke one's own PATs in one company.

Those that write hold the caller's own rows while they do (see ``WriterLock``), and hand out a new
string only from inside the transaction: when it fails, nothing was made and nothing was ended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from .callers.caller import Caller, PatCredential
from .events.notice import Notice, NoticeKind
from .events.ports import EventLog, SecurityLog
from .gate import Gate
from .limits import Attempts, token_limit
from .policy.decision import Decision, Refused
from .policy.permission import Permission
from .policy.rules import decide
from .policy.scope import CompanyScope
from .refusal import RefusalReason, RefusedError
from .tokens.adding import AddToken
from .tokens.changes import LIVE_TOKEN_LIMIT, PatChange, Plan, ReissueRequest, StoredPat
from .tokens.listing import MOST_LISTED, Page, Place, page
from .tokens.mint import IssuedPat, Mint, PatRequest
from .tokens.plans import reissue
from .tokens.ports import Creations, TokenRecords
from .tokens.record import PatRecord
from .tokens.revoking import Revocation, RevokeLine, count_heirs
from .unit_of_work import Transaction, WriterLock

__all__ = ["LIVE_TOKEN_LIMIT", "IssuedPat", "ManageTokens", "PatRequest", "ReissueRequest"]


@dataclass(frozen=True)
class ManageTokens:
    """The caller's own tokens, in the token's company."""

    transaction: Transaction
    lock: WriterLock
    gate: Gate
    records: TokenRecords
    creations: Creations
    events: EventLog
    mint: Mint
    attempts: Attempts
    security: SecurityLog

    def list(
        self,
        caller: Caller,
        *,
        now: datetime,
        most: int = MOST_LISTED,
        after: Place | None = None,
    ) -> Page:
        """The caller's tokens in the company, newest first: a page of at most so many."""
        scope = self.gate.admit_to_company(caller, Permission.READ_TOKENS, now=now)
        records = self.records.list_for(
            user_id=caller.user.id, company_id=scope.company_id, most=most + 1, after=after
        )
        return page(records, most=most)

    def read(self, caller: Caller, pat_id: UUID, *, now: datetime) -> PatRecord:
        """One of the caller's tokens.

        Raises:
            RefusedError: not allowed, or not the caller's in this company.
        """
        scope = self.gate.admit_to_company(caller, Permission.READ_TOKENS, now=now)
        return self._own(caller, scope, pat_id)

    def count_heirs(self, caller: Caller, pat_id: UUID, *, now: datetime) -> int:
        """How many other tokens would be revoked with this one.

        Raises:
            RefusedError: not allowed, or not the caller's in this company.
        """
        record = self.read(caller, pat_id, now=now)
        return count_heirs([record.id], self.records.made_with)

    def create(self, caller: Caller, request: PatRequest, *, now: datetime) -> IssuedPat:
        """Create a token and return it, once. It ends no later than a token that made it.

        Raises:
            RefusedError: not allowed, too many of late, or too many live tokens already; nothing
                is stored.
            TokenRejectedError: the caller's credential has ended in the meantime.
            ValueError: ``expires_in`` is not above zero, or longer than allowed.
        """
        self._check_create(caller, request, now=now)
        self._count(caller, now=now)
        with self.transaction():
            held = self.lock(caller, now=now)
            self._check_create(held, request, now=now)
            scope = self.gate.admit_to_company(held, Permission.WRITE_TOKENS, now=now)
            return self._add(held, scope, request, now=now)

    def _check_create(self, caller: Caller, request: PatRequest, *, now: datetime) -> None:
        if request.access_global_metrics:
            self.gate.check(caller, Permission.GRANT_GLOBAL_METRICS, now=now)
        self.gate.check(caller, Permission.WRITE_TOKENS, now=now)

    def _add(
        self, caller: Caller, scope: CompanyScope, request: PatRequest, *, now: datetime
    ) -> IssuedPat:
        giver = caller.user if request.access_global_metrics else None
        record = self.mint.new_record(
            request,
            user=caller.user,
            company_id=scope.company_id,
            maker=caller.maker,
            giver=giver,
            now=now,
        )
        add = AddToken(self.records, self.creations, self.events, self.security, self.mint)
        return add(record, holder=caller.user, giver=giver, by=caller.actor, now=now)

    def reissue(
        self, caller: Caller, pat_id: UUID, request: ReissueRequest, *, now: datetime
    ) -> IssuedPat:
        """Give one of the caller's tokens a new string and a renewed expiry.

        A result with the global flag is a grant by the caller. A grant that has lapsed is not
        renewed by the way: it has to be asked for.

        Raises:
            RefusedError: not allowed, too many of late, not the caller's in this company,
                revoked, or the caller may not give the flag that the token has or shall have.
            TokenRejectedError: the caller's credential has ended in the meantime.
        """
        self.gate.check(caller, Permission.WRITE_TOKENS, now=now)
        self._count(caller, now=now)
        with self.transaction():
            held = self.lock(caller, now=now)
            scope = self.gate.check_company(held, Permission.WRITE_TOKENS, now=now)
            self._own(held, scope, pat_id)
            grant = decide(held, Permission.GRANT_GLOBAL_METRICS)
            plan = self._reissue_plan(held, request, grant, now=now)
            outcome = self.records.change(pat_id, plan, now=now)
            if isinstance(outcome, PatChange):
                return self._issued(held, outcome, now=now)
        if outcome is None:
            raise RefusedError(RefusalReason.TOKEN_NOT_FOUND)
        raise self.gate.refusal(held, outcome, now=now)

    def _issued(self, caller: Caller, change: PatChange, *, now: datetime) -> IssuedPat:
        self.events.write(change.events)
        issued = self.mint.sign(change.record, now=now)
        self.gate.admit(caller, Permission.WRITE_TOKENS, now=now)  # all is allowed: it was a use
        return issued

    def _count(self, caller: Caller, *, now: datetime) -> None:
        wait = self.attempts.count([token_limit(caller.user.id)], now=now)
        if wait is not None:
            limited = Notice(NoticeKind.TOKENS_LIMITED, by=caller.actor, account=caller.user.email)
            self.security.note(limited)
            raise RefusedError(RefusalReason.RATE_LIMITED, retry_after=wait)

    def _reissue_plan(
        self, caller: Caller, request: ReissueRequest, grant: Decision, *, now: datetime
    ) -> Plan:
        maker, by = caller.maker, caller.actor
        jti = self.mint.new_jti()
        expires_at = self.mint.expiry(request.expires_in, maker=maker, now=now)

        def plan(stored: StoredPat) -> PatChange | Refused:
            in_use = _own_string(caller, stored.record) or request.in_use
            wanted = request.access_global_metrics
            flagged = stored.record.access_global_metrics if wanted is None else wanted
            if flagged and isinstance(grant, Refused):
                return grant
            if flagged and wanted is None and not stored.record.grant_is_live:
                return Refused(RefusalReason.GLOBAL_GRANT_LAPSED)
            return reissue(
                stored,
                replace(request, in_use=in_use),
                jti=jti,
                expires_at=expires_at,
                maker=maker,
                giver=caller.user,
                by=by,
                now=now,
            )

        return plan

    def revoke(self, caller: Caller, pat_id: UUID, *, now: datetime) -> Revocation:
        """Revoke one of the caller's tokens, with all that was made with it.

        Revoked already, it stays as it is.

        Raises:
            RefusedError: not allowed, or not the caller's in this company.
            TokenRejectedError: the caller's credential has ended in the meantime.
        """
        with self.transaction():
            held = self.lock(caller, now=now)
            scope = self.gate.admit_to_company(held, Permission.WRITE_TOKENS, now=now)
            record = self._own(held, scope, pat_id)
            return RevokeLine(self.records, self.events)(record, by=held.actor, now=now)

    def _own(self, caller: Caller, scope: CompanyScope, pat_id: UUID) -> PatRecord:
        found = self.records.find(pat_id, user_id=caller.user.id, company_id=scope.company_id)
        if found is None:
            raise RefusedError(RefusalReason.TOKEN_NOT_FOUND)
        return found


def _own_string(caller: Caller, record: PatRecord) -> str | None:
    """The string of this very row by which the caller came, if so."""
    match caller.credential:
        case PatCredential(pat_id=record.id, jti=jti):
            return jti
        case _:
            return None
