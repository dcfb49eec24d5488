"""Where the overlap of a re-issued token's two strings ends."""

from __future__ import annotations

from uuid import UUID

from adapters.orm.models import PersonalAccessToken
from adapters.orm.repositories.tokens import NO_OVERLAP


class OrmOverlaps:
    """One conditional UPDATE: of many first uses at once, one ends the overlap."""

    def end(self, pat_id: UUID, *, jti: str) -> bool:
        """The new string, ``jti``, is in use: the old one stops, before this returns."""
        overlapping = PersonalAccessToken.objects.filter(
            pk=pat_id, jti=jti, previous_jti__isnull=False
        )
        return overlapping.update(**NO_OVERLAP) == 1
