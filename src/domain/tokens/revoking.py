"""What a token made ends with it: the line of its heirs, and its revocation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from ..events.event import Actor, EventKind
from ..events.ports import EventLog
from .account import event
from .ports import TokenRecords
from .record import PatRecord


def line_ids(
    pat_ids: Iterable[UUID], made_with: Callable[[list[UUID]], Iterable[UUID]]
) -> set[UUID]:
    """All that was made with one of the tokens, however far down; without the tokens themselves.

    Two tokens may have re-issued each other, so what was met is not followed again.
    """
    roots = set(pat_ids)
    met, todo = set(roots), sorted(roots)
    while todo:
        todo = sorted(set(made_with(todo)) - met)
        met.update(todo)
    return met - roots


def line_of(
    pat_ids: Iterable[UUID], made_with: Callable[[Sequence[UUID]], list[PatRecord]]
) -> list[PatRecord]:
    """Every other row whose present string was made with one of the tokens, however far down."""
    rows = dict[UUID, PatRecord]()

    def heirs(makers: list[UUID]) -> list[UUID]:
        found = made_with(makers)
        rows.update((row.id, row) for row in found)
        return [row.id for row in found]

    line = line_ids(pat_ids, heirs)
    return [row for row in rows.values() if row.id in line]


def count_heirs(
    pat_ids: Iterable[UUID], made_with: Callable[[Sequence[UUID]], list[PatRecord]]
) -> int:
    """How many other tokens would be revoked with these."""
    return sum(heir.revoked_at is None for heir in line_of(pat_ids, made_with))


@dataclass(frozen=True)
class Revocation:
    """A revoked row, and the tokens of its line that ended with it, now or the first time."""

    record: PatRecord
    line: frozenset[UUID] = frozenset()

    @property
    def heirs(self) -> int:
        """How many ended with it."""
        return len(self.line)


@dataclass(frozen=True)
class RevokeLine:
    """Revokes a token and all that was made with it. Call it in a transaction, holding its user."""

    records: TokenRecords
    events: EventLog

    def __call__(self, record: PatRecord, *, by: Actor, now: datetime) -> Revocation:
        """Revoke. What was revoked before keeps its time and gets no second event."""
        rows = [record, *line_of([record.id], self.records.made_with)]
        revoked = set(self.records.revoke([row.id for row in rows], now=now))
        self.events.write(
            [
                event(EventKind.REVOKED, row, by=by, now=now, **_with(row, record))
                for row in rows
                if row.id in revoked
            ]
        )
        ended = [replace(row, revoked_at=now) if row.id in revoked else row for row in rows]
        with_it = (row.id for row in ended[1:] if row.revoked_at == ended[0].revoked_at)
        return Revocation(ended[0], frozenset(with_it))


def _with(row: PatRecord, root: PatRecord) -> dict[str, str]:
    return {} if row.id == root.id else {"revoked_with": str(root.id)}
