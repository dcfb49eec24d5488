"""Storing a new token's row: within its bounds, with its account, in the caller's transaction."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..callers.caller import User
from ..events.event import Actor, Means
from ..events.notice import Notice, NoticeKind
from ..events.ports import EventLog, SecurityLog
from ..refusal import RefusalReason, RefusedError
from .account import issue_events
from .changes import LIVE_TOKEN_LIMIT
from .mint import IssuedPat, Mint
from .ports import Creations, TokenRecords
from .record import PatRecord

ENDED_TOKENS_KEPT = 200
"""How many revoked or expired PATs of one user are kept in one company."""
CREATIONS_A_DAY = 200
"""How many PATs are created for one user in any ``DAY``, in all companies, the shell's aside."""
DAY = timedelta(hours=24)


@dataclass(frozen=True)
class AddToken:
    """Adds a row, forgets those that ended longest ago, and signs the string.

    Raises:
        RefusedError: too many live tokens, or too many made in a day; the transaction that this is
            part of has to be undone.
    """

    records: TokenRecords
    creations: Creations
    events: EventLog
    security: SecurityLog
    mint: Mint

    def __call__(
        self, record: PatRecord, *, holder: User, giver: User | None, by: Actor, now: datetime
    ) -> IssuedPat:
        """Add the row of a token of ``holder``, with the global flag given by ``giver``."""
        if not self.records.add(record, live_limit=LIVE_TOKEN_LIMIT, now=now):
            raise RefusedError(RefusalReason.TOO_MANY_TOKENS)
        if by.origin.means is not Means.SHELL:
            self._check_day(holder, by, now=now)
        self.records.forget_ended(
            user_id=record.user_id, company_id=record.company_id, kept=ENDED_TOKENS_KEPT, now=now
        )
        self.events.write(issue_events(record, giver=giver, by=by, now=now))
        return self.mint.sign(record, now=now)

    def _check_day(self, holder: User, by: Actor, *, now: datetime) -> None:
        """The row that was stored keeps others of the same user waiting, so none miscounts."""
        earliest = self.creations.latest(CREATIONS_A_DAY, user_id=holder.id)
        if earliest is None or earliest + DAY <= now:
            return
        self.security.note(Notice(NoticeKind.TOKENS_LIMITED, by=by, account=holder.email))
        raise RefusedError(
            RefusalReason.RATE_LIMITED,
            detail=f"{CREATIONS_A_DAY} personal access tokens were created for this user within 24 "
            "hours. Re-issue one of them, or wait.",
            retry_after=math.ceil((earliest + DAY - now).total_seconds()),
        )
