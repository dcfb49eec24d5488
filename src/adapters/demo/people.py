"""Made-up people: names, addresses, and when they were last seen."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.orm.demo_accounts import NAMED

PASSWORD = "shellui-demo"  # noqa: S105 - the demo's, printed for everybody
STAFF_EMAIL = NAMED[0][0]

_FIRST = (
    "Ada Alan Amina Barbara Carl Chen Dmitri Edsger Elena Emmy Fatima Frances Grace Hedy Ingrid "
    "Jorge Katherine Kwame Leslie Linus Lucia Margaret Mei Niklaus Omar Priya Radia Sofia Tim Yuki"
)
_LAST = (
    "Almeida Bauer Castillo Dubois Eriksson Fischer Garcia Haddad Ivanova Jansen Kowalski Larsen "
    "Moreau Nakamura Okafor Petrov Quinn Rossi Sato Tanaka Ueda Vargas Weber Xu Yilmaz Zhang"
)

SeenWithin = tuple[float, timedelta]
_SEEN: tuple[SeenWithin, ...] = (  # of all people, the share last seen within
    (0.35, timedelta(hours=6)),
    (0.30, timedelta(days=4)),
    (0.20, timedelta(days=20)),
    (0.10, timedelta(days=150)),
)


@dataclass(frozen=True)
class Person:
    """Somebody. ``last_seen_at`` None: never."""

    email: str
    name: str
    joined_at: datetime
    last_seen_at: datetime | None


def named(*, now: datetime) -> list[Person]:
    """The four, who were here a moment ago."""
    joined = now - timedelta(days=700)
    seen = now - timedelta(minutes=5)
    return [Person(email, name, joined, seen) for email, name in NAMED]


def made_up(count: int, *, domain: str, rng: random.Random, now: datetime) -> Iterator[Person]:
    """So many people with addresses in the domain, no two the same."""
    for number, (first, last) in enumerate(rng.sample(_pairs(), count), start=1):
        email = f"{first}.{last}@{domain}".lower()
        joined = now - timedelta(days=rng.uniform(160, 690))
        yield Person(email, f"{first} {last}", joined, _seen(number / count, rng=rng, now=now))


def _pairs() -> list[tuple[str, str]]:
    return [(first, last) for first in _FIRST.split() for last in _LAST.split()]


def _seen(rank: float, *, rng: random.Random, now: datetime) -> datetime | None:
    """By rank, so that the shares are met and not only likely."""
    for share, within in _SEEN:
        if rank <= share:
            return now - timedelta(seconds=rng.uniform(60, within.total_seconds()))
        rank -= share
    return None
