"""A list of tokens in pages. A page begins after a place in the order: newest first, then by id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

from .record import PatRecord

MOST_LISTED = 300
"""Of one user in one company: all that is kept."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PLACE = "^([0-9]{1,17})-([0-9a-f]{32})$"
"""How a place is written, for JSON Schema: microseconds since 1970, and the row's id."""
_WRITTEN = re.compile(PLACE)


@dataclass(frozen=True)
class Place:
    """Where in the order a row stands."""

    created_at: datetime
    id: UUID

    def __str__(self) -> str:
        """Text that ``read`` understands, all of it ASCII."""
        return f"{(self.created_at - _EPOCH) // timedelta(microseconds=1)}-{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what was written by ``str``.

        Raises:
            ValueError: it is none.
        """
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError("write a cursor as it was given")
        return cls(_EPOCH + timedelta(microseconds=int(found[1])), UUID(found[2]))


@dataclass(frozen=True)
class Page:
    """Some of the rows, and where the next page begins: None after the last one."""

    records: list[PatRecord]
    next: Place | None


def page(records: list[PatRecord], *, most: int) -> Page:
    """The page of at most so many, out of one row more than that where there is one."""
    shown = records[:most]
    last = shown[-1] if len(records) > most else None
    return Page(shown, None if last is None else Place(last.created_at, last.id))
