"""What is of no use any more, deleted in batches.

Each batch is a short transaction of its own, and asks again, at the moment of deleting, whether
a row is still of no use. So it can be stopped at any time, run again, and run while serving.
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
    PersonalAccessToken,
    Session,
    SignInBucket,
    TokenEvent,
)
from adapters.orm.repositories.rate_limit import OrmSignInLimiter

Report = Callable[[str, int], None]


@dataclass(frozen=True)
class Chore:
    """Rows of one kind that are of no use.

    Attributes:
        name: what they are.
        rows: the rows, in the order of an index.
        delete: deletes those of ``rows`` that have these keys; how many.
    """

    name: str
    rows: QuerySet[Any]
    delete: Callable[[QuerySet[Any], list[Any]], int]

    def run(self, *, batch: int, report: Report) -> None:
        """Delete all of them, reporting each batch; one that comes back whole ends it."""
        keys = self._next(batch)
        while keys:
            report(self.name, self.delete(self.rows, keys))
            before, keys = keys, self._next(batch)
            if keys == before:
                return

    def _next(self, batch: int) -> list[Any]:
        return list(self.rows.values_list("pk", flat=True)[:batch])


def chores(*, now: datetime, retention: timedelta) -> list[Chore]:
    """Everything to purge.

    Args:
        now: the present.
        retention: how long events are kept, and tokens after their end.
    """
    kept_since = now - retention
    tokens = PersonalAccessToken.objects
    return [
        Chore("expired sessions", _by(Session.objects, expires_at=now), _delete),
        Chore("expired browser sessions", _by(BrowserSession.objects, expire_date=now), _delete),
        Chore(
            "old sign-in buckets",
            _by(SignInBucket.objects, started_at=now - OrmSignInLimiter().window),
            _delete,
        ),
        Chore("tokens revoked long ago", _by(tokens, revoked_at=kept_since), _delete),
        Chore("tokens expired long ago", _by(tokens, expires_at=kept_since), _delete),
        Chore("old events", _by(TokenEvent.objects, at=kept_since), _events(kept_since)),
    ]


def _by(manager: Any, **before: datetime) -> QuerySet[Any]:
    """The rows older than the moment given for one column, the oldest first."""
    ((column, moment),) = before.items()
    rows: QuerySet[Any] = manager.filter(**{f"{column}__lt": moment}).order_by(column)
    return rows


def _delete(rows: QuerySet[Any], keys: list[Any]) -> int:
    deleted, _ = rows.filter(pk__in=keys).order_by().delete()
    return deleted


def _events(before: datetime) -> Callable[[QuerySet[Any], list[Any]], int]:
    """Events can be deleted by nobody but a transaction that says so (see ``EventPurge``)."""

    @transaction.atomic
    def delete(_rows: QuerySet[Any], keys: list[Any]) -> int:
        leave = EventPurge.objects.create(before=before)
        old: QuerySet[Any] = QuerySet(model=TokenEvent).filter(pk__in=keys, at__lt=before)
        deleted, _ = old.delete()
        leave.delete()
        return deleted

    return delete
