"""The sign-in limiter: fixed windows in the shared database, so every worker counts together."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from adapters.orm.models import SignInBucket
from adapters.orm.models.user import UserManager


@dataclass(frozen=True)
class OrmSignInLimiter:
    """At most so many failed attempts in a window, for one account and from one address."""

    per_account: int = 10
    per_address: int = 100
    window: timedelta = timedelta(minutes=15)

    @transaction.atomic
    def attempt(self, *, email: str, address: str, now: datetime) -> int | None:
        """Count an attempt. None lets it through; else the whole seconds to wait."""
        limits = self._limits(email, address)
        buckets = self._locked(sorted(limits), now=now)
        waits = [
            bucket.started_at + self.window - now
            for key, bucket in buckets.items()
            if bucket.attempts >= limits[key]
        ]
        if waits:
            return max(1, math.ceil(max(waits).total_seconds()))
        for bucket in buckets.values():
            bucket.attempts += 1
            bucket.save()
        return None

    def succeeded(self, *, email: str, address: str, now: datetime) -> None:
        """Take the attempt back: a right password is no attack."""
        keys = sorted(self._limits(email, address))
        current = SignInBucket.objects.filter(
            key__in=keys, attempts__gt=0, started_at__gt=now - self.window
        )
        current.update(attempts=F("attempts") - 1)

    def _limits(self, email: str, address: str) -> dict[str, int]:
        account = f"account {UserManager.normalize_email(email)}"
        return {
            _digest(account): self.per_account,
            _digest(f"address {address}"): self.per_address,
        }

    def _locked(self, keys: list[str], *, now: datetime) -> dict[str, SignInBucket]:
        """Lock the buckets, in one order for everybody, and restart those whose window is over."""
        SignInBucket.objects.bulk_create(
            [SignInBucket(key=key, started_at=now) for key in keys], ignore_conflicts=True
        )
        rows = SignInBucket.objects.select_for_update().filter(key__in=keys).order_by("key")
        buckets = {bucket.key: bucket for bucket in rows}
        for bucket in buckets.values():
            if bucket.started_at + self.window <= now:
                bucket.started_at, bucket.attempts = now, 0
        return buckets


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
