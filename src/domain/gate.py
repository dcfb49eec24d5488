"""The gate every use case passes: decide, and note what has to be noted of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .callers.caller import Caller, PatCredential
from .events.event import Event, EventKind
from .events.ports import EventLog, RefusedUses
from .policy.decision import Refused
from .policy.permission import Permission
from .policy.rules import decide
from .policy.scope import CompanyScope, PlatformScope, Scope
from .refusal import RefusalReason, RefusedError
from .tokens.ports import LastUse, Overlaps
from .unit_of_work import Transaction

_PRIVILEGED = (Permission.SCRAPE_PLATFORM, Permission.GRANT_GLOBAL_METRICS)
_FORGOTTEN = {RefusalReason.COMPANY_MISSING, RefusalReason.COMPANY_NOT_FOUND}
"""Requests that are wrong, not forbidden."""


@dataclass(frozen=True)
class Gate:
    """Asks the policy, and nobody else.

    Attributes:
        last_use: where the use of a PAT is noted.
        overlaps: where a re-issued PAT's old string ends.
        refused_uses: where refused privileged use is noted.
        transaction, events: for the end of an overlap, which is a change of its own.
    """

    last_use: LastUse
    overlaps: Overlaps
    refused_uses: RefusedUses
    transaction: Transaction
    events: EventLog

    def check(self, caller: Caller, permission: Permission, *, now: datetime) -> Scope:
        """Return the scope.

        Raises:
            RefusedError: the policy said no.
        """
        decision = decide(caller, permission)
        if isinstance(decision, Refused):
            raise self.refusal(caller, decision, now=now)
        return decision.scope

    def refusal(self, caller: Caller, refused: Refused, *, now: datetime) -> RefusedError:
        """The error to raise; the refusal of a privilege is noted."""
        if refused.permission in _PRIVILEGED and refused.reason not in _FORGOTTEN:
            self.refused_uses.note(_refused_use(caller, refused.permission, refused, now=now))
        return RefusedError(refused.reason)

    def admit(self, caller: Caller, permission: Permission, *, now: datetime) -> Scope:
        """Like ``check``; authenticated and allowed, the use of a PAT is noted.

        The first use of a re-issued string ends the old one's overlap.
        """
        scope = self.check(caller, permission, now=now)
        credential = caller.credential
        if isinstance(credential, PatCredential):
            if credential.supersedes:
                self._end_overlap(caller, credential, now=now)
            self.last_use.note(credential.pat_id, at=now)
        return scope

    def _end_overlap(self, caller: Caller, pat: PatCredential, *, now: datetime) -> None:
        with self.transaction():
            if self.overlaps.end(pat.pat_id, jti=pat.jti):
                self.events.write((_event(caller, EventKind.OVERLAP_ENDED, now=now),))

    def admit_to_company(
        self, caller: Caller, permission: Permission, *, now: datetime
    ) -> CompanyScope:
        """Like ``admit``, for permissions that reach one company."""
        return _one_company(self.admit(caller, permission, now=now), permission)

    def check_company(
        self, caller: Caller, permission: Permission, *, now: datetime
    ) -> CompanyScope:
        """Like ``check``, for permissions that reach one company."""
        return _one_company(self.check(caller, permission, now=now), permission)

    def admit_to_platform(self, caller: Caller, *, now: datetime) -> PlatformScope:
        """Admit to every company's metrics."""
        scope = self.admit(caller, Permission.SCRAPE_PLATFORM, now=now)
        if not isinstance(scope, PlatformScope):
            raise TypeError("the platform's metrics need the platform scope")
        return scope


def _one_company(scope: Scope, permission: Permission) -> CompanyScope:
    if not isinstance(scope, CompanyScope):
        raise TypeError(f"{permission} does not reach a company")
    return scope


def _refused_use(
    caller: Caller, permission: Permission, refused: Refused, *, now: datetime
) -> Event:
    return _event(
        caller,
        EventKind.PRIVILEGED_USE_REFUSED,
        now=now,
        permission=permission.value,
        reason=refused.reason.code,
    )


def _event(caller: Caller, kind: EventKind, *, now: datetime, **detail: str) -> Event:
    by = caller.actor
    return Event(
        kind=kind,
        at=now,
        by=by,
        user_id=caller.user.id,
        company_id=caller.company_id,
        pat_id=by.pat_id,
        session_id=by.session_id,
        detail=detail,
    )
