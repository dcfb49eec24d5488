"""Moments are in UTC, and written so that they sort: 2026-03-18 12:00."""

DATETIME_FORMAT = "Y-m-d H:i"
