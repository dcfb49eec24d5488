"""Where the overlap of a re-issued token's two strings ends."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from adapters.orm.models import PersonalAccessToken
from adapters.orm.repositories.events import write_events
from domain.events.event import Event


class OrmOverlaps:
    """One conditional UPDATE: of many first uses at once, one ends the overlap."""

    @transaction.atomic
    def end(self, pat_id: UUID, *, jti: str, event: Event) -> None:
        """The new string, ``jti``, is in use: the old one stops, before this returns."""
        overlapping = PersonalAccessToken.objects.filter(
            pk=pat_id, jti=jti, previous_jti__isnull=False
        )
        if overlapping.update(previous_jti=None, previous_expires_at=None):
            write_events((event,))
