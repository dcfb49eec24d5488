"""The limiters: fixed windows in the shared database, so every worker and host counts together."""

from __future__ import annotations

import hashlib
import ipaddress
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from adapters.orm.models import SignInBucket
from adapters.orm.models.user import UserManager
from adapters.orm.repositories.deleting import delete_unlocked

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
        with transaction.atomic():
            for bucket in _locked(self._limits(email, address), window=self.window, now=now):
                bucket.attempts = max(0, bucket.attempts - 1)
                bucket.save()

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
    buckets = _locked(limits, window=window, now=now)
    waits = [
        bucket.started_at + window - now
        for bucket in buckets
        if bucket.attempts >= limits[bucket.key]
    ]
    if waits:
        return max(1, math.ceil(max(waits).total_seconds()))
    for bucket in buckets:
        bucket.attempts += 1
        bucket.save()
    if any(bucket.attempts == 1 for bucket in buckets):
        _purge(now=now)
    return None


def _locked(keys: Iterable[str], *, window: timedelta, now: datetime) -> list[SignInBucket]:
    """Lock the buckets, those that are made for it too; begin anew those whose window is over."""
    wanted = sorted(keys)
    _take(wanted, now=now)
    buckets = list(SignInBucket.objects.filter(key__in=wanted))
    for bucket in buckets:
        # One that begins a window or more from now was begun by a clock that was put back since.
        if abs(now - bucket.started_at) >= window:
            bucket.started_at, bucket.attempts = now, 0
    return buckets


def _take(keys: list[str], *, now: datetime) -> None:
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
