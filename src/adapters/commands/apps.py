"""The app that brings the commands, and what ``check`` asks of the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.apps import AppConfig, apps

from domain.services import Services


class CommandsConfig(AppConfig):
    """``manage.py``. Whoever installs it adds ``services``, which makes the use cases."""

    name = "adapters.commands"
    label = "commands"
    services: Callable[[], Services]

    def ready(self) -> None:
        """Let ``check`` know what production refuses."""
        from adapters.commands import checks  # noqa: F401, PLC0415 - it needs the models


def services() -> Services:
    """The use cases that the commands were handed."""
    return cast("CommandsConfig", apps.get_app_config(CommandsConfig.label)).services()
