"""Where events go that account for no change of a row."""

from __future__ import annotations

from typing import Protocol

from domain.events.event import Event


class RefusedUses(Protocol):
    """Where refused privileged use is noted.

    Events that account for a change are not noted here: they are written with the change.
    """

    def note(self, event: Event) -> None:
        """Note it, at most once a minute for one token. It never waits and never fails."""
        ...
