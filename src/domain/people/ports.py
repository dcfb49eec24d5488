"""What administering people needs from the outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..callers.caller import User
from .rights import RightsChange


class PeopleRecords(Protocol):
    """The rows of users. Each call is part of the caller's transaction."""

    def users(self, user_ids: Sequence[int]) -> list[User]:
        """The users with these ids, as they are now, by id."""
        ...

    def leaders(self) -> list[int]:
        """The users of whom ``policy.rules.leads`` holds, by id."""
        ...

    def change(self, user_id: int, change: RightsChange) -> None:
        """Store what a user shall be. Nothing is ended by it."""
        ...

    def delete(self, user_ids: Sequence[int]) -> None:
        """Delete users, with all that is theirs alone. Grants that they gave lapse."""
        ...
