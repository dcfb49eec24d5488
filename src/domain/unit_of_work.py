"""The transaction: what a use case writes is written together, or not at all."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .callers.caller import Caller
from .callers.ports import CallerLocks
from .callers.reader import CallerReader


class Transaction(Protocol):
    """Opens the one transaction of a use case.

    Leaving the block commits; an exception undoes everything. Nothing that can fail comes after the
    block, so a caller who is told "it failed" has lost nothing.
    """

    def __call__(self) -> AbstractContextManager[object]:
        """Return the block."""
        ...


@dataclass(frozen=True)
class WriterLock:
    """Whoever writes holds their own row while they write.

    Between authentication and the write the caller may be stopped, revoked or signed out. So the
    transaction locks the user's row and the credential's row, and reads the caller again. Whoever
    ends a credential changes one of these rows: they wait for us, or we see what they did.

    Lock order, everywhere: users by id, then sessions and tokens.
    """

    locks: CallerLocks
    reader: CallerReader

    def __call__(self, caller: Caller, *, now: datetime) -> Caller:
        """Lock, and return the caller as they are now. Call it first in the transaction.

        Raises:
            TokenRejectedError: the credential has ended since.
        """
        self.locks.lock(caller.user.id, caller.credential)
        return self.reader.again(caller, now=now)

    def users(self, *user_ids: int) -> None:
        """Hold users for whoever has no row of their own: the shell."""
        self.locks.lock_users(*user_ids)

    def for_others(self, caller: Caller, *user_ids: int, now: datetime) -> Caller:
        """The same for somebody who changes what is other users': all of them are held."""
        self.users(caller.user.id, *user_ids)
        return self(caller, now=now)
