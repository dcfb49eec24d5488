"""Fill an empty database with the demo, and say how to try it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from adapters.demo.banner import banner
from adapters.demo.fill import ACME, GLOBEX, fill
from adapters.orm.demo_accounts import NAMED
from adapters.orm.models import Company, User
from adapters.orm.sqlite.file import make_file

_MIGRATIONS = MigrationRecorder.Migration._meta.db_table  # noqa: SLF001 - Django's public _meta


class Command(BaseCommand):
    """Run again, it changes nothing. It is for development: everybody knows its passwords."""

    help = (
        "Migrate an empty database, and fill it with two companies and their people (DEBUG only)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the service will listen, for the addresses in the text."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Fill, or find it filled; then print.

        A database with anything else in it is refused before anything in it is touched.

        Raises:
            CommandError: not in DEBUG, or a database with anything else in it.
        """
        if not settings.DEBUG:
            raise CommandError(
                "The demo has passwords that everybody knows, so it runs with DEBUG=true only."
            )
        make_file(connection.settings_dict)
        is_there = _is_there()
        call_command("migrate", verbosity=0)
        if is_there:
            self.stdout.write("The demo is in the database already; nothing was changed.\n")
        else:
            fill(now=timezone.now())
        self.stdout.write(banner(host=options["host"], port=options["port"]))


def _is_there() -> bool:
    """Is the demo in the database? Nothing at all is no.

    Raises:
        CommandError: something else is.
    """
    tables = set(connection.introspection.table_names())
    if not {m._meta.db_table for m in (User, Company)} <= tables:  # noqa: SLF001 - Django's public _meta
        if strange := tables - set(connection.introspection.django_table_names()) - {_MIGRATIONS}:
            raise _other_data(f"{len(strange)} tables that are not ours")
        return False
    users, companies = User.objects.count(), Company.objects.count()
    emails = [email for email, _name in NAMED]
    is_filled = (
        User.objects.filter(email__in=emails).count() == len(emails)
        and Company.objects.filter(slug__in=[ACME, GLOBEX]).count() == 2  # noqa: PLR2004 - both
    )
    if (users or companies) and not is_filled:
        raise _other_data(f"{users} users, {companies} companies")
    return is_filled


def _other_data(found: str) -> CommandError:
    return CommandError(
        f"The database holds other data ({found}), and the demo goes into an empty one only. "
        "Name another: DATABASE_URL=sqlite:///demo.sqlite3"
    )
