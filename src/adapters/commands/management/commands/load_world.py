"""``manage.py load_world``: fill an empty database with a made-up platform, to measure with."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, models, transaction

from adapters.demo.bulk import Row, insert, reset_sequences
from adapters.demo.world import TOKEN_COLUMNS, World
from adapters.orm.models import (
    Company,
    LoginTally,
    Membership,
    PersonalAccessToken,
    SocialAccount,
    User,
    UserActivity,
)
from adapters.orm.patience import patient

_STEP = 20_000
_WIDTH = 30


@dataclass(frozen=True)
class Table:
    """What goes into one table."""

    model: type[models.Model]
    columns: tuple[str, ...]
    rows: Iterator[Row]
    count: int


class Command(BaseCommand):
    """Deterministic: the same arguments give the same rows."""

    help = "Fill an empty database with a made-up platform, to measure with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Sizes."""
        parser.add_argument("--companies", type=int, default=200)
        parser.add_argument("--users", type=int, default=20_000)
        parser.add_argument("--tokens", type=int, help="by default one for each company")
        parser.add_argument(
            "--now",
            type=datetime.fromisoformat,
            default=datetime.now(UTC).replace(microsecond=0),
            help="activity lies in the 60 days before; by default the present",
        )

    def handle(self, **options: Any) -> None:
        """Load, all or nothing."""
        companies, users = options["companies"], options["users"]
        tokens = companies if options["tokens"] is None else options["tokens"]
        try:
            world = World(companies, users, tokens, options["now"].astimezone(UTC))
        except ValueError as exc:
            raise CommandError(f"{exc}.") from None
        if User.objects.exists() or Company.objects.exists():
            raise CommandError("The database is not empty. Take a new one, and migrate it.")
        with patient(), transaction.atomic():
            for table in tables(world):
                insert(table.model, table.columns, _shown(table, sys.stderr))
            reset_sequences(*(table.model for table in tables(world)))
        with patient():
            analyze()


def analyze() -> None:
    """Tell the planner at once what it would learn in time."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def tables(world: World) -> list[Table]:
    """Every table, in an order that a database takes."""
    users = ("id", "password", "email", "name", "is_active", "is_staff", "date_joined")
    places = ("id", "user", "company", "role", "is_enabled", "last_seen_at")
    return [
        Table(Company, ("id", "slug", "name"), world.company_rows(), world.companies),
        Table(User, users, world.user_rows(), world.users),
        Table(Membership, places, world.membership_rows(), world.memberships),
        Table(UserActivity, ("user", "last_seen_at"), world.activity_rows(), world.users),
        Table(
            SocialAccount,
            ("id", "user", "provider", "uid"),
            world.social_account_rows(),
            world.users // 3,
        ),
        Table(
            LoginTally,
            ("id", "company", "provider", "successes"),
            world.tally_rows(),
            2 * world.companies,
        ),
        Table(PersonalAccessToken, TOKEN_COLUMNS, world.token_rows(), world.tokens),
    ]


def _shown(table: Table, stream: TextIO) -> Iterator[Row]:
    """The rows, with a bar that moves on a terminal as they are taken."""
    name = str(table.model._meta.verbose_name_plural)  # noqa: SLF001 - Django's public _meta
    moving = stream.isatty()
    for done, row in enumerate(table.rows):
        if moving and done % _STEP == 0:
            stream.write("\r" + _bar(name, done, table.count))
        yield row
    stream.write(("\r" if moving else "") + _bar(name, table.count, table.count) + "\n")


def _bar(name: str, done: int, of: int) -> str:
    filled = _WIDTH * done // max(of, 1)
    return f"{name:24}[{'#' * filled}{' ' * (_WIDTH - filled)}] {done:,}"
