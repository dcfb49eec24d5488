"""Is the database there, and is it the one that this code was written for?"""

from __future__ import annotations

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def waiting_migrations() -> list[str]:
    """The migrations of this code that the database has not had, by name; none, and it is ready.

    What the database has is asked each time: it may be restored under a process that runs. What the
    code has is read once. Migrations that the database has had of newer code are no hindrance.

    Raises:
        OperationalError, InterfaceError: it cannot be reached.
    """
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in _of_this_code() - applied.keys())


@cache
def _of_this_code() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)
