"""Forget the attempts to sign in to an account."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from adapters.commands.apps import services
from adapters.commands.lines import shown
from adapters.commands.shell import exit_codes, line


class Command(BaseCommand):
    """For somebody who waits because of too many attempts."""

    help = "Let a user sign in at once again, after too many attempts to sign in to the account."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose account."""
        parser.add_argument("email", type=line, metavar="EMAIL", help="of the account")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Forget them, and say how many limits had counted some."""
        with exit_codes():
            lifted = services().limits.unlock(options["email"])
        self.stdout.write(f"{shown(options['email'])}: attempts of {lifted} limits are forgotten")
