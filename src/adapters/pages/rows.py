"""A token's row as the pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.pages.abilities import abilities
from domain.callers.caller import Caller
from domain.policy import Reach, Refused, reach_of
from domain.refusal import RefusalReason
from domain.tokens.record import PatRecord
from domain.tokens.rejection import Rejection
from domain.tokens.state import State
from domain.tokens.validation import pat_end

SOON = timedelta(days=7)
_HAS_TIME = {State.ACTIVE, State.ENDED}


@dataclass(frozen=True)
class ShownToken:
    """A record and what a person wants to know of it at a glance.

    Attributes:
        record: the row.
        state: whether it lives.
        expires_soon: active, and for no longer than ``SOON``.
        ended: why no string of it is good; None while the present one is.
        reach: what a good string of it reaches now.
        company: what to call its company.
    """

    record: PatRecord
    state: State
    expires_soon: bool
    ended: Rejection | None
    reach: Reach
    company: str

    @property
    def title(self) -> str:
        """Its name, or its id."""
        return self.record.name or str(self.record.id)

    @property
    def is_revoked(self) -> bool:
        """Whether it is past every help."""
        return self.state is State.REVOKED

    @property
    def needs_reissue(self) -> bool:
        """Whether it has time left and yet no string of it is good: ``ended`` says why."""
        return self.state in _HAS_TIME and self.ended is not None

    @property
    def grant_has_lapsed(self) -> bool:
        """Whether it has the global flag in vain."""
        return self.reach.platform == Refused(RefusalReason.GLOBAL_GRANT_LAPSED)

    @property
    def abilities(self) -> list[str]:
        """What it can do, in sentences; none when it can do nothing at all."""
        return [] if self.ended else abilities(self.reach, self.record, company=self.company)


def shown(record: PatRecord, caller: Caller, *, now: datetime) -> ShownToken:
    """Judge one of the caller's records at ``now``. No query is made."""
    reach = reach_of(caller, record.rights)
    ended = pat_end(record, caller.user, now=now)
    state = record.state(caller.user.generation, now=now)
    soon = state is State.ACTIVE and record.expires_at - now <= SOON
    company = caller.company.slug if caller.company else "this company"
    return ShownToken(record, state, soon, ended, reach, company)
