"""Use case: what a personal access token that is there would be answered now. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from .callers.ports import CallerDirectory
from .policy.reach import Reach, reach_of


@dataclass(frozen=True)
class TokenReach:
    """Whether a string is good is not asked here, but what a good one reaches."""

    directory: CallerDirectory

    def __call__(self, pat_id: UUID) -> Reach | None:
        """What a token reaches, whoever asks; None when there is no such token."""
        facts = self.directory.pat_facts(pat_id)
        return reach_of(facts.standing, facts.record.rights) if facts else None
