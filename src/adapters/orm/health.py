"""Is the database there?"""

from __future__ import annotations

from django.db import connection


def check_database() -> None:
    """Ask the database for anything.

    Raises:
        OperationalError, InterfaceError: it cannot be reached.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
