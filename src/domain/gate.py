"""The gate every use case passes: decide, and note the use of a PAT that was let in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.callers.caller import Caller, PatCredential
from domain.policy.decision import Refused
from domain.policy.permission import Permission
from domain.policy.rules import decide
from domain.policy.scope import CompanyScope, PlatformScope, Scope
from domain.refusal import RefusedError
from domain.tokens.ports import LastUse


@dataclass(frozen=True)
class Gate:
    """Asks the policy, and nobody else."""

    last_use: LastUse

    def check(self, caller: Caller, permission: Permission) -> Scope:
        """Return the scope.

        Raises:
            RefusedError: the policy said no.
        """
        decision = decide(caller, permission)
        if isinstance(decision, Refused):
            raise RefusedError(decision.reason)
        return decision.scope

    def admit(self, caller: Caller, permission: Permission, *, now: datetime) -> Scope:
        """Like ``check``; authenticated and allowed, the use of a PAT is noted."""
        scope = self.check(caller, permission)
        if isinstance(caller.credential, PatCredential):
            self.last_use.note(caller.credential.pat_id, at=now)
        return scope

    def admit_to_company(
        self, caller: Caller, permission: Permission, *, now: datetime
    ) -> CompanyScope:
        """Like ``admit``, for permissions that reach one company."""
        scope = self.admit(caller, permission, now=now)
        if not isinstance(scope, CompanyScope):
            raise TypeError(f"{permission} does not reach a company")
        return scope

    def admit_to_platform(self, caller: Caller, *, now: datetime) -> PlatformScope:
        """Admit to every company's metrics."""
        scope = self.admit(caller, Permission.SCRAPE_PLATFORM, now=now)
        if not isinstance(scope, PlatformScope):
            raise TypeError("the platform's metrics need the platform scope")
        return scope
