"""The few words in which PostgreSQL and SQLite differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Dialect:
    """SQL by vendor. Every method takes and gives an SQL expression."""

    vendor: str

    @property
    def is_postgresql(self) -> bool:
        """Else it is SQLite."""
        return self.vendor == "postgresql"

    def day(self, moment: str) -> str:
        """The UTC day of a moment."""
        return f"({moment} AT TIME ZONE 'UTC')::date" if self.is_postgresql else f"date({moment})"

    def monday(self, day: str) -> str:
        """The first day of the ISO week of a day."""
        if self.is_postgresql:
            return f"date_trunc('week', {day}::timestamp)::date"
        return f"date({day}, 'weekday 0', '-6 days')"

    def first(self, day: str) -> str:
        """The first day of the month of a day."""
        if self.is_postgresql:
            return f"date_trunc('month', {day}::timestamp)::date"
        return f"date({day}, 'start of month')"

    def start(self, period: str, day: str | None = None) -> str:
        """The first day of the period that a day is in; by default that of ``last_seen_at``."""
        day = day or self.day("last_seen_at")
        return {"day": day, "week": self.monday(day), "month": self.first(day)}[period]

    def date(self, value: date) -> str:
        """A date as a literal."""
        return f"{'DATE ' if self.is_postgresql else ''}'{value}'"

    def differs(self, one: str, other: str) -> str:
        """Whether two values differ; NULL is a value like any other."""
        return f"{one} {'IS DISTINCT FROM' if self.is_postgresql else 'IS NOT'} {other}"


def number(condition: str) -> str:
    """1 or 0; 0, too, when the condition is NULL."""
    return f"CASE WHEN {condition} THEN 1 ELSE 0 END"
