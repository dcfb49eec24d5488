"""The windows of daily, weekly and monthly active users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Windows:
    """Where each window starts. A user counts when last seen at or after that moment."""

    day: datetime
    week: datetime
    month: datetime


def windows(now: datetime) -> Windows:
    """Return the start of today, of this ISO week (Monday) and of this month, in UTC."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return Windows(day=day, week=day - timedelta(days=day.weekday()), month=day.replace(day=1))
