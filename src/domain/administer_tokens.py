"""Use cases: what administrators and the shell do to anybody's personal access tokens.

Which pages a person reaches is decided by Django's permissions in the admin, and by the system's
own in the shell. Whose tokens they may touch, and what may become of a token, is decided here: the
flag needs an active staff user who answers for it, and a token is made for nobody who could not
use it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from .administer_refusal import refused
from .administrator import Administrator
from .callers.caller import Standing, User
from .callers.ports import CallerDirectory, PatFacts, People
from .events.ports import EventLog, SecurityLog
from .names import check_name
from .policy.decision import Refused
from .policy.permission import ChangeTokensOf, Permission, WriteAs
from .policy.rules import decide
from .refusal import RefusalReason, RefusedError
from .tokens.adding import AddToken
from .tokens.changes import FlagsRequest, PatChange, Plan, ReissueRequest, StoredPat
from .tokens.mint import IssuedPat, Mint, PatRequest
from .tokens.plans import change_flags, reissue
from .tokens.ports import Creations, TokenPopulation, TokenRecords
from .tokens.record import PatRecord
from .tokens.revoking import Revocation, RevokeLine, count_heirs
from .unit_of_work import Transaction, WriterLock


@dataclass(frozen=True)
class AdministerTokens:
    """Anybody's tokens.

    Everywhere, ``by`` is who does it and ``giver_id`` the staff user who gives the
    global flag now. Without one a grant that lives is kept, and no other is made.
    """

    transaction: Transaction
    lock: WriterLock
    directory: CallerDirectory
    people: People
    records: TokenRecords
    creations: Creations
    population: TokenPopulation
    events: EventLog
    security: SecurityLog
    mint: Mint

    @property
    def longest(self) -> timedelta:
        """The longest that a token may live."""
        return self.mint.lifetime

    def issue(
        self,
        by: Administrator,
        request: PatRequest,
        *,
        user_id: int,
        company_id: int,
        giver_id: int | None = None,
        now: datetime,
    ) -> IssuedPat:
        """Create a token of a user in a company and return it, once.

        Raises:
            RefusedError: the user could not use it, has too many, is not the administrator's to act
                for, or nobody answers for the flag.
            TokenRejectedError: the administrator's session has ended in the meantime.
            ValueError: ``expires_in`` is not above zero, or longer than allowed.
        """
        with self.transaction():
            by = by.holding(self.lock, user_id, now=now)
            giver = self._giver(giver_id) if request.access_global_metrics else None
            if request.access_global_metrics and giver is None:
                raise refused(RefusalReason.GLOBAL_GRANT_NOT_ALLOWED)
            user = _usable(self.people.standing(user_id, company_id))
            _check(_token_refusal(by, user, read_only=request.read_only))
            return self._add(by, request, user=user, company_id=company_id, giver=giver, now=now)

    def _add(
        self,
        by: Administrator,
        request: PatRequest,
        *,
        user: User,
        company_id: int,
        giver: User | None,
        now: datetime,
    ) -> IssuedPat:
        record = self.mint.new_record(
            request, user=user, company_id=company_id, maker=by.maker, giver=giver, now=now
        )
        add = AddToken(self.records, self.creations, self.events, self.security, self.mint)
        try:
            return add(record, holder=user, giver=giver, by=by.actor, now=now)
        except RefusedError as exc:
            raise refused(exc.reason) from exc

    def reissue(
        self,
        by: Administrator,
        pat_id: UUID,
        request: ReissueRequest,
        *,
        giver_id: int | None = None,
        now: datetime,
    ) -> IssuedPat:
        """Give a token a new string and a renewed expiry.

        Raises:
            RefusedError: no such token, revoked, its user could not use it or is not the
                administrator's to act for, or nobody answers for the flag that it has or shall
                have.
            TokenRejectedError: the administrator's session has ended in the meantime.
            ValueError: ``expires_in`` is not above zero, or longer than allowed.
        """
        with self.transaction():
            by = by.holding(self.lock, self._facts(pat_id).record.user_id, now=now)
            giver = self._giver(giver_id)
            facts = self._facts(pat_id)
            _usable(facts.standing)
            plan = self._reissue_plan(by, request, giver, now=now)
            record = self._change(by, pat_id, plan, now=now)
            return self.mint.sign(record, now=now)

    def _reissue_plan(
        self, by: Administrator, request: ReissueRequest, giver: User | None, *, now: datetime
    ) -> Plan:
        jti, maker = self.mint.new_jti(), by.maker
        expires_at = self.mint.expiry(request.expires_in, maker=maker, now=now)

        def plan(stored: StoredPat) -> PatChange | Refused:
            return (
                _string_refusal(by, stored, request)
                or _flag_refusal(stored, request, giver)
                or reissue(
                    stored,
                    request,
                    jti=jti,
                    expires_at=expires_at,
                    maker=maker,
                    giver=giver,
                    by=by.actor,
                    now=now,
                )
            )

        return plan

    def change_flags(
        self,
        by: Administrator,
        pat_id: UUID,
        request: FlagsRequest,
        *,
        giver_id: int | None = None,
        now: datetime,
    ) -> PatRecord:
        """Change a token's flags: every string issued before is useless, until it is re-issued.

        With ``giver_id``, the global flag that is there already is granted anew.

        Raises:
            RefusedError: no such token, revoked, its user is not the administrator's to act for, or
                nobody answers for the flag.
            TokenRejectedError: the administrator's session has ended in the meantime.
        """
        with self.transaction():
            by = by.holding(self.lock, self._facts(pat_id).record.user_id, now=now)
            giver = self._giver(giver_id)
            jti = self.mint.new_jti()

            def plan(stored: StoredPat) -> PatChange | Refused:
                return _widening_refusal(by, stored, request, giver) or change_flags(
                    stored, request, jti=jti, giver=giver, by=by.actor, now=now
                )

            return self._change(by, pat_id, plan, now=now)

    def rename(self, by: Administrator, pat_id: UUID, name: str, *, now: datetime) -> PatRecord:
        """Give a token another name.

        Raises:
            RefusedError: no such token, revoked, or its user is not the administrator's to act for.
            TokenRejectedError: the administrator's session has ended in the meantime.
            ValueError: the name is none that ``check_name`` takes.
        """
        check_name(name)

        def plan(stored: StoredPat) -> PatChange | Refused:
            if stored.record.revoked_at is not None:
                return Refused(RefusalReason.TOKEN_REVOKED)
            return PatChange(replace(stored.record, name=name))

        with self.transaction():
            by = by.holding(self.lock, self._facts(pat_id).record.user_id, now=now)
            return self._change(by, pat_id, plan, now=now)

    def why_not_reissue(self, by: Administrator, pat_id: UUID) -> str | None:
        """Why a token cannot be re-issued with the rights it has, in a sentence; None when it can.

        The global flag is not looked at: whether somebody answers for it is the request's to say.
        """
        try:
            facts = self._facts(pat_id)
            _check(RefusalReason.TOKEN_REVOKED if facts.record.revoked_at else None)
            holder = _usable(facts.standing)
            _check(_token_refusal(by, holder, read_only=facts.record.read_only))
        except RefusedError as exc:
            return exc.detail
        return None

    def revoke(self, by: Administrator, pat_id: UUID, *, now: datetime) -> Revocation:
        """Revoke a token, with all that was made with it; revoked already, it stays as it is.

        Raises:
            RefusedError: no such token.
            TokenRejectedError: the administrator's session has ended in the meantime.
        """
        with self.transaction():
            by = by.holding(self.lock, self._facts(pat_id).record.user_id, now=now)
            record = self._facts(pat_id).record
            return RevokeLine(self.records, self.events)(record, by=by.actor, now=now)

    def count_heirs(self, *pat_ids: UUID) -> int:
        """How many other tokens would be revoked with these."""
        return count_heirs(pat_ids, self.records.made_with)

    def count_unrevoked(self, *, user_id: int | None = None, company_id: int | None = None) -> int:
        """How many tokens ``revoke_all`` would revoke, the expired ones included."""
        _check_named(user_id, company_id)
        return self.population.count_unrevoked(user_id=user_id, company_id=company_id)

    def revoke_all(
        self,
        by: Administrator,
        *,
        user_id: int | None = None,
        company_id: int | None = None,
        now: datetime,
    ) -> int:
        """Revoke all tokens of a user, of a company, or of a user in a company; how many.

        A user's are one transaction, which waits for what they are making and sees it. A company's
        are one for each user: stopped half-way, it is finished by doing it again.
        """
        _check_named(user_id, company_id)
        if user_id is not None:
            return self._revoke_users(by, user_id, company_id, now=now)
        holders = self.population.holders(company_id=company_id or 0)
        return sum(self._revoke_users(by, holder, company_id, now=now) for holder in holders)

    def _revoke_users(
        self, by: Administrator, user_id: int, company_id: int | None, *, now: datetime
    ) -> int:
        with self.transaction():
            by = by.holding(self.lock, user_id, now=now)
            revoke, count = RevokeLine(self.records, self.events), 0
            for record in self.population.unrevoked(user_id=user_id, company_id=company_id):
                revoke(record, by=by.actor, now=now)
                count += 1
            return count

    def _change(self, by: Administrator, pat_id: UUID, plan: Plan, *, now: datetime) -> PatRecord:
        def judged(stored: StoredPat) -> PatChange | Refused:
            refusal = by.refusal(ChangeTokensOf(stored.holder))
            return Refused(refusal) if refusal else plan(stored)

        outcome = self.records.change(pat_id, judged, now=now)
        if isinstance(outcome, Refused):
            raise refused(outcome.reason)
        if outcome is None:
            raise refused(RefusalReason.TOKEN_NOT_FOUND)
        self.events.write(outcome.events)
        return outcome.record

    def _facts(self, pat_id: UUID) -> PatFacts:
        facts = self.directory.pat_facts(pat_id)
        if facts is None:
            raise refused(RefusalReason.TOKEN_NOT_FOUND)
        return facts

    def _giver(self, user_id: int | None) -> User | None:
        if user_id is None:
            return None
        giver = self.people.standing(user_id, None)
        if giver is None or isinstance(decide(giver, Permission.SCRAPE_PLATFORM), Refused):
            raise refused(RefusalReason.GLOBAL_GRANT_NOT_ALLOWED)
        return giver.user


def _token_refusal(by: Administrator, holder: User, *, read_only: bool) -> RefusalReason | None:
    """The administrator would hold, or bring about, a string that acts as somebody else."""
    return by.refusal(ChangeTokensOf(holder) if read_only else WriteAs(holder))


def _check(reason: RefusalReason | None) -> None:
    if reason is not None:
        raise refused(reason)


def _check_named(user_id: int | None, company_id: int | None) -> None:
    if user_id is None and company_id is None:
        raise ValueError("name a user or a company: nobody revokes everything at once")


def _widening_refusal(
    by: Administrator, stored: StoredPat, request: FlagsRequest, giver: User | None
) -> Refused | None:
    """Taking a right away needs nobody's word; giving one does."""
    if not (_gains_writing(stored, request) or request.access_global_metrics is True):
        return None
    return _string_refusal(by, stored, request) or _flag_refusal(stored, request, giver)


