"""The app's configuration."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from adapters.orm.deadline import stop_at_deadline


class OrmConfig(AppConfig):
    """ShellUI's users, companies and tokens."""

    name = "adapters.orm"
    label = "shellui"
    verbose_name = "ShellUI"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """See that deadlines are kept, and that the tallies' triggers outlive every migration."""
        from adapters.orm.tallies.install import (  # noqa: PLC0415 - the tables are not there yet
            after_migrations,
            before_migrations,
        )

        connection_created.connect(stop_at_deadline)
        pre_migrate.connect(before_migrations, sender=self)
        post_migrate.connect(after_migrations, sender=self)
