"""The app that brings the commands, and what ``check`` asks of the database."""

from django.apps import AppConfig


class CommandsConfig(AppConfig):
    """``manage.py``."""

    name = "adapters.commands"
    label = "commands"

    def ready(self) -> None:
        """Let ``check`` know what production refuses."""
        from adapters.commands import checks  # noqa: F401, PLC0415 - it needs the models
