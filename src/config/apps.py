"""Apps that Django makes by itself, with what the container built handed to them."""

from __future__ import annotations

from adapters.commands.apps import CommandsConfig
from domain.services import Services


class Commands(CommandsConfig):
    """The commands, with the use cases."""

    def services(self) -> Services:
        """Those of the running service; made when a command asks, for they need the models."""
        from config.container import services  # noqa: PLC0415

        return services()
