"""Random worlds: plain values that hypothesis makes, and the rows they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from hypothesis import strategies as st

from adapters.orm.models import (
    Company,
    LoginTally,
    Membership,
    PersonalAccessToken,
    SocialAccount,
    User,
    UserActivity,
)
from tests.service import NOON

_TICK = timedelta(microseconds=1)
_STARTS = [datetime(2026, 3, day, tzinfo=UTC) for day in (18, 16, 1)]
"""Of NOON's day, its ISO week and its month."""
MOMENTS = [
    None,
    NOON,
    *_STARTS,
    *(start - _TICK for start in _STARTS),
    datetime(1999, 1, 1, tzinfo=UTC),
]
EXPIRIES = [NOON + delta for delta in (-_TICK, timedelta(0), _TICK, timedelta(3), timedelta(80.5))]


@dataclass(frozen=True)
class Person:
    is_active: bool
    is_staff: bool
    seen: datetime | None
    accounts: int


@dataclass(frozen=True)
class Place:
    is_owner: bool
    is_enabled: bool
    seen: datetime | None


@dataclass(frozen=True)
class Token:
    person: int
    company: int
    read_only: bool
    flag: bool
    expires_at: datetime
    revoked: bool
    ended: bool


@dataclass(frozen=True)
class World:
    """Companies and people are known by their position."""

    companies: int
    people: tuple[Person, ...]
    places: dict[tuple[int, int], Place]
    tokens: tuple[Token, ...]
    logins: dict[tuple[int, str], int]


_people = st.builds(
    Person, st.booleans(), st.booleans(), st.sampled_from(MOMENTS), st.integers(0, 2)
)
_places = st.builds(Place, st.booleans(), st.booleans(), st.sampled_from(MOMENTS))
_providers = st.sampled_from(["email", "github", 'odd "\\\n', "ünï"])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Up to four companies and six people, with whatever ties them."""
    companies = draw(st.integers(1, 4))
    people = tuple(draw(st.lists(_people, min_size=1, max_size=6)))
    company, person = st.integers(0, companies - 1), st.integers(0, len(people) - 1)
    flags = (st.booleans(), st.booleans(), st.sampled_from(EXPIRIES), st.booleans(), st.booleans())
    return World(
        companies,
        people,
        draw(st.dictionaries(st.tuples(person, company), _places, max_size=12)),
        tuple(draw(st.lists(st.builds(Token, person, company, *flags), max_size=8))),
        draw(st.dictionaries(st.tuples(company, _providers), st.integers(0, 2**53), max_size=6)),
    )


@dataclass(frozen=True)
class Rows:
    """What stands in the database for a world, in its order."""

    companies: list[Company]
    people: list[User]
    tokens: list[PersonalAccessToken]


@contextmanager
def built(world: World) -> Iterator[Rows]:
    """The world, for as long as the block lasts."""
    with transaction.atomic():
        yield _build(world)
        transaction.set_rollback(True)


def _build(world: World) -> Rows:
    companies = [
        Company.objects.create(slug=f"co-{n}-pany", name="x") for n in range(world.companies)
    ]
    people = [_person(n, person) for n, person in enumerate(world.people)]
    Membership.objects.bulk_create(
        Membership(
            user=people[person],
            company=companies[company],
            role="owner" if place.is_owner else "member",
            is_enabled=place.is_enabled,
            last_seen_at=place.seen,
        )
        for (person, company), place in world.places.items()
    )
    LoginTally.objects.bulk_create(
        LoginTally(company=companies[company], provider=provider, successes=count)
        for (company, provider), count in world.logins.items()
    )
    tokens = [
        _token(token, people[token.person], companies[token.company]) for token in world.tokens
    ]
    return Rows(companies, people, tokens)


def _person(number: int, person: Person) -> User:
    user = User.objects.create(
        email=f"p{number}@world.test", is_active=person.is_active, is_staff=person.is_staff
    )
    if person.seen:
        UserActivity.objects.create(user=user, last_seen_at=person.seen)
    SocialAccount.objects.bulk_create(
        SocialAccount(user=user, provider="github", uid=f"{number}.{n}")
        for n in range(person.accounts)
    )
    return user


def _token(token: Token, user: User, company: Company) -> PersonalAccessToken:
    return PersonalAccessToken.objects.create(
        jti="j",
        user=user,
        company=company,
        read_only=token.read_only,
        access_global_metrics=token.flag,
        granted_by=user if token.flag else None,
        created_at=NOON - timedelta(days=10),
        expires_at=token.expires_at,
        revoked_at=NOON if token.revoked else None,
        generation=user.generation + token.ended,
    )
