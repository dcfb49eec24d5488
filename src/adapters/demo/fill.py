"""Fill an empty database: the same rows for everybody, relative to the present."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from adapters.demo.people import PASSWORD, STAFF_EMAIL, Person, made_up, named
from adapters.demo.tokens import token_rows
from adapters.orm.demo_accounts import NAMED
from adapters.orm.models import (
    Company,
    LoginTally,
    Membership,
    PersonalAccessToken,
    SocialAccount,
    User,
    UserActivity,
)

ACME, GLOBEX = "acme", "globex"
_SEED = 20_250_101
_MADE_UP = (  # with the named people, 180 members of acme and 120 of globex
    (166, "acme.example", (ACME,)),
    (107, "globex.example", (GLOBEX,)),
    (12, "partners.example", (ACME, GLOBEX)),
)
_OWNERS = {"owner@acme.example", "owner@globex.example"}
_INACTIVE_EVERY, _DISABLED_EVERY, _LINKED_EVERY = 37, 29, 3
_PROVIDERS = ("google", "github", "microsoft")
_SIGN_INS = {
    ACME: {"email": 8_412, "google": 3_207, "github": 1_954},
    GLOBEX: {"email": 3_136, "microsoft": 2_871},
}
_FOUNDED = timedelta(days=730)


@dataclass(frozen=True)
class _Place:
    """A person and their companies; the first is where they were last seen."""

    person: Person
    companies: tuple[str, ...]


def fill(*, now: datetime) -> None:
    """Store the demo's rows, all or none.

    Args:
        now: founding, joining and presence lie before it.
    """
    rng = random.Random(_SEED)  # noqa: S311 - made-up people, no secrets
    places = [*_named(now=now), *_made_up(rng, now=now)]
    with transaction.atomic():
        companies = _companies(now=now)
        users = _users(places)
        _memberships(places, users, companies)
        _presence(places, users)
        _social_accounts(list(users.values()), now=now)
        _tallies(companies)
        PersonalAccessToken.objects.bulk_create(token_rows(users, companies, rng=rng, now=now))


def _named(*, now: datetime) -> Iterator[_Place]:
    for person in named(now=now):
        slug = person.email.partition("@")[2].removesuffix(".example")
        yield _Place(person, () if person.email == STAFF_EMAIL else (slug,))


def _made_up(rng: random.Random, *, now: datetime) -> Iterator[_Place]:
    for count, domain, companies in _MADE_UP:
        for person in made_up(count, domain=domain, rng=rng, now=now):
            yield _Place(person, companies)


def _companies(*, now: datetime) -> dict[str, Company]:
    rows = [
        Company(slug=slug, name=slug.title(), created_at=now - _FOUNDED) for slug in (ACME, GLOBEX)
    ]
    return {company.slug: company for company in Company.objects.bulk_create(rows)}


def _users(places: list[_Place]) -> dict[str, User]:
    hashed = make_password(PASSWORD)  # once: hashing is slow, as it should be
    named_emails = {email for email, _name in NAMED}
    rows = []
    for number, place in enumerate(places, start=1):
        person, signs_in = place.person, place.person.email in named_emails
        rows.append(
            User(
                email=person.email,
                name=person.name,
                password=hashed if signs_in else make_password(None),
                is_active=signs_in or number % _INACTIVE_EVERY != 0,
                is_staff=person.email == STAFF_EMAIL,
                is_superuser=person.email == STAFF_EMAIL,
                date_joined=person.joined_at,
                last_login=person.last_seen_at,
            )
        )
    return {user.email: user for user in User.objects.bulk_create(rows)}


def _memberships(
    places: list[_Place], users: dict[str, User], companies: dict[str, Company]
) -> None:
    rows = []
    for number, place in enumerate(places, start=1):
        email, owns = place.person.email, place.person.email in _OWNERS
        for rank, slug in enumerate(place.companies):
            rows.append(
                Membership(
                    user=users[email],
                    company=companies[slug],
                    role=Membership.Role.OWNER if owns else Membership.Role.MEMBER,
                    is_enabled=owns or number % _DISABLED_EVERY != 0,
                    created_at=place.person.joined_at,
                    last_seen_at=place.person.last_seen_at if rank == 0 else None,
                )
            )
    Membership.objects.bulk_create(rows)


def _presence(places: list[_Place], users: dict[str, User]) -> None:
    UserActivity.objects.bulk_create(
        UserActivity(user=users[place.person.email], last_seen_at=place.person.last_seen_at)
        for place in places
        if place.person.last_seen_at is not None
    )


def _social_accounts(users: list[User], *, now: datetime) -> None:
    SocialAccount.objects.bulk_create(
        SocialAccount(
            user=user,
            provider=_PROVIDERS[number % len(_PROVIDERS)],
            uid=str(100_000 + number),
            created_at=min(user.date_joined + timedelta(days=1), now),
        )
        for number, user in enumerate(users[::_LINKED_EVERY])
    )


def _tallies(companies: dict[str, Company]) -> None:
    LoginTally.objects.bulk_create(
        LoginTally(company=companies[slug], provider=provider, successes=successes)
        for slug, providers in _SIGN_INS.items()
        for provider, successes in providers.items()
    )
