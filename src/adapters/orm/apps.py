"""The app's configuration."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from adapters.orm.deadline import stop_at_deadline


class OrmConfig(AppConfig):
    """ShellUI's users, companies and tokens."""

    name = "adapters.orm"
    label = "shellui"
    verbose_name = "ShellUI"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """See that deadlines are kept."""
        connection_created.connect(stop_at_deadline)
