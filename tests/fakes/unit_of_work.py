"""The transaction, the locks and the account of events, in memory."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from domain.callers.caller import Credential
from domain.events.event import Event
from domain.events.notice import Notice
from tests.fakes.world import World


@dataclass(frozen=True)
class FakeTransaction:
    """``Transaction`` in memory: an exception puts the world back as it was."""

    world: World

    def __call__(self) -> AbstractContextManager[object]:
        """Return the block."""
        return self._block()

    @contextmanager
    def _block(self) -> Iterator[None]:
        before = {
            name: copy.deepcopy(value)
            for name, value in vars(self.world).items()
            if name not in {"_ids", "refused_uses"}  # not of the transaction
        }
        try:
            yield
        except BaseException:
            vars(self.world).update(before)
            raise


@dataclass(frozen=True)
class FakeCallerLocks:
    """``CallerLocks`` in memory: ``world.locked`` says what was locked, in order."""

    world: World

    def lock(self, user_id: int, credential: Credential) -> None:
        """Lock the user, then their session or token."""
        self.lock_users(user_id)
        self.world.locked.append(credential)

    def lock_users(self, *user_ids: int) -> None:
        """Lock users by id."""
        self.world.locked.extend(sorted(set(user_ids)))


@dataclass(frozen=True)
class FakeEventLog:
    """``EventLog`` in memory."""

    world: World

    def write(self, events: Sequence[Event]) -> None:
        """Store events."""
        self.world.events.extend(events)


@dataclass(frozen=True)
class FakeSecurityLog:
    """``SecurityLog`` in memory: ``notices`` holds them all. It is of no transaction."""

    notices: list[Notice] = field(default_factory=list)

    def note(self, notice: Notice) -> None:
        """Write a notice."""
        self.notices.append(notice)

    def note_change(self, notice: Notice) -> None:
        """Write a notice of a change."""
        self.notices.append(notice)
