"""Installing the triggers: on every ``migrate``, whatever the migrations did to the tables.

A migration that alters a table finds them in its way: SQLite makes the table anew, without them,
and PostgreSQL alters no column that one of them reads. So they go before the migrations and come
back after them, when everything is counted anew.
"""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.utils import timezone

from adapters.orm.models import Company, Membership, Tally, User, UserActivity
from adapters.orm.patience import patient
from adapters.orm.search_path import search_path_beside
from adapters.orm.tallies.dialect import Dialect
from adapters.orm.tallies.rebuild import rebuild
from adapters.orm.tallies.triggers import PREFIX, TABLE, Trigger, triggers


def before_migrations(*, using: str, plan: list[Any], **_: Any) -> None:
    """Django's ``pre_migrate``."""
    if using == DEFAULT_DB_ALIAS and plan:
        drop_triggers()


def after_migrations(*, using: str, **_: Any) -> None:
    """Django's ``post_migrate``, which ``flush`` sends, too."""
    if using != DEFAULT_DB_ALIAS or not _is_there():
        return
    if _installed() != _declared():
        with patient(), transaction.atomic():
            install_triggers()
            rebuild(now=timezone.now())
    elif not any(table.objects.exists() for table in (User, Company, Membership, UserActivity)):
        Tally.objects.all().delete()  # a flush on SQLite deletes row by row, in any order


def drop_triggers() -> None:
    """Drop ours, whichever they are."""
    with connection.cursor() as cursor:
        for name, table in _ours(cursor):
            on_table = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER "{name}"{on_table}')


def install_triggers() -> None:
    """Replace whatever there is by what is declared."""
    drop_triggers()
    with connection.cursor() as cursor:
        for trigger in triggers(Dialect(connection.vendor)):
            for statement in _statements(trigger):
                cursor.execute(statement)


def _statements(trigger: Trigger) -> list[str]:
    head = f"CREATE TRIGGER {trigger.name} AFTER {trigger.event} ON {trigger.table} FOR EACH ROW"
    when = f" WHEN ({trigger.condition})" if trigger.condition else ""
    if connection.vendor == "sqlite":
        return [f"{head}{when} {_body(trigger)}"]
    function = f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql"
    path = search_path_beside(TABLE, connection)
    return [
        f"{function} {path} AS $${_body(trigger)}$$",
        f"{head}{when} EXECUTE FUNCTION {trigger.name}()",
    ]


def _body(trigger: Trigger) -> str:
    statements = "; ".join(trigger.statements)
    if connection.vendor == "sqlite":
        return f"BEGIN {statements}; END"
    return f"/* {trigger.condition} */ BEGIN {statements}; RETURN NULL; END"


def _declared() -> dict[str, str]:
    return {
        trigger.name: _statements(trigger)[0] if connection.vendor == "sqlite" else _body(trigger)
        for trigger in triggers(Dialect(connection.vendor))
    }


_INSTALLED = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
    "postgresql": "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE t.tgname LIKE %s AND p.proconfig IS NOT NULL",
}
_OURS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
    "postgresql": "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c "
    "ON c.oid = t.tgrelid WHERE t.tgname LIKE %s",
}


def _installed() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(_INSTALLED[connection.vendor], [f"{PREFIX}%"])
        return dict(cursor.fetchall())


def _ours(cursor: Any) -> list[tuple[str, str]]:
    cursor.execute(_OURS[connection.vendor], [f"{PREFIX}%"])
    return list(cursor.fetchall())


def _is_there() -> bool:
    """The migrations may have been run backwards."""
    return Tally._meta.db_table in connection.introspection.table_names()  # noqa: SLF001
