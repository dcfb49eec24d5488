"""The rows of tokens and sessions, and where a token's last use is noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from domain.events.event import Event
from domain.policy.decision import Refused
from domain.tokens.changes import Plan, StoredPat
from domain.tokens.record import PatRecord, SessionRecord
from tests.fakes.world import Grant, World


@dataclass(frozen=True)
class FakeTokenRecords:
    """``TokenRecords`` in memory."""

    world: World

    def list_for(self, *, user_id: int, company_id: int) -> list[PatRecord]:
        """All rows, newest first."""
        mine = [
            record
            for record in self.world.pats.values()
            if (record.user_id, record.company_id) == (user_id, company_id)
        ]
        return sorted(mine, key=lambda record: (record.created_at, record.id), reverse=True)

    def find(self, pat_id: UUID, *, user_id: int, company_id: int) -> PatRecord | None:
        """The row, or None when it is not there or not theirs."""
        record = self.world.pats.get(pat_id)
        if record is None or (record.user_id, record.company_id) != (user_id, company_id):
            return None
        return record

    def add(
        self,
        record: PatRecord,
        *,
        granted_by: int | None,
        live_limit: int,
        now: datetime,
        events: Sequence[Event] = (),
    ) -> bool:
        """Store a new row, or nothing at the limit."""
        if self._others_live(record, now=now) >= live_limit:
            return False
        self.world.writes.append("TokenRecords.add")
        self.world.pats[record.id] = record
        if granted_by is not None:
            self.world.grants[record.id] = Grant(granted_by, now)
        self.world.events.extend(events)
        return True

    def change(self, pat_id: UUID, plan: Plan, *, now: datetime) -> PatRecord | Refused | None:
        """Ask the plan, and store what it says."""
        record = self.world.pats.get(pat_id)
        if record is None:
            return None
        others_live = partial(self._others_live, record, now=now)
        outcome = plan(StoredPat(record, self.world.grant_is_live(pat_id), others_live))
        if isinstance(outcome, Refused):
            return outcome
        self.world.writes.append("TokenRecords.change")
        self.world.pats[pat_id] = outcome.record
        if not outcome.record.access_global_metrics:
            self.world.grants.pop(pat_id, None)
        elif outcome.granted_by is not None:
            self.world.grants[pat_id] = Grant(outcome.granted_by, now)
        self.world.events.extend(outcome.events)
        return outcome.record

    def _others_live(self, record: PatRecord, *, now: datetime) -> int:
        mine = self.list_for(user_id=record.user_id, company_id=record.company_id)
        return sum(
            row.revoked_at is None and row.expires_at > now and row.id != record.id for row in mine
        )

    def revoke(
        self,
        pat_id: UUID,
        *,
        user_id: int,
        company_id: int,
        now: datetime,
        events: Sequence[Event] = (),
    ) -> PatRecord | None:
        """Revoke, keeping the first revocation's time."""
        record = self.find(pat_id, user_id=user_id, company_id=company_id)
        if record is None or record.revoked_at is not None:
            return record
        self.world.writes.append("TokenRecords.revoke")
        self.world.events.extend(events)
        return self.world.change_pat(pat_id, revoked_at=now)


@dataclass(frozen=True)
class FakeSessionRecords:
    """``SessionRecords`` in memory."""

    world: World

    def add(self, record: SessionRecord) -> None:
        """Store a new session."""
        self.world.writes.append("SessionRecords.add")
        self.world.add_session(record)

    def rotate(
        self, session_id: UUID, *, spent_jti: str, new_jti: str, expires_at: datetime
    ) -> bool:
        """Spend a refresh token: True for the one caller that does so first on a live session."""
        row = self.world.sessions.get(session_id)
        if row is None or row.refresh_jti != spent_jti or row.revoked_at is not None:
            return False
        self.world.writes.append("SessionRecords.rotate")
        self.world.change_session(session_id, refresh_jti=new_jti, expires_at=expires_at)
        return True

    def revoke(self, session_id: UUID, *, now: datetime, events: Sequence[Event] = ()) -> None:
        """End the session, keeping the first end's time."""
        row = self.world.sessions.get(session_id)
        if row is not None and row.revoked_at is None:
            self.world.writes.append("SessionRecords.revoke")
            self.world.events.extend(events)
            self.world.sessions[session_id] = replace(row, revoked_at=now)


@dataclass(frozen=True)
class FakeLastUse:
    """``LastUse`` in memory: right to one second, only moving on, silent about unknown rows."""

    world: World

    def note(self, pat_id: UUID, *, at: datetime) -> None:
        """Note a use."""
        second = at.replace(microsecond=0)
        record = self.world.pats.get(pat_id)
        if record is None or (record.last_used_at and record.last_used_at >= second):
            return
        self.world.writes.append("LastUse.note")
        self.world.change_pat(pat_id, last_used_at=second)
