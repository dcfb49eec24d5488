"""Use case: end the caller's session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..callers.caller import Caller, SessionCredential
from ..events.ports import EventLog
from ..gate import Gate
from ..policy.permission import Permission
from ..unit_of_work import Transaction, WriterLock
from .events import ended_events
from .ports import SessionRecords


@dataclass(frozen=True)
class SignOut:
    """Its access token stops at once, its refresh token with it."""

    transaction: Transaction
    lock: WriterLock
    gate: Gate
    records: SessionRecords
    events: EventLog

    def __call__(self, caller: Caller, *, now: datetime) -> None:
        """End the session.

        Raises:
            TokenRejectedError: it has ended already.
            RefusedError: the caller came with a PAT.
        """
        with self.transaction():
            held = self.lock(caller, now=now)
            self.gate.check(held, Permission.SIGN_OUT, now=now)
            if isinstance(held.credential, SessionCredential):
                ids = self.records.revoke((held.credential.session_id,), now=now)
                self.events.write(ended_events(ids, by=held.actor, user_id=held.user.id, now=now))
