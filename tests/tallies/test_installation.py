"""The triggers are there after every migration, whatever it did to the tables."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.utils import timezone

from adapters.orm.models import Company, Membership, Tally, User, UserActivity
from adapters.orm.tallies.install import after_migrations, before_migrations, drop_triggers
from adapters.orm.tallies.verify import differences

pytestmark = pytest.mark.django_db(transaction=True)


def join() -> None:
    company, _ = Company.objects.get_or_create(slug="a", name="A")
    user = User.objects.create(email=f"{User.objects.count()}@x.test")
    Membership.objects.create(user=user, company=company, last_seen_at=timezone.now())
    UserActivity.objects.create(user=user, last_seen_at=timezone.now())


def test_migrate_brings_lost_triggers_back_and_counts_anew():
    join()
    drop_triggers()
    join()
    assert differences(now=timezone.now())
    call_command("migrate", verbosity=0)
    assert differences(now=timezone.now()) == []
    join()
    assert differences(now=timezone.now()) == []


def test_migrate_renews_a_trigger_that_is_not_as_declared():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION shellui_tally_user_insert() RETURNS trigger "
                "LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$"
            )
        else:
            cursor.execute("DROP TRIGGER shellui_tally_user_insert")
            cursor.execute(
                "CREATE TRIGGER shellui_tally_user_insert AFTER INSERT ON shellui_user "
                "BEGIN SELECT 1; END"
            )
    join()
    assert differences(now=timezone.now())
    call_command("migrate", verbosity=0)
    assert differences(now=timezone.now()) == []


def test_migrate_leaves_tallies_alone_that_are_in_order():
    join()
    ids = set(Tally.objects.values_list("pk", flat=True))
    after_migrations(using="default")
    assert set(Tally.objects.values_list("pk", flat=True)) == ids


def test_a_migration_that_makes_a_table_anew():
    """On SQLite, altering a column is copying the table: its triggers would be gone."""
    field = models.CharField(max_length=12, default="member")
    field.set_attributes_from_name("role")
    old = Membership._meta.get_field("role")
    join()
    before_migrations(using="default", plan=[object()])
    with connection.schema_editor() as editor:
        editor.alter_field(Membership, old, field)
    after_migrations(using="default")
    join()
    assert differences(now=timezone.now()) == []
    before_migrations(using="default", plan=[object()])
    with connection.schema_editor() as editor:
        editor.alter_field(Membership, field, old)
    after_migrations(using="default")


def test_an_emptied_database_has_empty_tallies():
    """A flush on SQLite deletes from table after table, and the tallies may be gone first."""
    join()
    Tally.objects.all().delete()
    for table in (UserActivity, Membership, User, Company):
        table.objects.all().delete()
    assert Tally.objects.exists()
    after_migrations(using="default")
    assert not Tally.objects.exists()
    join()
    assert differences(now=timezone.now()) == []


def test_the_commands(capsys):
    join()
    call_command("verify_tallies")
    assert capsys.readouterr().out == "Every tally is right.\n"
    Tally.objects.update(users=5)
    with pytest.raises(CommandError, match=r"company \d+: users is 1, and the tallies tell"):
        call_command("verify_tallies")
    call_command("rebuild_tallies")
    call_command("verify_tallies")
    assert capsys.readouterr().out.endswith("Every tally is right.\n")
