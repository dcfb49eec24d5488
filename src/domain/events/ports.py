"""Where events go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .event import Event
from .notice import Notice


class EventLog(Protocol):
    """The account of events."""

    def write(self, events: Sequence[Event]) -> None:
        """Store events in the transaction of the change that they account for.

        Once it is committed, they are in the security log as well.
        """
        ...


class SecurityLog(Protocol):
    """What is read by whoever guards the service."""

    def note(self, notice: Notice) -> None:
        """Write a notice. It never fails."""
        ...

    def note_change(self, notice: Notice) -> None:
        """Write a notice of a change, once the transaction at hand is committed."""
        ...


class RefusedUses(Protocol):
    """Where refused privileged use is noted. It accounts for no change."""

    def note(self, event: Event) -> None:
        """Note it, at most once a minute for one token. It never waits and never fails."""
        ...
