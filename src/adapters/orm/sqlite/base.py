"""The backend: a file that is not there is told, and not made by whoever only looks."""

from __future__ import annotations

from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from adapters.orm.sqlite.file import file_of


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, which opens what is there. ``manage.py migrate`` makes the file."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect.

        Raises:
            OperationalError: there is no such file, or SQLite cannot open it.
        """
        path = file_of(self.settings_dict)
        if path is not None and not path.exists():
            raise OperationalError(
                f"there is no file {path}: see that DATABASE_URL is right, or let manage.py "
                "migrate make it"
            )
        return super().get_new_connection(conn_params)
