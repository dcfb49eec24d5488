"""Lengths of time as people write them."""

from __future__ import annotations

import re
from datetime import timedelta

_DURATION = re.compile(r"([0-9]{1,9})([smhd])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LONGEST = timedelta(days=3650)


def duration(text: str) -> timedelta:
    """Read a positive whole number with its unit: ``30s``, ``5m``, ``2h``, ``90d``."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError("write a whole number and a unit: 30s, 5m, 2h or 90d")
    try:
        value = timedelta(**{_UNITS[match[2]]: int(match[1])})
    except OverflowError:
        value = timedelta.max
    if not timedelta(0) < value <= _LONGEST:
        raise ValueError(f"write a duration above 0 and of at most {_LONGEST.days}d")
    return value
