"""Somebody's password, set by whoever has the shell: for one who cannot sign in any more."""

from __future__ import annotations

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from adapters.commands.apps import services
from adapters.commands.lines import shown
from adapters.commands.shell import exit_codes, line, refuse, shell_actor, usage, user_id


class Command(BaseCommand):
    """Django's, by the use case that the admin has: accounted for, and told."""

    help = "Set a user's password. All of their sessions and tokens end."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose it is; the password itself is asked for."""
        parser.add_argument("email", type=line)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ask twice, and set it."""
        built = services()
        with exit_codes():
            person = user_id(options["email"])
            password = _asked()
            if fault := built.people.passwords.fault(person, password):
                raise refuse(fault)
            built.people.set_password(shell_actor(), person, password, now=built.now())
        self.stdout.write(shown(f"The password of {options['email']} is another one now."))


def _asked() -> str:
    password = getpass.getpass()
    if password != getpass.getpass("Password (again): "):
        raise usage("The two passwords differ. Nothing was done.")
    return password
