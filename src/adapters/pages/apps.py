"""The app that brings the pages' templates and static files."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """``/tokens/``."""

    name = "adapters.pages"
    label = "pages"
