"""The app's configuration."""

from django.apps import AppConfig


class OrmConfig(AppConfig):
    """ShellUI's users, companies and tokens."""

    name = "adapters.orm"
    label = "shellui"
    verbose_name = "ShellUI"
    default_auto_field = "django.db.models.BigAutoField"
