"""Begin: the first administrator and the first company."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from adapters.commands.apps import services
from adapters.commands.lines import shown
from adapters.commands.shell import exit_codes, line, name, refuse, shell_actor, usage
from domain.people.begin import Beginning

_QUESTIONS = {
    "email": "E-mail address of the first administrator: ",
    "company": "Name of the first company: ",
    "slug": "Its short name, as metrics show it: ",
}


class Command(BaseCommand):
    """Once, on an empty service."""

    help = (
        "Make the first administrator and the first company. What is not given is asked for. "
        "Example: manage.py setup --email root@acme.example --company 'Acme Ltd' --slug acme"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Who and what; the password is asked for, or read from a file."""
        parser.add_argument("--email", type=line, help="of the administrator")
        parser.add_argument("--company", type=name, metavar="NAME", help="of the first company")
        parser.add_argument("--slug", type=line, help="the company's name in metrics and lists")
        parser.add_argument(
            "--password-file", type=Path, metavar="FILE", help="the password alone, on one line"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ask for what is missing, and begin."""
        with exit_codes():
            built = services()
            if built.begin.has_begun():
                raise refuse("Somebody administers this service already. Nothing was done.")
            email, company, slug = (options[name] or _asked(name) for name in _QUESTIONS)
            password = _password(options["password_file"])
            try:
                built.begin(Beginning(email, password, company, slug), by=shell_actor().actor)
            except ValueError as exc:
                raise refuse(f"{exc} Nothing was done.") from None
        self.stdout.write(shown(f"{email} administers the service; the company {slug} is there."))
        self.stdout.write("Sign in at /admin/. How Prometheus gets its token: docs/admin.md.")


def _asked(option: str) -> str:
    if not sys.stdin.isatty():
        raise usage(f"Give --{option}: there is no terminal to ask at.")
    return input(_QUESTIONS[option]).strip()


def _password(file: Path | None) -> str:
    if file is not None:
        return file.read_text("utf-8").removesuffix("\n").removesuffix("\r")
    if not sys.stdin.isatty():
        raise usage("Give --password-file: there is no terminal to ask at.")
    password = getpass.getpass()
    if password != getpass.getpass("Password (again): "):
        raise usage("The two passwords differ. Nothing was done.")
    return password
