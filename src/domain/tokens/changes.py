"""How a personal access token's row is changed: by a plan, while the row is locked.

A plan sees the row as it is, and says what it shall be and what to account for, or refuses. So of
several changes at once each sees what the one before it left. The plans are in ``plans``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from ..callers.caller import User
from ..events.event import Event
from ..policy.decision import Refused
from .record import PatRecord

LIVE_TOKEN_LIMIT = 100
"""How many live PATs one user may have in one company."""
MAX_OVERLAP = timedelta(days=1)


@dataclass(frozen=True)
class StoredPat:
    """A row, locked.

    Attributes:
        record: the row.
        holder: whose it is, as they are now.
        others_live: counts the user's other live PATs in the company, and keeps new ones waiting.
    """

    record: PatRecord
    holder: User
    others_live: Callable[[], int]


@dataclass(frozen=True)
class PatChange:
    """The row as it shall be, and the account of it."""

    record: PatRecord
    events: tuple[Event, ...] = ()


Plan = Callable[[StoredPat], PatChange | Refused]


@dataclass(frozen=True)
class ReissueRequest:
    """How to re-issue. A flag that is None stays as it is.

    Attributes:
        overlap: how long the old string lives on, unless the new one is used before.
        read_only: the flag, changed.
        access_global_metrics: the flag, changed; True gives the grant anew.
        expires_in: how long the new string lives; None means the longest allowed.
        in_use: the ``jti`` of the string in use, where it is known: of two, the overlap keeps it;
            a row that does not answer to it is not re-issued.
    """

    overlap: timedelta = timedelta(0)
    read_only: bool | None = None
    access_global_metrics: bool | None = None
    expires_in: timedelta | None = None
    in_use: str | None = None

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.overlap <= MAX_OVERLAP:
            raise ValueError(f"the overlap must be from zero to {MAX_OVERLAP}")


@dataclass(frozen=True)
class FlagsRequest:
    """Which flags to change. One that is None stays as it is."""

    read_only: bool | None = None
    access_global_metrics: bool | None = None
