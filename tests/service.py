"""The service under test: real adapters, the tests' own clock, plugins and last-use writer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings

from adapters.orm.load import TalliedRequestLog
from adapters.orm.repositories.last_use import Key, NotesLastUse, write_last_use
from adapters.orm.repositories.refused_uses import write_refused_use
from config.container import build_services, collectors
from domain.events.event import Event
from domain.metrics.ports import Collector

NOON = datetime(2026, 3, 18, 12, 0, 0, tzinfo=UTC)
"""A Wednesday in the middle of a month."""


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **by: float) -> None:
        self.time += timedelta(**by)


class DirectLastUse(NotesLastUse):
    """Writes at once, in the test's own transaction, where the service leaves it to a thread."""

    def leave(self, key: Key, *, at: datetime) -> None:
        write_last_use(key, at=at)


class DirectRefusedUses:
    """Likewise."""

    def note(self, event: Event) -> None:
        write_refused_use(event)


clock = Clock()
request_log = TalliedRequestLog()
"""Written when a test flushes it, where the service leaves it to a thread."""
plugins: list[Collector] = list(collectors(settings.METRICS_DATABASE))
SERVICES = build_services(
    settings.ENVIRONMENT,
    plugins=plugins,
    last_use=DirectLastUse(),
    refused_uses=DirectRefusedUses(),
    now=clock,
)
