"""Use case: what a personal access token that is there would be answered now. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from .callers.caller import PatRights, Standing
from .callers.ports import CallerDirectory
from .policy.reach import Reach, reach_of
from .tokens.record import PatRecord


@dataclass(frozen=True)
class TokenReach:
    """Whether a string is good is not asked here, but what a good one reaches."""

    directory: CallerDirectory

    def of_own(self, holder: Standing, record: PatRecord) -> Reach:
        """What one of the holder's tokens reaches. Only a global flag takes a query."""
        facts = self.directory.pat_facts(record.id) if record.access_global_metrics else None
        live = facts is not None and facts.grant_is_live
        return reach_of(holder, _rights(record, live=live))

    def of_anybodys(self, pat_id: UUID) -> Reach | None:
        """What a token reaches, whoever asks; None when there is no such token."""
        facts = self.directory.pat_facts(pat_id)
        if facts is None:
            return None
        return reach_of(facts.standing, _rights(facts.record, live=facts.grant_is_live))


def _rights(record: PatRecord, *, live: bool) -> PatRights:
    return PatRights(
        read_only=record.read_only,
        access_global_metrics=record.access_global_metrics,
        grant_is_live=live,
    )
