"""The app that brings the pages' templates and static files."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """``/tokens/``."""

    name = "api.pages"
    label = "pages"
