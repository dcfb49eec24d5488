"""Use case: end the caller's session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.callers.caller import Caller, SessionCredential
from domain.gate import Gate
from domain.policy.permission import Permission
from domain.tokens.ports import SessionRecords


@dataclass(frozen=True)
class SignOut:
    """Its access token stops at once, its refresh token with it."""

    gate: Gate
    records: SessionRecords

    def __call__(self, caller: Caller, *, now: datetime) -> None:
        """End the session.

        Raises:
            RefusedError: the caller may not act, or came with a PAT.
        """
        self.gate.admit(caller, Permission.SIGN_OUT, now=now)
        if isinstance(caller.credential, SessionCredential):
            self.records.revoke(caller.credential.session_id, now=now)
