"""The composition root as an app: it brings the commands that need the use cases."""

from django.apps import AppConfig


class CompositionConfig(AppConfig):
    """``manage.py`` commands that only ``config`` can wire."""

    name = "config"
    label = "composition"
