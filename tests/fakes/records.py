"""The rows of tokens and sessions, and where a token's last use is noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from domain.events.event import EventKind, Means
from domain.policy.decision import Refused
from domain.tokens.changes import PatChange, Plan, StoredPat
from domain.tokens.listing import Place
from domain.tokens.record import PatRecord, SessionRecord
from domain.tokens.state import State
from tests.fakes.people import user_facts
from tests.fakes.world import World


@dataclass(frozen=True)
class FakeTokenRecords:
    """``TokenRecords`` in memory."""

    world: World

    def list_for(
        self, *, user_id: int, company_id: int, most: int, after: Place | None = None
    ) -> list[PatRecord]:
        """At most so many rows, newest first."""
        ordered = sorted(self._of(user_id, company_id), key=_place, reverse=True)
        end = None if after is None else (after.created_at, after.id)
        return [row for row in ordered if end is None or _place(row) < end][:most]

    def _of(self, user_id: int, company_id: int) -> list[PatRecord]:
        return [
            record
            for record in map(self.world.pat, self.world.pats)
            if (record.user_id, record.company_id) == (user_id, company_id)
        ]

    def forget_ended(self, *, user_id: int, company_id: int, kept: int, now: datetime) -> None:
        """Delete the rows that ended first."""
        generation = self.world.users[user_id].generation
        ended = [
            row
            for row in self._of(user_id, company_id)
            if row.state(generation, now=now) is not State.ACTIVE
        ]
        for row in sorted(ended, key=_end, reverse=True)[kept:]:
            self.world.writes.append("TokenRecords.forget_ended")
            del self.world.pats[row.id]

    def find(self, pat_id: UUID, *, user_id: int, company_id: int) -> PatRecord | None:
        """The row, or None when it is not there or not theirs."""
        record = self.world.pat(pat_id)
        if record is None or (record.user_id, record.company_id) != (user_id, company_id):
            return None
        return record

    def add(self, record: PatRecord, *, live_limit: int, now: datetime) -> bool:
        """Store a new row, or nothing at the limit."""
        if self._others_live(record, now=now) >= live_limit:
            return False
        self.world.writes.append("TokenRecords.add")
        self.world.put_pat(record)
        return True

    def change(self, pat_id: UUID, plan: Plan, *, now: datetime) -> PatChange | Refused | None:
        """Ask the plan, and store what it says."""
        record = self.world.pat(pat_id)
        if record is None:
            return None
        others_live = partial(self._others_live, record, now=now)
        holder = user_facts(self.world, record.user_id)
        outcome = plan(StoredPat(record, holder, others_live))
        if isinstance(outcome, Refused):
            return outcome
        self.world.writes.append("TokenRecords.change")
        self.world.put_pat(outcome.record)
        return outcome

    def _others_live(self, record: PatRecord, *, now: datetime) -> int:
        mine = self._of(record.user_id, record.company_id)
        generation = self.world.users[record.user_id].generation
        live = (row for row in mine if row.state(generation, now=now) is State.ACTIVE)
        return sum(row.id != record.id for row in live)

    def made_with(self, pat_ids: Sequence[UUID]) -> list[PatRecord]:
        """The rows whose present string was made with one of these tokens."""
        rows = self.world.pats.values()
        heirs = [row for row in rows if row.made_by_pat and row.made_by_pat in pat_ids]
        return sorted(heirs, key=lambda row: row.id)

    def revoke(self, pat_ids: Sequence[UUID], *, now: datetime) -> list[UUID]:
        """Revoke rows, keeping a first revocation's time; those that were revoked now."""
        known = [pat_id for pat_id in sorted(set(pat_ids)) if pat_id in self.world.pats]
        revoked = [key for key in known if self.world.pats[key].revoked_at is None]
        for key in revoked:
            self.world.writes.append("TokenRecords.revoke")
            self.world.change_pat(key, revoked_at=now)
        for row in list(self.world.pats.values()):
            if row.overlap is not None and row.overlap.made_by_pat in pat_ids:
                self.world.change_pat(row.id, overlap=None)
        return revoked


