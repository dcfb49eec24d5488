"""Which schema of PostgreSQL is ours: functions look for tables there, whoever calls them."""

from __future__ import annotations

from typing import Any

_SCHEMA = """
    SELECT quote_ident(n.nspname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = to_regclass(%s)
"""


def search_path_beside(table: str, connection: Any) -> str:
    """A function's ``SET search_path``: the table's schema, then temporary tables.

    Those come first where they are not named (PostgreSQL, "Writing SECURITY DEFINER Functions
    Safely"): one that is called like a table of ours would be taken for it.
    """
    return f"SET search_path = {schema_of(table, connection)}, pg_temp"


def schema_of(table: str, connection: Any) -> str:
    """The schema of the table that this name means to the connection, quoted for SQL."""
    with connection.cursor() as cursor:
        cursor.execute(_SCHEMA, [table])
        (schema,) = cursor.fetchone()
    return str(schema)
