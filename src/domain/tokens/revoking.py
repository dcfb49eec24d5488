"""What a token made ends with it: the line of its heirs, and its revocation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.events.event import Actor, EventKind
from domain.events.ports import EventLog
from domain.tokens.account import event
from domain.tokens.ports import TokenRecords
from domain.tokens.record import PatRecord


def line_of(
    pat_id: UUID, made_with: Callable[[Sequence[UUID]], list[PatRecord]]
) -> list[PatRecord]:
    """Every row whose present string was made with the token, however far down; each once.

    Two tokens may have re-issued each other, so a row that was met is not followed again.
    """
    met, line, todo = {pat_id}, list[PatRecord](), [pat_id]
    while todo:
        heirs = [heir for heir in made_with(todo) if heir.id not in met]
        todo = [heir.id for heir in heirs]
        met.update(todo)
        line += heirs
    return line


@dataclass(frozen=True)
class Revocation:
    """A revoked row, and how many tokens of its line ended with it, now or the first time."""

    record: PatRecord
    heirs: int


@dataclass(frozen=True)
class RevokeLine:
    """Revokes a token and all that was made with it. Call it in a transaction, holding its user."""

    records: TokenRecords
    events: EventLog

    def __call__(self, record: PatRecord, *, by: Actor, now: datetime) -> Revocation:
        """Revoke. What was revoked before keeps its time and gets no second event."""
        rows = [record, *line_of(record.id, self.records.made_with)]
        revoked = set(self.records.revoke([row.id for row in rows], now=now))
        self.events.write(
            [
                event(EventKind.REVOKED, row, by=by, now=now, **_with(row, record))
                for row in rows
                if row.id in revoked
            ]
        )
        ended = [replace(row, revoked_at=now) if row.id in revoked else row for row in rows]
        with_it = [row for row in ended[1:] if row.revoked_at == ended[0].revoked_at]
        return Revocation(ended[0], len(with_it))


def _with(row: PatRecord, root: PatRecord) -> dict[str, str]:
    return {} if row.id == root.id else {"revoked_with": str(root.id)}
