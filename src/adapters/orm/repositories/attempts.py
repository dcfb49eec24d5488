"""Attempts, counted in the shared database, so that every worker and host counts together."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from adapters.orm.models import SignInBucket
from adapters.orm.repositories.deleting import delete_unlocked
from domain.limits import Limit

_KEPT = timedelta(days=1)
_PURGED_AT_ONCE = 100
_SUBJECT_DIGITS = 24
"""Of a key's 64: they are the same for all limits of one subject."""


class OrmAttempts:
    """Fixed windows, a row for each limit that counted something."""

    @transaction.atomic
    def count(self, limits: Sequence[Limit], *, now: datetime) -> int | None:
        """Count an attempt against each limit. None lets it through; else the seconds to wait."""
        buckets = _locked(limits, now=now)
        waits = [
            bucket.started_at + limit.window - now
            for limit, bucket in buckets
            if bucket.attempts >= limit.most
        ]
        if waits:
            return max(1, math.ceil(max(waits).total_seconds()))
        for _, bucket in buckets:
            bucket.attempts += 1
            bucket.save()
        if any(bucket.attempts == 1 for _, bucket in buckets):
            _purge(now=now)
        return None

    @transaction.atomic
    def take_back(self, limits: Sequence[Limit], *, now: datetime) -> None:
        """Take one attempt back from each limit."""
        for _, bucket in _locked(limits, now=now):
            bucket.attempts = max(0, bucket.attempts - 1)
            bucket.save()

    def forget(self, subject: str) -> int:
        """Forget all attempts of a subject; how many limits had counted some."""
        rows = SignInBucket.objects.filter(key__startswith=_digest(subject)[:_SUBJECT_DIGITS])
        counted = rows.filter(attempts__gt=0).count()
        rows.delete()
        return counted


def _locked(limits: Sequence[Limit], *, now: datetime) -> list[tuple[Limit, SignInBucket]]:
    """Lock the buckets, those that are made for it too; begin anew those whose window is over."""
    wanted = {_key(limit): limit for limit in limits}
    _take(sorted(wanted), now=now)
    found = [(wanted[row.key], row) for row in SignInBucket.objects.filter(key__in=wanted)]
    for limit, bucket in found:
        # One that begins a window or more from now was begun by a clock that was put back since.
        if abs(now - bucket.started_at) >= limit.window:
            bucket.started_at, bucket.attempts = now, 0
    return found


def _take(keys: Iterable[str], *, now: datetime) -> None:
    """Make each row or lock it, one after the other: two who take the same two never deadlock.

    It is one step for each row: between two of them somebody could delete it.
    """
    table = SignInBucket._meta.db_table  # noqa: SLF001 - Django's public _meta
    started_at = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute(
                f"INSERT INTO {table} (key, started_at, attempts) VALUES (%s, %s, 0) "  # noqa: S608
                f"ON CONFLICT (key) DO UPDATE SET attempts = {table}.attempts",
                [key, started_at],
            )


def _purge(*, now: datetime) -> None:
    """Forget some buckets of long ago, so that strangers' guesses do not fill the database."""
    old = SignInBucket.objects.filter(started_at__lt=now - _KEPT)
    delete_unlocked(old.order_by("started_at")[:_PURGED_AT_ONCE])


def _key(limit: Limit) -> str:
    subject = _digest(limit.subject)[:_SUBJECT_DIGITS]
    return subject + _digest(f"{limit.subject} {limit.kind}")[_SUBJECT_DIGITS:]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
