"""What is of no use any more, deleted in batches.

Each batch is a short transaction of its own: it locks rows that are of no use and that nobody else
has locked, and deletes them. So it can be stopped at any time, run again, and run while serving.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session as BrowserSession
from django.db import transaction
from django.db.models import QuerySet

from adapters.orm.models import (
    EventPurge,
    KnownNetwork,
    PersonalAccessToken,
    Session,
    SignInBucket,
    TokenEvent,
)
from adapters.orm.repositories.deleting import delete_unlocked
from adapters.orm.repositories.ended_tokens import superfluous
from domain.limits import KNOWN_FOR, LONGEST_WINDOW
from domain.tokens.adding import ENDED_TOKENS_KEPT

Report = Callable[[str, int], None]


@dataclass(frozen=True)
class Chore:
    """Rows of one kind that are of no use.

    Attributes:
        name: what they are.
        rows: the rows, in the order of an index.
        delete: deletes those of a batch of ``rows`` that nobody has locked; how many.
    """

    name: str
    rows: QuerySet[Any]
    delete: Callable[[QuerySet[Any]], int] = delete_unlocked

    def run(self, *, batch: int, report: Report) -> None:
        """Delete all of them, reporting each batch. What somebody works on stays for now."""
        while deleted := self.delete(self.rows[:batch]):
            report(self.name, deleted)


def chores(*, now: datetime, retention: timedelta) -> list[Chore]:
    """Everything to purge.

    Args:
        now: the present.
        retention: how long events are kept, and tokens after their end.
    """
    kept_since = now - retention
    tokens = PersonalAccessToken.objects
    return [
        Chore("expired sessions", _by(Session.objects, expires_at=now)),
        Chore("expired browser sessions", _by(BrowserSession.objects, expire_date=now)),
        Chore(
            "old sign-in buckets",
            _by(SignInBucket.objects, started_at=now - LONGEST_WINDOW),
        ),
        Chore(
            "networks not signed in from of late",
            _by(KnownNetwork.objects, signed_in_at=now - KNOWN_FOR),
        ),
        Chore("tokens revoked long ago", _by(tokens, revoked_at=kept_since)),
        Chore("tokens expired long ago", _by(tokens, expires_at=kept_since)),
        Chore(
            "tokens that ended before the newest kept",
            superfluous(kept=ENDED_TOKENS_KEPT, now=now),
            _by_key,
        ),
        Chore("old events", _by(TokenEvent.objects, at=kept_since), _events(kept_since)),
    ]


def _by(manager: Any, **before: datetime) -> QuerySet[Any]:
    """The rows older than the moment given for one column, the oldest first."""
    ((column, moment),) = before.items()
    rows: QuerySet[Any] = manager.filter(**{f"{column}__lt": moment}).order_by(column)
    return rows


def _by_key(rows: QuerySet[Any]) -> int:
    """For rows that are found by counting them off: PostgreSQL locks none of those."""
    keys = list(rows.values_list("pk", flat=True))
    return delete_unlocked(rows.model.objects.filter(pk__in=keys))


def _events(before: datetime) -> Callable[[QuerySet[Any]], int]:
    """Events can be deleted by nobody but a transaction that says so (see ``EventPurge``)."""

    @transaction.atomic
    def delete(rows: QuerySet[Any]) -> int:
        leave = EventPurge.objects.create(before=before)
        deleted = delete_unlocked(rows)
        leave.delete()
        return deleted

    return delete
