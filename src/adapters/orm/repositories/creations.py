"""What was created of late, read from the account of events: it outlives the rows."""

from __future__ import annotations

from datetime import datetime

from adapters.orm.models import TokenEvent
from domain.events.event import EventKind, Means


class OrmCreations:
    """Creations of tokens."""

    def latest(self, nth: int, *, user_id: int) -> datetime | None:
        """When the user's nth token, counted back, was created, by any door but the shell."""
        created = TokenEvent.objects.filter(user_id=user_id, kind=EventKind.ISSUED.value)
        newest_first = created.exclude(means=Means.SHELL.value).order_by("-at")
        return newest_first.values_list("at", flat=True)[nth - 1 : nth].first()
