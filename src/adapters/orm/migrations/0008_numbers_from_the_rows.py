"""Numbers come from the rows: the tallies go, and the indexes come that are counted in.

A release from before this one, still running, has no tallies to read: its scrapes say
``shellui_auth_collector_success{collector="users"} 0`` until it is replaced.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from adapters.orm.migrations._tallies import drop_table, drop_triggers


class DeleteTally(migrations.DeleteModel):
    """Deletes the model, whose table may be gone. Backwards, the table comes back, empty."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """Drop the table if it is there."""
        _ = (app_label, to_state)
        drop_table(from_state.apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("shellui", "0007_known_networks")]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        DeleteTally(name="Tally"),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(
                fields=["company", "user", "is_enabled", "role", "last_seen_at"],
                name="membership_numbers",
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="company",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to="shellui.company",
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="user",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
                condition=models.Q(("is_active", False)), fields=["id"], name="user_inactive"
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(
                condition=models.Q(("is_staff", True)), fields=["id"], name="user_staff"
            ),
        ),
    ]
