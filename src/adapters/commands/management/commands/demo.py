"""Fill an empty database with the demo, and say how to try it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError
from django.utils import timezone

from adapters.demo.banner import banner
from adapters.demo.fill import ACME, GLOBEX, fill
from adapters.orm.demo_accounts import NAMED
from adapters.orm.models import Company, User


class Command(BaseCommand):
    """Run again, it changes nothing. It is for development: everybody knows its passwords."""

    help = "Fill an empty database with two companies and their people (DEBUG only)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the service will listen, for the addresses in the text."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Fill, or find it filled; then print.

        Raises:
            CommandError: not in DEBUG, no tables, or a database with anything else in it.
        """
        if not settings.DEBUG:
            raise CommandError(
                "The demo has passwords that everybody knows, so it runs with DEBUG=true only."
            )
        try:
            is_there = _is_there()
        except (OperationalError, ProgrammingError):
            raise CommandError("There are no tables yet. First: manage.py migrate") from None
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
    users, companies = User.objects.count(), Company.objects.count()
    emails = [email for email, _name in NAMED]
    is_filled = (
        User.objects.filter(email__in=emails).count() == len(emails)
        and Company.objects.filter(slug__in=[ACME, GLOBEX]).count() == 2  # noqa: PLR2004 - both
    )
    if (users or companies) and not is_filled:
        raise CommandError(
            f"The database holds other data ({users} users, {companies} companies), and the demo "
            "goes into an empty one only. Name another: DATABASE_URL=sqlite:///demo.sqlite3"
        )
    return is_filled
