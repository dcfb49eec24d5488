"""The limiters: fixed windows in the shared database, so every worker and host counts together."""

from __future__ import annotations

import hashlib
import ipaddress
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from adapters.orm.models import SignInBucket
from adapters.orm.models.user import UserManager

_KEPT = timedelta(days=1)
_PURGED_AT_ONCE = 100
_IPV6_HOST_BITS = 64


@dataclass(frozen=True)
class OrmSignInLimiter:
    """At most so many failed attempts in a window, for one account and from one address."""

    per_account: int = 10
    per_address: int = 100
    window: timedelta = timedelta(minutes=15)

    def attempt(self, *, email: str, address: str, now: datetime) -> int | None:
        """Count an attempt. None lets it through; else the whole seconds to wait."""
        return _count(self._limits(email, address), window=self.window, now=now)

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
            _digest(f"address {_one_client(address)}"): self.per_address,
        }


@dataclass(frozen=True)
class OrmIssueLimiter:
    """At most so many PATs created and re-issued in a window, by one user."""

    per_user: int = 120
    window: timedelta = timedelta(minutes=1)

    def attempt(self, *, user_id: int, now: datetime) -> int | None:
        """Count one. None lets it through; else the whole seconds to wait."""
        limits = {_digest(f"issue {user_id}"): self.per_user}
        return _count(limits, window=self.window, now=now)


@transaction.atomic
def _count(limits: Mapping[str, int], *, window: timedelta, now: datetime) -> int | None:
    buckets = _locked(sorted(limits), window=window, now=now)
    waits = [
        bucket.started_at + window - now
        for bucket in buckets
        if bucket.attempts >= limits[bucket.key]
    ]
    if waits:
        return max(1, math.ceil(max(waits).total_seconds()))
    if any(bucket.attempts == 0 for bucket in buckets):
        _purge(now=now)
    for bucket in buckets:
        bucket.attempts += 1
        bucket.save()
    return None


def _locked(keys: list[str], *, window: timedelta, now: datetime) -> list[SignInBucket]:
    """Lock the buckets, in one order for everybody, and restart those whose window is over."""
    SignInBucket.objects.bulk_create(
        [SignInBucket(key=key, started_at=now) for key in keys], ignore_conflicts=True
    )
    buckets = list(SignInBucket.objects.select_for_update().filter(key__in=keys).order_by("key"))
    for bucket in buckets:
        # One that begins a window or more from now was begun by a clock that was put back since.
        if abs(now - bucket.started_at) >= window:
            bucket.started_at, bucket.attempts = now, 0
    return buckets


def _purge(*, now: datetime) -> None:
    """Forget some buckets of long ago, so that strangers' guesses do not fill the database."""
    old = SignInBucket.objects.select_for_update(skip_locked=True).filter(
        started_at__lt=now - _KEPT
    )
    keys = list(old.order_by("started_at").values_list("key", flat=True)[:_PURGED_AT_ONCE])
    if keys:
        SignInBucket.objects.filter(key__in=keys).delete()


def _one_client(address: str) -> str:
    """The address; of IPv6 the network that one client is given, for it has 2**64 addresses."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 128 - _IPV6_HOST_BITS), strict=False))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
