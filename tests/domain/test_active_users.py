"""The windows of active users start with the UTC day, the ISO week and the month."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.metrics.active_users import windows

ZONES = st.integers(-23 * 60, 23 * 60).map(lambda m: timezone(timedelta(minutes=m)))
DATES = st.dates(min_value=date(1971, 1, 1), max_value=date(9990, 1, 1))
MOMENTS = st.builds(datetime.combine, DATES, st.times(), ZONES)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "day", "week", "month"),
    [
        ((2025, 5, 14, 12, 30), (2025, 5, 14), (2025, 5, 12), (2025, 5, 1)),
        ((2025, 5, 12), (2025, 5, 12), (2025, 5, 12), (2025, 5, 1)),  # Monday, first moment
        ((2025, 5, 11, 23, 59, 59, 999_999), (2025, 5, 11), (2025, 5, 5), (2025, 5, 1)),  # Sunday
        ((2025, 6, 1), (2025, 6, 1), (2025, 5, 26), (2025, 6, 1)),  # the week began last month
        ((2025, 1, 1), (2025, 1, 1), (2024, 12, 30), (2025, 1, 1)),  # and last year
        ((2024, 2, 29, 5), (2024, 2, 29), (2024, 2, 26), (2024, 2, 1)),
    ],
)
def test_windows(now, day, week, month):
    found = windows(utc(*now))
    assert (found.day, found.week, found.month) == (utc(*day), utc(*week), utc(*month))


def test_another_zones_tomorrow_is_still_utcs_today():
    tokyo = timezone(timedelta(hours=9))
    found = windows(datetime(2025, 6, 1, 8, 59, 59, tzinfo=tokyo))
    assert found.day == utc(2025, 5, 31)
    assert found.month == utc(2025, 5, 1)


@given(MOMENTS)
def test_a_window_is_the_last_start_at_or_before_now(now):
    found = windows(now)
    here = now.astimezone(UTC)
    starts = (found.day, found.week, found.month)
    assert all(start.utcoffset() == timedelta(0) for start in starts)
    assert all((s.hour, s.minute, s.second, s.microsecond) == (0, 0, 0, 0) for s in starts)
    assert found.day <= now < found.day + timedelta(days=1)
    assert found.week <= now < found.week + timedelta(days=7)
    assert found.week.isoweekday() == 1
    assert found.week.isocalendar()[:2] == here.isocalendar()[:2]
    assert (found.month.year, found.month.month, found.month.day) == (here.year, here.month, 1)


@given(day=DATES, zone=ZONES)
def test_midnight_belongs_to_the_day_it_begins(day, zone):
    """At the first microsecond a new day begins, and not one sooner; seen from any zone."""
    midnight = utc(day.year, day.month, day.day)
    tick = timedelta(microseconds=1)
    assert windows(midnight.astimezone(zone)).day == midnight
    assert windows((midnight - tick).astimezone(zone)).day == midnight - timedelta(days=1)


@given(MOMENTS, ZONES)
def test_the_zone_that_a_moment_is_written_in_changes_nothing(now, zone):
    assert windows(now) == windows(now.astimezone(zone))
