"""The migration that takes the tallies away leaves a clean database, whatever it finds."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from adapters.orm.migrations._tallies import TRIGGERS
from adapters.orm.models import Company, Membership, User

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, BEFORE = "0003", "0007"
COUNT = """
INSERT INTO {place}shellui_tally
    (company_id, period, start, users, users_active, users_staff, owners, social_accounts, seen)
SELECT 0, 'change', '1970-01-01', COUNT(*), 0, 0, 0, 0, 0 FROM {place}shellui_user
"""


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def install(*names: str, place: str = "") -> None:
    """Triggers as they were: each writes to the tallies, and reads a table that is not its own."""
    for name in names:
        event, count = name.rpartition("_")[2].upper(), COUNT.format(place=place)
        head = f"CREATE TRIGGER {name} AFTER {event} ON {place}{TRIGGERS[name]} FOR EACH ROW"
        if connection.vendor == "sqlite":
            execute(f"{head} BEGIN {count}; END")
        else:
            execute(
                f"CREATE FUNCTION {place}{name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$BEGIN {count}; RETURN NULL; END$$",
                f"{head} EXECUTE FUNCTION {place}{name}()",
            )


def left(schema: str = "public") -> set[str]:
    """The names that speak of the tallies."""
    found = {
        "sqlite": "SELECT name FROM sqlite_master WHERE name LIKE 'shellui_tall%'",
        "postgresql": "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        f"WHERE t.tgname LIKE 'shellui_tall%' AND c.relnamespace = '{schema}'::regnamespace "
        "UNION SELECT proname || '()' FROM pg_proc WHERE proname LIKE 'shellui_tall%' "
        f"AND pronamespace = '{schema}'::regnamespace UNION SELECT relname FROM pg_class "
        f"WHERE relname LIKE 'shellui_tall%' AND relnamespace = '{schema}'::regnamespace",
    }
    with connection.cursor() as cursor:
        cursor.execute(found[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def migrate(*target: str) -> None:
    call_command("migrate", "shellui", *target, verbosity=0)


@pytest.fixture
def since(request):
    """Back to an older release, with all of its triggers; to the newest after the test."""
    migrate(request.param)
    try:
        install(*TRIGGERS)
        yield request.param
    finally:
        migrate()


@pytest.mark.parametrize("since", [FIRST, BEFORE], indirect=True)
def test_nothing_is_left_and_every_row_is_kept(since):
    execute(
        "INSERT INTO shellui_company (slug, name, created_at) "
        "VALUES ('acme', 'Acme', '2026-01-01 00:00:00+00:00')"
    )
    assert set(TRIGGERS) < left()
    migrate()
    assert left() == set()
    user = User.objects.create(email="a@x.test")
    Membership.objects.create(user=user, company=Company.objects.get(slug="acme"))


@pytest.mark.parametrize("since", [BEFORE], indirect=True)
def test_what_a_failed_migration_left_of_them(since):
    name, table = next(iter(TRIGGERS.items()))
    beside = "" if connection.vendor == "sqlite" else f" ON {table}"
    execute(f"DROP TRIGGER {name}{beside}", "DROP TABLE shellui_tally")
    if connection.vendor == "postgresql":
        execute(f"DROP FUNCTION {name}()")
    migrate()
    assert left() == set()


def test_an_older_release_can_be_brought_back():
    """It makes its triggers itself, and counts anew: the table is all that it needs."""
    migrate(BEFORE)
    assert "shellui_tally" in left()
    migrate()
    assert left() == set()


@pytest.mark.postgresql
@pytest.mark.parametrize("since", [BEFORE], indirect=True)
def test_those_of_another_schema_stay(since):
    """Also where ours are gone, and theirs are what the names mean."""
    tables = {*TRIGGERS.values(), "shellui_tally"}
    execute(
        "CREATE SCHEMA other",
        *(f"CREATE TABLE other.{table} (LIKE {table})" for table in sorted(tables)),
    )
    try:
        install(*TRIGGERS, place="other.")
        theirs = left("other")
        name, table = next(iter(TRIGGERS.items()))
        execute(
            f"DROP TRIGGER {name} ON {table}",
            f"DROP FUNCTION {name}()",
            "DROP TABLE shellui_tally",
            "SET search_path = public, other",
        )
        migrate()
        assert (left(), left("other")) == (set(), theirs)
    finally:
        execute("RESET search_path", "DROP SCHEMA other CASCADE")
