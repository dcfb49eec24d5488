"""The account of events is kept whatever the session is like, and whatever an INSERT replaces.

PostgreSQL: a trigger's function looked for tables along the path of whoever fired it, where a
temporary table comes first. Now it has a path of its own. SQLite: ``INSERT OR REPLACE`` deletes
rows without firing triggers. Now nothing is inserted that would: what has the id of an event is
refused, and of events with the same ``once`` the first one is kept.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from adapters.orm.search_path import search_path_beside

_SQLITE = (
    """
    CREATE TRIGGER shellui_tokenevent_no_replace BEFORE INSERT ON shellui_tokenevent
    WHEN EXISTS (SELECT 1 FROM shellui_tokenevent WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'token events are append-only'); END
    """,
    """
    CREATE TRIGGER shellui_tokenevent_once BEFORE INSERT ON shellui_tokenevent
    WHEN EXISTS (SELECT 1 FROM shellui_tokenevent WHERE once = NEW.once)
    BEGIN SELECT RAISE(IGNORE); END
    """,
)
_SQLITE_BACK = (
    "DROP TRIGGER shellui_tokenevent_no_replace",
    "DROP TRIGGER shellui_tokenevent_once",
)
_POSTGRESQL_BACK = "ALTER FUNCTION shellui_tokenevent_keep() RESET search_path"


def forwards(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        _run(schema_editor, *_SQLITE)
    else:
        path = search_path_beside("shellui_tokenevent", schema_editor.connection)
        _run(schema_editor, f"ALTER FUNCTION shellui_tokenevent_keep() {path}")


def backwards(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    _run(schema_editor, *(_SQLITE_BACK if is_sqlite else (_POSTGRESQL_BACK,)))


def _run(schema_editor: BaseDatabaseSchemaEditor, *statements: str) -> None:
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("shellui", "0004_credentials")]

    operations = [migrations.RunPython(forwards, backwards)]
