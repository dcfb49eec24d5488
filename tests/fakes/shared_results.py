"""``adapters.sharing.store`` in memory, with a clock that tests move."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

from adapters.sharing.store import Entry, StoreAwayError
from domain.metrics.sharing import Shared


@dataclass(frozen=True)
class Row:
    version: str = ""
    measured_at: float = 0.0
    cost: float = 0.0
    text: bytes | None = None
    claim: str = ""
    claimed_until: float = 0.0


@dataclass
class FakeSharedResults:
    """``is_away`` makes it fail."""

    clock: float = 1_000_000.0
    is_away: bool = False
    rows: dict[str, Row] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _claims: int = 0

    def pass_time(self, seconds: float) -> None:
        self.clock += seconds

    def read(self, key: str, *, known: str = "") -> Entry | None:
        self._ask()
        row = self.rows.get(key, Row())
        if not row.version:
            return None
        shared = Shared(self.clock - row.measured_at, row.cost, failed=row.text is None)
        return Entry(row.version, shared, None if row.version == known else row.text)

    def claim(self, key: str, *, seen: str = "", seconds: float) -> str | None:
        self._ask()
        with self._lock:
            row = self.rows.get(key)
            is_taken = row and self.clock <= row.claimed_until <= self.clock + 3600
            if row and (row.version != seen or is_taken):
                return None
            self._claims += 1
            claim = f"claim {self._claims}"
            until = self.clock + seconds
            self.rows[key] = replace(row or Row(), claim=claim, claimed_until=until)
            return claim

    def finish(self, key: str, claim: str, text: bytes | None, *, cost: float) -> None:
        self._ask()
        with self._lock:
            row = self.rows.get(key)
            if row is None:
                return
            began_at = self.clock - cost
            is_mine = row.claim == claim
            is_newest = not began_at <= row.measured_at <= self.clock
            if is_mine or (text is not None and is_newest):
                until = 0.0 if is_mine else row.claimed_until
                self.rows[key] = Row(claim, began_at, cost, text, row.claim, until)

    def _ask(self) -> None:
        if self.is_away:
            raise StoreAwayError
