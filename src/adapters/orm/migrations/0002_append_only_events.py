"""The database itself keeps the account of events: no UPDATE, and no DELETE outside the purge.

A row of ``shellui_eventpurge`` lets its own transaction delete events older than ``before``; the
purge takes it away before it commits, so no other transaction ever sees one. That stops mistakes
and programs of every kind. It does not stop the owner of the database, whom nothing stops.

SQLite drops a table's triggers when a migration alters the table: one that does so to this table
has to make them again.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SQLITE = (
    """
    CREATE TRIGGER shellui_tokenevent_no_update BEFORE UPDATE ON shellui_tokenevent
    BEGIN SELECT RAISE(ABORT, 'token events are append-only'); END
    """,
    """
    CREATE TRIGGER shellui_tokenevent_no_delete BEFORE DELETE ON shellui_tokenevent
    WHEN NOT EXISTS (SELECT 1 FROM shellui_eventpurge WHERE before > OLD.at)
    BEGIN SELECT RAISE(ABORT, 'token events are append-only'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION shellui_tokenevent_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF EXISTS (SELECT 1 FROM shellui_eventpurge WHERE before > OLD.at) THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION 'token events are append-only' USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER shellui_tokenevent_keep BEFORE UPDATE OR DELETE ON shellui_tokenevent
    FOR EACH ROW EXECUTE FUNCTION shellui_tokenevent_keep()
    """,
    """
    CREATE TRIGGER shellui_tokenevent_keep_all BEFORE TRUNCATE ON shellui_tokenevent
    FOR EACH STATEMENT EXECUTE FUNCTION shellui_tokenevent_keep()
    """,
)
_SQLITE_BACK = (
    "DROP TRIGGER shellui_tokenevent_no_update",
    "DROP TRIGGER shellui_tokenevent_no_delete",
)
_POSTGRESQL_BACK = (
    "DROP TRIGGER shellui_tokenevent_keep ON shellui_tokenevent",
    "DROP TRIGGER shellui_tokenevent_keep_all ON shellui_tokenevent",
    "DROP FUNCTION shellui_tokenevent_keep()",
)


def forwards(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _run(schema_editor, sqlite=_SQLITE, postgresql=_POSTGRESQL)


def backwards(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _run(schema_editor, sqlite=_SQLITE_BACK, postgresql=_POSTGRESQL_BACK)


def _run(schema_editor: BaseDatabaseSchemaEditor, **statements: tuple[str, ...]) -> None:
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("shellui", "0001_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