def _gains_writing(stored: StoredPat, request: ReissueRequest | FlagsRequest) -> bool:
    return stored.record.read_only and request.read_only is False


def _string_refusal(
    by: Administrator, stored: StoredPat, request: ReissueRequest | FlagsRequest
) -> Refused | None:
    wanted = request.read_only
    read_only = stored.record.read_only if wanted is None else wanted
    reason = _token_refusal(by, stored.holder, read_only=read_only)
    return Refused(reason) if reason else None


def _flag_refusal(
    stored: StoredPat, request: ReissueRequest | FlagsRequest, giver: User | None
) -> Refused | None:
    """A result with the flag needs somebody who gives it now, or a grant that lives.

    A grant that was given to a read-only token is none for one that may write.
    """
    had, wanted = stored.record.access_global_metrics, request.access_global_metrics
    if not (had if wanted is None else wanted) or giver is not None:
        return None
    if not had or _gains_writing(stored, request):
        return Refused(RefusalReason.GLOBAL_GRANT_NOT_ALLOWED)
    return None if stored.record.grant_is_live else Refused(RefusalReason.GLOBAL_GRANT_LAPSED)


def _usable(holder: Standing | None) -> User:
    """The user, of whom the policy says that they may have tokens in the company."""
    if holder is None:
        raise RefusedError(RefusalReason.USER_INACTIVE, detail="There is no such user.")
    decision = decide(holder, Permission.WRITE_TOKENS)
    if isinstance(decision, Refused):
        raise refused(decision.reason)
    return holder.user
