"""Use case: the first administrator and the first company of an empty service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..events.event import Actor
from ..events.notice import Notice, NoticeKind
from ..events.ports import SecurityLog
from ..sessions.ports import Passwords
from ..unit_of_work import Transaction
from .ports import PeopleRecords


@dataclass(frozen=True)
class Beginning:
    """Who administers, and the company that is there first."""

    email: str
    password: str
    company_name: str
    company_slug: str


class FirstRows(Protocol):
    """The first rows of a service. Each call is part of the use case's transaction."""

    def hold(self) -> None:
        """Keep others who begin at the same time waiting, until the transaction ends."""
        ...

    def add_administrator(self, email: str) -> int:
        """Store an active superuser without a password; their id.

        Raises:
            ValueError: the address is none, or somebody has it; the message says so.
        """
        ...

    def add_company(self, *, name: str, slug: str) -> int:
        """Store a company; its id.

        Raises:
            ValueError: the name or the slug is none, or taken; the message says so.
        """
        ...


@dataclass(frozen=True)
class Begin:
    """Makes both, or neither, and only where nobody administers yet."""

    transaction: Transaction
    rows: FirstRows
    people: PeopleRecords
    passwords: Passwords
    security: SecurityLog

    def has_begun(self) -> bool:
        """Whether somebody administers already."""
        return bool(self.people.leaders())

    def __call__(self, beginning: Beginning, *, by: Actor) -> None:
        """Begin.

        Raises:
            ValueError: somebody administers already, or what was given cannot be taken. The message
                says why.
        """
        with self.transaction():
            self.rows.hold()
            if self.has_begun():
                raise ValueError("Somebody administers this service already.")
            self.rows.add_company(name=beginning.company_name, slug=beginning.company_slug)
            user_id = self.rows.add_administrator(beginning.email)
            fault = self.passwords.fault(user_id, beginning.password)
            if fault:
                raise ValueError(fault)
            self.passwords.change(user_id, beginning.password)
            detail = {"superuser": True}
            created = Notice(NoticeKind.USER_CREATED, by=by, account=beginning.email, detail=detail)
            self.security.note_change(created)