def _place(row: PatRecord) -> tuple[datetime, UUID]:
    return row.created_at, row.id


def _end(row: PatRecord) -> tuple[datetime, UUID]:
    return min(row.revoked_at or row.expires_at, row.expires_at), row.id


@dataclass(frozen=True)
class FakeCreations:
    """``Creations`` in memory."""

    world: World

    def latest(self, nth: int, *, user_id: int) -> datetime | None:
        """When the user's nth token, counted back, was created, by any door but the shell."""
        times = [
            event.at
            for event in self.world.events
            if event.kind is EventKind.ISSUED
            and event.user_id == user_id
            and event.by.origin.means is not Means.SHELL
        ]
        return sorted(times, reverse=True)[nth - 1] if len(times) >= nth else None


@dataclass(frozen=True)
class FakeSessionRecords:
    """``SessionRecords`` in memory."""

    world: World

    def add(self, record: SessionRecord) -> None:
        """Store a new session."""
        self.world.writes.append("SessionRecords.add")
        self.world.add_session(record)

    def lock_family(self, family: str) -> UUID | None:
        """Lock the session with this family of refresh tokens; its id."""
        for record in self.world.sessions.values():
            if record.refresh is not None and record.refresh.family == family:
                self.world.locked.extend([record.user_id, record.id])
                return record.id
        return None

    def renew(self, record: SessionRecord) -> None:
        """Store the row's chain of refresh tokens, its end, and its last use."""
        self.world.writes.append("SessionRecords.renew")
        self.world.change_session(
            record.id,
            refresh=record.refresh,
            expires_at=record.expires_at,
            last_used_at=record.last_used_at,
            network=record.network,
        )

    def confirm(self, session_id: UUID, *, now: datetime) -> None:
        """Store that the password was given in the session."""
        self.world.writes.append("SessionRecords.confirm")
        self.world.change_session(session_id, confirmed_at=now)

    def find(self, session_ids: Sequence[UUID]) -> list[SessionRecord]:
        """The sessions with these ids, by id."""
        known = sorted(set(session_ids) & set(self.world.sessions))
        return [self.world.sessions[key] for key in known]

    def live_of(self, user_id: int, *, now: datetime) -> list[SessionRecord]:
        """The user's live sessions of the present generation, newest first."""
        live = [
            row
            for row in self.world.sessions.values()
            if row.user_id == user_id
            and row.state(self.world.users[user_id].generation, now=now) is State.ACTIVE
        ]
        return sorted(live, key=lambda row: (row.created_at, row.id), reverse=True)

    def revoke(self, session_ids: Sequence[UUID], *, now: datetime) -> list[UUID]:
        """End sessions, keeping a first end's time; those that ended now."""
        known = [key for key in sorted(set(session_ids)) if key in self.world.sessions]
        ended = [key for key in known if self.world.sessions[key].revoked_at is None]
        for key in ended:
            self.world.writes.append("SessionRecords.revoke")
            self.world.change_session(key, revoked_at=now)
        return ended


@dataclass(frozen=True)
class FakeLastUse:
    """``LastUse`` in memory: right to one second, only moving on, silent about unknown rows."""

    world: World

    def note(self, pat_id: UUID, *, at: datetime) -> None:
        """Note a use."""
        second = at.replace(microsecond=0)
        record = self.world.pat(pat_id)
        if record is None or (record.last_used_at and record.last_used_at >= second):
            return
        self.world.writes.append("LastUse.note")
        self.world.change_pat(pat_id, last_used_at=second)

    def note_session(self, session_id: UUID, *, at: datetime) -> None:
        """Note the use of a session; no write of the request's."""
        minute = at.replace(second=0, microsecond=0)
        record = self.world.sessions.get(session_id)
        if record is not None and (record.last_used_at is None or record.last_used_at < minute):
            self.world.change_session(session_id, last_used_at=minute)
