"""``manage.py check``: Django's own, and it looks into the database without being told to."""

from __future__ import annotations

from django.core.management.base import CommandParser
from django.core.management.commands import check
from django.db import DEFAULT_DB_ALIAS


class Command(check.Command):
    """What is in the database decides whether it may be served: see ``checks``."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Check everything that ``serve`` will."""
        super().add_arguments(parser)
        parser.set_defaults(databases=[DEFAULT_DB_ALIAS])
