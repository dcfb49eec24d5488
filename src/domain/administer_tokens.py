"""Use cases: what administrators and the shell do to anybody's personal access tokens.

Who may call these is decided where they are called: by Django's permissions in the admin, by the
system's own in the shell. What may become of a token is decided here all the same: the flag needs
an active staff user who answers for it, and a token is made for nobody who could not use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.administer_refusal import refused
from domain.callers.caller import Caller, SessionCredential, User
from domain.callers.ports import CallerDirectory, People, Standing
from domain.events.event import Actor, Event, EventKind
from domain.policy.decision import Refused
from domain.policy.permission import Permission
from domain.policy.rules import decide
from domain.refusal import RefusalReason, RefusedError
from domain.tokens.account import event, issue_events
from domain.tokens.changes import (
    LIVE_TOKEN_LIMIT,
    FlagsRequest,
    PatChange,
    Plan,
    ReissueRequest,
    StoredPat,
)
from domain.tokens.mint import IssuedPat, Mint, PatRequest
from domain.tokens.plans import change_flags, reissue
from domain.tokens.ports import TokenPopulation, TokenRecords
from domain.tokens.record import PatRecord

_NOBODY = UUID(int=0)


@dataclass(frozen=True)
class AdministerTokens:
    """Anybody's tokens.

    Everywhere, ``by`` is who does it and ``granted_by`` the id of the staff user who gives the
    global flag now. Without one a grant that lives is kept, and no other is made.
    """

    directory: CallerDirectory
    people: People
    records: TokenRecords
    population: TokenPopulation
    mint: Mint

    def issue(
        self,
        by: Actor,
        request: PatRequest,
        *,
        user_id: int,
        company_id: int,
        granted_by: int | None = None,
        now: datetime,
    ) -> IssuedPat:
        """Create a token of a user in a company and return it, once.

        Raises:
            RefusedError: the user could not use it, has too many, or nobody answers for the flag.
            ValueError: ``expires_in`` is not above zero, or longer than allowed.
        """
        giver = self._giver(granted_by) if request.access_global_metrics else None
        if request.access_global_metrics and giver is None:
            raise refused(RefusalReason.GLOBAL_GRANT_NOT_ALLOWED)
        _check_usable(self.people.standing(user_id, company_id), company_id, now=now)
        record = self.mint.new_record(request, user_id=user_id, company_id=company_id, now=now)
        stored = self.records.add(
            record,
            granted_by=giver.id if giver else None,
            live_limit=LIVE_TOKEN_LIMIT,
            now=now,
            events=issue_events(record, granted_by=giver, by=by, now=now),
        )
        if not stored:
            raise refused(RefusalReason.TOO_MANY_TOKENS)
        return self.mint.sign(record, now=now)

    def reissue(
        self,
        by: Actor,
        pat_id: UUID,
        request: ReissueRequest,
        *,
        granted_by: int | None = None,
        now: datetime,
    ) -> IssuedPat:
        """Give a token a new string and a renewed expiry.

        Raises:
            RefusedError: no such token, revoked, its user could not use it, or nobody answers for
                the flag that it has or shall have.
            ValueError: ``expires_in`` is not above zero, or longer than allowed.
        """
        giver = self._giver(granted_by)
        facts = self.directory.pat_facts(pat_id)
        if facts is None:
            raise refused(RefusalReason.TOKEN_NOT_FOUND)
        _check_usable(facts.standing, facts.record.company_id, now=now)
        jti, expires_at = self.mint.new_jti(), self.mint.expiry(request.expires_in, now=now)

        def plan(stored: StoredPat) -> PatChange | Refused:
            return _flag_refusal(stored, request, giver) or reissue(
                stored, request, jti=jti, expires_at=expires_at, granted_by=giver, by=by, now=now
            )

        return self.mint.sign(self._change(pat_id, plan, now=now), now=now)

    def change_flags(
        self,
        by: Actor,
        pat_id: UUID,
        request: FlagsRequest,
        *,
        granted_by: int | None = None,
        now: datetime,
    ) -> PatRecord:
        """Change a token's flags: every string issued before is useless, until it is re-issued.

        With ``granted_by``, the global flag that is there already is granted anew.

        Raises:
            RefusedError: no such token, revoked, or nobody answers for the flag.
        """
        giver = self._giver(granted_by)
        jti = self.mint.new_jti()

        def plan(stored: StoredPat) -> PatChange | Refused:
            asked = request.access_global_metrics is True
            return (_flag_refusal(stored, request, giver) if asked else None) or change_flags(
                stored, request, jti=jti, granted_by=giver, by=by, now=now
            )

        return self._change(pat_id, plan, now=now)

    def revoke(self, by: Actor, pat_id: UUID, *, now: datetime) -> PatRecord:
        """Revoke a token; revoked already, it stays as it is.

        Raises:
            RefusedError: no such token.
        """
        facts = self.directory.pat_facts(pat_id)
        record = facts.record if facts else None
        if record is not None:
            record = self.records.revoke(
                pat_id,
                user_id=record.user_id,
                company_id=record.company_id,
                now=now,
                events=(event(EventKind.REVOKED, record, by=by, now=now),),
            )
        if record is None:
            raise refused(RefusalReason.TOKEN_NOT_FOUND)
        return record

    def count_unrevoked(self, *, user_id: int | None = None, company_id: int | None = None) -> int:
        """How many tokens ``revoke_all`` would revoke, the expired ones included."""
        _check_named(user_id, company_id)
        return self.population.count_unrevoked(user_id=user_id, company_id=company_id)

    def revoke_all(
        self,
        by: Actor,
        *,
        user_id: int | None = None,
        company_id: int | None = None,
        now: datetime,
    ) -> int:
        """Revoke all tokens of a user, of a company, or of a user in a company; how many.

        In batches, each with its account: stopped half-way, it is finished by doing it again.
        """
        _check_named(user_id, company_id)

        def event_of(record: PatRecord) -> Event:
            return event(EventKind.REVOKED, record, by=by, now=now)

        return self.population.revoke_unrevoked(
            user_id=user_id, company_id=company_id, now=now, event_of=event_of
        )

    def _change(self, pat_id: UUID, plan: Plan, *, now: datetime) -> PatRecord:
        outcome = self.records.change(pat_id, plan, now=now)
        if isinstance(outcome, Refused):
            raise refused(outcome.reason)
        if outcome is None:
            raise refused(RefusalReason.TOKEN_NOT_FOUND)
        return outcome

    def _giver(self, user_id: int | None) -> User | None:
        if user_id is None:
            return None
        standing = self.people.standing(user_id, None)
        if standing is None or not (standing.user.is_active and standing.user.is_staff):
            raise refused(RefusalReason.GLOBAL_GRANT_NOT_ALLOWED)
        return standing.user


def _check_named(user_id: int | None, company_id: int | None) -> None:
    if user_id is None and company_id is None:
        raise ValueError("name a user or a company: nobody revokes everything at once")


def _flag_refusal(
    stored: StoredPat, request: ReissueRequest | FlagsRequest, giver: User | None
) -> Refused | None:
    """A result with the flag needs somebody who gives it now, or a grant that lives."""
    had, wanted = stored.record.access_global_metrics, request.access_global_metrics
    if not (had if wanted is None else wanted) or giver is not None:
        return None
    if not had:
        return Refused(RefusalReason.GLOBAL_GRANT_NOT_ALLOWED)
    return None if stored.grant_is_live else Refused(RefusalReason.GLOBAL_GRANT_LAPSED)


def _check_usable(standing: Standing | None, company_id: int, *, now: datetime) -> None:
    """Ask the policy whether the user may have tokens in the company."""
    if standing is None:
        raise RefusedError(RefusalReason.USER_INACTIVE, detail="There is no such user.")
    user = Caller(
        user=standing.user,
        company_id=company_id,
        company=standing.company,
        membership=standing.membership,
        credential=SessionCredential(_NOBODY),
        token_expires_at=now,
    )
    decision = decide(user, Permission.WRITE_TOKENS)
    if isinstance(decision, Refused):
        raise refused(decision.reason)
