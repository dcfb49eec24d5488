"""Moments: each names its time zone, in words and in values."""

from __future__ import annotations

from datetime import UTC, datetime


def aware(moment: datetime) -> datetime:
    """Return the moment, which names its time zone.

    Raises:
        ValueError: it is naive: nobody can say when that was.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} names no time zone: write, say, datetime.now(UTC)")
    return moment


def iso(moment: datetime) -> str:
    """The moment in UTC, as RFC 3339 writes it, with a ``Z``."""
    return aware(moment).astimezone(UTC).isoformat().replace("+00:00", "Z")
