"""Where processes share what is dear to measure: of no worth after a crash, so it is not logged."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def unlogged(_apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE shellui_sharedresult SET UNLOGGED")


class Migration(migrations.Migration):
    dependencies = [("shellui", "0008_numbers_from_the_rows")]

    operations = [
        migrations.CreateModel(
            name="SharedResult",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                (
                    "version",
                    models.CharField(
                        help_text="Empty before the first measurement.", max_length=32
                    ),
                ),
                ("measured_at", models.FloatField()),
                ("cost", models.FloatField()),
                ("text", models.BinaryField(null=True)),
                (
                    "claim",
                    models.CharField(help_text="Whose turn it is to measure.", max_length=32),
                ),
                ("claimed_until", models.FloatField()),
            ],
        ),
        migrations.RunPython(unlogged, migrations.RunPython.noop),
    ]
