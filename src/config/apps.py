"""The composition root as an app: it brings the commands that need the use cases."""

from django.apps import AppConfig


class CompositionConfig(AppConfig):
    """``manage.py`` commands that only ``config`` can wire."""

    name = "config"
    label = "composition"

    def ready(self) -> None:
        """Let ``check`` know what production refuses."""
        from config import checks  # noqa: F401, PLC0415 - it needs the models
