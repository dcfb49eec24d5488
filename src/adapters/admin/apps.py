"""The app that brings the administration's templates and static files."""

from django.apps import AppConfig


class ShellUIAdminConfig(AppConfig):
    """``/admin/``."""

    name = "adapters.admin"
    label = "shellui_admin"
