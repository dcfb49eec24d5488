"""The triggers that kept tallies beside the rows until migration 0008, and how they go.

Where a migration failed half-way, some are missing.
"""

from __future__ import annotations

from typing import Any

from adapters.orm.search_path import schema_of

_KINDS = {  # in the order in which a sign-in takes the tables: it waits, and nobody for it
    "user": "shellui_user",
    "activity": "shellui_useractivity",
    "place": "shellui_membership",
    "visit": "shellui_membership",
    "account": "shellui_socialaccount",
}
_EVENTS = ("insert", "delete", "update")
TRIGGERS = {
    f"shellui_tally_{kind}_{event}": table for kind, table in _KINDS.items() for event in _EVENTS
}
"""Each trigger's table. On PostgreSQL its function has its name."""


def drop_triggers(_apps: object, schema_editor: Any) -> None:
    """Drop those that are there, with their functions, beside the tables that we mean."""
    if schema_editor.connection.vendor == "sqlite":
        for name in TRIGGERS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        return
    schema = schema_of("shellui_user", schema_editor.connection)
    for name, table in TRIGGERS.items():
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {schema}.{table}")
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {schema}.{name}()")


def drop_table(_apps: object, schema_editor: Any) -> None:
    """Drop the tallies, unless they are gone."""
    place = ""
    if schema_editor.connection.vendor == "postgresql":
        place = schema_of("shellui_user", schema_editor.connection) + "."
    schema_editor.execute(f"DROP TABLE IF EXISTS {place}shellui_tally")
