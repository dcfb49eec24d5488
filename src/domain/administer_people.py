"""Use cases: what administrators make of somebody's account.

Which pages a person reaches is decided by Django's permissions. Whom they may change, and what may
become of a user, is decided here; each change is told to whoever guards the service.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .administrator import Administrator
from .callers.caller import User
from .events.event import Actor, EventKind
from .events.notice import Notice, NoticeKind
from .events.ports import EventLog, SecurityLog
from .people.ending import EndCredentials
from .people.ports import PeopleRecords
from .people.rights import RightsChange
from .policy.permission import ChangePerson, GiveRights
from .policy.rules import leads
from .refusal import RefusalReason, RefusedError
from .sessions.events import user_event
from .sessions.ports import Passwords
from .unit_of_work import Transaction, WriterLock

_SENTENCES = {
    RefusalReason.SUPERUSER_REQUIRED: (
        "Staff are changed, and rights are given, by superusers. Ask a superuser."
    ),
    RefusalReason.USER_INACTIVE: "There is no such user.",
}


@dataclass(frozen=True)
class AdministerPeople:
    """Anybody's account. Everywhere, ``by`` is who does it."""

    transaction: Transaction
    lock: WriterLock
    records: PeopleRecords
    passwords: Passwords
    end: EndCredentials
    events: EventLog
    security: SecurityLog

    def change_rights(
        self, by: Administrator, user_id: int, change: RightsChange, *, now: datetime
    ) -> None:
        """Change what a user is and may do.

        Who is stopped loses every session and token. Who becomes a service account loses password
        and sessions; its tokens go on.

        Raises:
            RefusedError: not the administrator's to change, a service account that would be staff,
                or nobody would be left who may do everything.
            TokenRejectedError: the administrator's session has ended in the meantime.
        """
        with self.transaction():
            by = self._held(by, user_id, now=now)
            person = self._person(user_id)
            new = change.applied_to(person)
            _check(
                by.refusal(ChangePerson(person))
                or (by.refusal(GiveRights()) if change.gives_rights else None)
                or _service_account_refusal(new)
                or self._leader_refusal([person] if leads(person) and not leads(new) else [])
            )
            self.records.change(user_id, change)
            self._end_what_ends(person, new, by=by.actor, now=now)
            changed = ",".join(change.names)
            self._note(NoticeKind.RIGHTS_CHANGED, person.email, by=by.actor, changed=changed)

    def set_password(
        self, by: Administrator, user_id: int, password: str | None, *, now: datetime
    ) -> None:
        """Give somebody another password, or None. All of their sessions and tokens end.

        Raises:
            RefusedError: not the administrator's to change, or a service account.
            TokenRejectedError: the administrator's session has ended in the meantime.
        """
        with self.transaction():
            by = self._held(by, user_id, now=now)
            person = self._person(user_id)
            _check(by.refusal(ChangePerson(person)) or _service_account_refusal(person, password))
            self._change_password(user_id, password, by=by.actor, now=now)
            self.end.everything(user_id, by=by.actor, because="password", now=now)

    def delete(self, by: Administrator, user_ids: Sequence[int], *, now: datetime) -> None:
        """Delete users.

        Raises:
            RefusedError: one is not the administrator's to delete, or nobody would be left who may
                do everything. Then none is deleted.
            TokenRejectedError: the administrator's session has ended in the meantime.
        """
        with self.transaction():
            by = self._held(by, *user_ids, now=now)
            gone = self.records.users(user_ids)
            _check(self._deletion_refusal(by, gone))
            self.records.delete([person.id for person in gone])
            for person in gone:
                self._note(NoticeKind.USER_DELETED, person.email, by=by.actor)

    def why_not_change(self, by: Administrator, person: User) -> str | None:
        """Why nothing of a user's account is the administrator's to change, in a sentence."""
        refusal = by.refusal(ChangePerson(person))
        return _refused(refusal).detail if refusal else None

    def why_not_delete(self, by: Administrator, user_ids: Sequence[int]) -> str | None:
        """Why ``delete`` would refuse, in a sentence; None when it would not."""
        refusal = self._deletion_refusal(by, self.records.users(user_ids))
        return _refused(refusal).detail if refusal else None

    def _deletion_refusal(self, by: Administrator, gone: Sequence[User]) -> RefusalReason | None:
        refusals = (by.refusal(ChangePerson(person)) for person in gone)
        leaving = [person for person in gone if leads(person)]
        return next(filter(None, refusals), None) or self._leader_refusal(leaving)

    def _end_what_ends(self, old: User, new: User, *, by: Actor, now: datetime) -> None:
        if old.is_active and not new.is_active:
            self.end.everything(old.id, by=by, because="stopped", now=now)
        if new.is_service_account and not old.is_service_account:
            self._change_password(old.id, None, by=by, now=now)
            self.end.all_sessions(old.id, by=by, now=now)

    def _change_password(
        self, user_id: int, password: str | None, *, by: Actor, now: datetime
    ) -> None:
        self.passwords.change(user_id, password)
        kind, removed = EventKind.PASSWORD_CHANGED, password is None
        changed = user_event(kind, by=by, user_id=user_id, now=now, removed=removed)
        self.events.write((changed,))

    def _held(self, by: Administrator, *user_ids: int, now: datetime) -> Administrator:
        """Hold the users, oneself, and all who lead: of several who leave at once, one stays."""
        return by.holding(self.lock, *user_ids, *self.records.leaders(), now=now)

    def _person(self, user_id: int) -> User:
        found = self.records.users([user_id])
        if not found:
            raise _refused(RefusalReason.USER_INACTIVE)
        return found[0]

    def _leader_refusal(self, leaving: Sequence[User]) -> RefusalReason | None:
        left = set(self.records.leaders()) - {person.id for person in leaving}
        return RefusalReason.LAST_SUPERUSER if leaving and not left else None

    def _note(self, kind: NoticeKind, account: str, *, by: Actor, **detail: str) -> None:
        self.security.note_change(Notice(kind, by=by, account=account, detail=detail))


def _service_account_refusal(user: User, password: str | None = None) -> RefusalReason | None:
    has = user.is_staff or user.is_superuser or password is not None
    return RefusalReason.SERVICE_ACCOUNT if user.is_service_account and has else None


def _check(reason: RefusalReason | None) -> None:
    if reason is not None:
        raise _refused(reason)


def _refused(reason: RefusalReason) -> RefusedError:
    return RefusedError(reason, detail=_SENTENCES.get(reason))
