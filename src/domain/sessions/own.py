"""Use cases: a person's own sessions and password.

A personal access token may do none of this: it is made to be held by a program.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ..callers.caller import Caller, SessionCredential
from ..events.event import EventKind
from ..events.notice import Notice, NoticeKind
from ..events.ports import EventLog, SecurityLog
from ..gate import Gate
from ..limits import PasswordLimits
from ..policy.permission import Permission
from ..refusal import RefusalReason, RefusedError
from ..tokens.ports import TokenPopulation
from ..tokens.record import SessionRecord
from ..tokens.validation import pat_end
from ..unit_of_work import Transaction, WriterLock
from .events import ended_events, session_event, user_event
from .ports import Generations, Passwords, SessionRecords

CONFIRMED_FOR = timedelta(minutes=10)
"""So long after the password was given it is not asked for again."""


def is_confirmed(caller: Caller, *, now: datetime) -> bool:
    """Whether the password was given in the caller's session a moment ago.

    The pages and the admin ask for it before they issue, re-issue, grant, end, or change passwords
    or rights. The API does not: a program has no password.
    """
    credential = caller.credential
    if not isinstance(credential, SessionCredential) or credential.confirmed_at is None:
        return False
    return now - credential.confirmed_at <= CONFIRMED_FOR


@dataclass(frozen=True)
class OwnAccount:
    """The caller's own sessions and password."""

    transaction: Transaction
    lock: WriterLock
    gate: Gate
    records: SessionRecords
    population: TokenPopulation
    generations: Generations
    passwords: Passwords
    limits: PasswordLimits
    events: EventLog
    security: SecurityLog

    def sessions(self, caller: Caller, *, now: datetime) -> list[SessionRecord]:
        """The caller's live sessions, newest first.

        Raises:
            RefusedError: the caller came with a personal access token, or may not act.
        """
        self.gate.admit(caller, Permission.MANAGE_ACCOUNT, now=now)
        return self.records.live_of(caller.user.id, now=now)

    def end_session(self, caller: Caller, session_id: UUID, *, now: datetime) -> None:
        """End one of the caller's sessions.

        Raises:
            RefusedError: not allowed, or no live session of the caller's.
            TokenRejectedError: the caller's own session has ended in the meantime.
        """
        with self.transaction():
            held = self._held(caller, now=now)
            mine = {session.id for session in self.records.live_of(held.user.id, now=now)}
            if session_id not in mine:
                raise RefusedError(RefusalReason.SESSION_NOT_FOUND)
            self._end(held, [session_id], now=now)

    def end_other_sessions(self, caller: Caller, *, now: datetime) -> int:
        """End every session of the caller's but this one; how many. Tokens go on."""
        with self.transaction():
            return self._end_others(self._held(caller, now=now), now=now)

    def end_everything(self, caller: Caller, *, now: datetime) -> None:
        """Sign out everywhere: all sessions and all tokens of the caller end, this session too."""
        with self.transaction():
            held = self._held(caller, now=now)
            self.generations.raise_for(held.user.id)
            kind = EventKind.CREDENTIALS_ENDED
            ended = user_event(kind, by=held.actor, user_id=held.user.id, now=now)
            self.events.write((ended,))

    def count_tokens(self, caller: Caller, *, now: datetime) -> int:
        """How many tokens of the caller's are good, in all companies: ``end_everything`` ends them.

        Raises:
            RefusedError: the caller came with a personal access token, or may not act.
        """
        self.gate.admit(caller, Permission.MANAGE_ACCOUNT, now=now)
        records = self.population.unrevoked(user_id=caller.user.id, company_id=None)
        return sum(pat_end(record, caller.user, now=now) is None for record in records)

    def confirm(self, caller: Caller, password: str, *, now: datetime) -> None:
        """Give the password again in the caller's session.

        Raises:
            RefusedError: the password is wrong, or there were too many attempts.
        """
        self._check_password(caller, password, now=now)
        with self.transaction():
            held = self._held(caller, now=now)
            self.records.confirm(_session_id(held), now=now)

    def change_password(
        self, caller: Caller, old: str, new: str, *, end_tokens: bool, now: datetime
    ) -> None:
        """Change the caller's password. Their other sessions end.

        Args:
            caller: whose password it is, in a session.
            old: the present password.
            new: the new one.
            end_tokens: whether all of the caller's tokens end as well. A scraper that uses one
                would be blind, so it has to be asked for.
            now: the present.

        Raises:
            RefusedError: the present password is wrong, there were too many attempts, or the new
                one is no good.
        """
        self._check_password(caller, old, now=now)
        fault = self.passwords.fault(caller.user.id, new)
        if fault:
            raise RefusedError(RefusalReason.PASSWORD_REFUSED, detail=fault)
        with self.transaction():
            held = self._held(caller, now=now)
            self.passwords.change(held.user.id, new)
            self._end_others(held, now=now)
            self._changed(held, end_tokens=end_tokens, now=now)

    def _changed(self, held: Caller, *, end_tokens: bool, now: datetime) -> None:
        session_id = _session_id(held)
        changed = session_event(
            EventKind.PASSWORD_CHANGED,
            by=held.actor,
            user_id=held.user.id,
            session_id=session_id,
            now=now,
            end_tokens=end_tokens,
        )
        self.events.write((changed,))
        if end_tokens:
            self.generations.raise_for(held.user.id, keep_session=session_id)
            kind = EventKind.CREDENTIALS_ENDED
            ended = user_event(kind, by=held.actor, user_id=held.user.id, now=now)
            self.events.write((ended,))

    def _held(self, caller: Caller, *, now: datetime) -> Caller:
        held = self.lock(caller, now=now)
        self.gate.check(held, Permission.MANAGE_ACCOUNT, now=now)
        return held

    def _end_others(self, held: Caller, *, now: datetime) -> int:
        live = self.records.live_of(held.user.id, now=now)
        others = [session.id for session in live if session.id != _session_id(held)]
        return self._end(held, others, now=now)

    def _end(self, held: Caller, session_ids: list[UUID], *, now: datetime) -> int:
        ended = self.records.revoke(session_ids, now=now)
        self.events.write(ended_events(ended, by=held.actor, user_id=held.user.id, now=now))
        return len(ended)

    def _check_password(self, caller: Caller, password: str, *, now: datetime) -> None:
        self.gate.check(caller, Permission.MANAGE_ACCOUNT, now=now)
        who = caller.user.email, caller.origin.address
        wait = self.limits.password(*who, now=now)
        if wait is not None:
            self._note(NoticeKind.SIGN_IN_LIMITED, caller)
            raise RefusedError(RefusalReason.RATE_LIMITED, retry_after=wait)
        if self.passwords.check(caller.user.email, password) is None:
            self._note(NoticeKind.PASSWORD_WRONG, caller)
            raise RefusedError(RefusalReason.INVALID_CREDENTIALS)
        self.limits.was_right(*who, now=now)

    def _note(self, kind: NoticeKind, caller: Caller) -> None:
        self.security.note(Notice(kind, by=caller.actor, account=caller.user.email))


def _session_id(caller: Caller) -> UUID:
    credential = caller.credential
    if not isinstance(credential, SessionCredential):
        raise RefusedError(RefusalReason.SESSION_REQUIRED)
    return credential.session_id
