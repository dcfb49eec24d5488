"""The service's own load, added up in a process and then, every so often, for all of them.

Each number that is written is added to what others wrote: none ever goes back, however many
processes there are and whichever of them starts anew. One that is killed takes with it what it had
not written yet.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from adapters.orm.models import RejectionTally, RequestTally

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram's buckets, in seconds; the last one is infinity."""
_LES = (*map(str, BOUNDS), "+Inf")

RequestKey = tuple[str, str, int, str]


@dataclass
class Load:
    """What was noted and not written yet."""

    requests: dict[RequestKey, list[float]] = field(default_factory=dict)
    rejections: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, other: Load) -> None:
        """Take the other's numbers in."""
        for key, (count, seconds) in other.requests.items():
            mine = self.requests.setdefault(key, [0, 0.0])
            mine[0] += count
            mine[1] += seconds
        for reason, count in other.rejections.items():
            self.rejections[reason] += count


@dataclass
class TalliedRequestLog:
    """Notes answers in memory; ``flush`` writes them. ``on_note`` is called at each note."""

    on_note: Callable[[], None] = lambda: None
    _load: Load = field(default_factory=Load)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(
        self, *, method: str, route: str, status: int, seconds: float, rejection: str | None
    ) -> None:
        """Note one answer."""
        key = (method, route, status, _LES[bisect_left(BOUNDS, seconds)])
        with self._lock:
            tally = self._load.requests.setdefault(key, [0, 0.0])
            tally[0] += 1
            tally[1] += seconds
            if rejection is not None:
                self._load.rejections[rejection] += 1
        self.on_note()

    def forget(self) -> None:
        """Drop what was noted, in a fork: it is the parent's to write."""
        self._load, self._lock = Load(), threading.Lock()

    def flush(self) -> None:
        """Write what was noted; when that fails it is kept for the next time.

        Raises:
            DatabaseError: it could not be written.
        """
        with self._lock:
            load, self._load = self._load, Load()
        if not load.requests:
            return
        try:
            write_load(load)
        except Exception:
            with self._lock:
                self._load.add(load)
            raise


@transaction.atomic
def write_load(load: Load) -> None:
    """Add to what is there: rows in one order for everybody, so that no two wait for each other."""
    requests = [(*key, *tally) for key, tally in sorted(load.requests.items())]
    _add(RequestTally, ("method", "route", "status", "le"), ("requests", "seconds"), requests)
    _add(RejectionTally, ("reason",), ("rejections",), sorted(load.rejections.items()))


def _add(model: Any, keys: Sequence[str], numbers: Sequence[str], rows: Sequence[Any]) -> None:
    if not rows:
        return
    table = model._meta.db_table  # noqa: SLF001 - Django's public _meta
    marks = ", ".join(["%s"] * (len(keys) + len(numbers)))
    added = ", ".join(f"{name} = {table}.{name} + EXCLUDED.{name}" for name in numbers)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({', '.join((*keys, *numbers))}) VALUES ({marks}) "  # noqa: S608
            f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {added}",
            rows,
        )
