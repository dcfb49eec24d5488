"""Use case: what a personal access token that is there would be answered now. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from .callers.caller import Caller, PatCredential
from .callers.ports import CallerDirectory, PatFacts
from .policy.reach import Reach, reach_of
from .tokens.record import PatRecord


@dataclass(frozen=True)
class TokenReach:
    """Whether a string is good is not asked here, but what a good one reaches."""

    directory: CallerDirectory

    def of_own(self, caller: Caller, record: PatRecord) -> Reach:
        """What one of the caller's own tokens reaches. Only a global flag takes a query."""
        facts = self.directory.pat_facts(record.id) if record.access_global_metrics else None
        live = facts is not None and facts.grant_is_live
        return reach_of(caller, _credential(record, live=live))

    def of_anybodys(self, pat_id: UUID) -> Reach | None:
        """What a token reaches, whoever asks; None when there is no such token."""
        facts = self.directory.pat_facts(pat_id)
        return None if facts is None else reach_of(*_bearer(facts))


def _bearer(facts: PatFacts) -> tuple[Caller, PatCredential]:
    """The token with its user, who may be inactive: then the policy says so."""
    credential = _credential(facts.record, live=facts.grant_is_live)
    user = facts.standing.caller(
        credential,
        company_id=facts.record.company_id,
        token_expires_at=facts.record.expires_at,
    )
    return user, credential


def _credential(record: PatRecord, *, live: bool) -> PatCredential:
    return PatCredential(
        record.id,
        record.jti,
        read_only=record.read_only,
        access_global_metrics=record.access_global_metrics,
        grant_is_live=live,
        ends_at=record.expires_at,
    )
