"""``manage.py migrate``: Django's own, and it alone makes the file of a SQLite database."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from adapters.commands.shell import failed
from adapters.orm.sqlite.file import make_file


class Command(migrate.Command):
    """Every other command says of a file that is not there that it is not there."""

    def execute(self, *arguments: Any, **options: Any) -> Any:
        """Migrate; Django's checks come first, and ask the database.

        Raises:
            CommandError: the file cannot be made, or what Django's own says.
        """
        settings = connections[options["database"]].settings_dict
        try:
            make_file(settings)
        except OSError as exc:
            raise failed(f"{settings['NAME']} cannot be made: {exc.strerror}.") from None
        return super().execute(*arguments, **options)
