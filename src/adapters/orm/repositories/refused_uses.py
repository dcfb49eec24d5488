"""Refused privileged use, written behind the request's back: one row a minute for one token.

However often somebody knocks, and on however many workers and hosts, the database keeps one row a
minute of each token: the first. A process remembers what it has noted, so that most knocks cost
nothing at all.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from adapters.orm.background import attempt
from adapters.orm.models import TokenEvent
from adapters.orm.repositories.behind import WrittenBehind
from adapters.orm.repositories.events import event_rows
from adapters.orm.repositories.security_log import log_event
from domain.events.event import Event


def write_refused_use(event: Event) -> None:
    """Store the event, unless its token has one of this minute already."""
    (row,) = event_rows([event])
    row.once = _once(event)
    TokenEvent.objects.bulk_create([row], ignore_conflicts=True)


def _once(event: Event) -> str:
    """A token and a minute. A user's sessions count as one, for anybody may start many."""
    token = f"pat {event.pat_id}" if event.pat_id else f"user {event.user_id}"
    return f"{token} {event.at:%Y-%m-%dT%H:%M}"


@dataclass
class BackgroundRefusedUses(WrittenBehind):
    """Keeps events until the thread has written them; a flood is cut off, not queued."""

    _waiting: deque[Event] = field(default_factory=deque)
    _noted: set[str] = field(default_factory=set)

    _REMEMBERED = 10_000
    _MOST_WAITING = 1_000

    def note(self, event: Event) -> None:
        """Leave the event to the thread."""
        once = _once(event)
        with self._noting:
            if once in self._noted or len(self._waiting) >= self._MOST_WAITING:
                return
            if len(self._noted) >= self._REMEMBERED:
                self._noted.clear()
            self._noted.add(once)
            self._waiting.append(event)
        self._background.tell()
        log_event(event, account=event.by.name)

    def _forget(self) -> None:
        self._waiting = deque()

    def _write_all(self) -> None:
        while True:
            with self._noting:
                if not self._waiting:
                    return
                event = self._waiting.popleft()
            self._write(event)

    def _write(self, event: Event) -> None:
        failed = "a refused privileged use could not be written"
        attempt(lambda: write_refused_use(event), or_tell=failed)
