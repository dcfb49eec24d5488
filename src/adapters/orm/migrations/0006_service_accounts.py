"""Service accounts in the admin: their list has an index, their rule has words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("shellui", "0005_append_only_for_everybody"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="is_service_account",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="For a program, such as Prometheus: no password, no session, never staff. Ticking it takes the password away and ends all sessions; tokens go on. Administrators may make tokens for it that write.",
                verbose_name="service account",
            ),
        ),
        migrations.AddIndex(
            model_name="user",
            index=models.Index(fields=["is_service_account", "email"], name="user_service_email"),
        ),
        migrations.AlterConstraint(
            model_name="user",
            name="user_service_account_is_no_staff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_service_account", False),
                    models.Q(("is_staff", False), ("is_superuser", False)),
                    _connector="OR",
                ),
                name="user_service_account_is_no_staff",
                violation_error_message="A service account is neither staff nor superuser.",
            ),
        ),
    ]
