"""Delete what is of no use any more."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from adapters.commands.apps import services
from adapters.commands.shell import exit_codes
from adapters.orm.purge import chores

_LARGEST_BATCH = 10_000


class Command(BaseCommand):
    """Safe to run twice, while serving, and again after it was killed."""

    help = (
        "Delete expired sessions, old sign-in counters, and tokens and events that ended longer "
        "ago than TOKEN_EVENT_RETENTION."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """How."""
        parser.add_argument("--dry-run", action="store_true", help="count, and delete nothing")
        parser.add_argument(
            "--batch", type=_batch, default=1000, help="rows in one transaction (default: 1000)"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Report each batch as it is done."""
        with exit_codes():
            self._purge(options)

    def _purge(self, options: dict[str, Any]) -> None:
        retention = settings.ENVIRONMENT.token_event_retention
        for chore in chores(now=services().now(), retention=retention):
            if options["dry_run"]:
                self.stdout.write(f"{chore.name}: {chore.rows.count()} to delete")
            else:
                chore.run(batch=options["batch"], report=self._report)
        if not options["dry_run"]:
            self.stdout.write("done")

    def _report(self, name: str, deleted: int) -> None:
        self.stdout.write(f"{name}: {deleted} deleted")
        self.stdout.flush()


def _batch(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) <= _LARGEST_BATCH:
        raise ArgumentTypeError(f"write a number from 1 to {_LARGEST_BATCH}")
    return int(text)
