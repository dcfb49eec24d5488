"""Serve with Granian: the one place that says how."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

_FLAGS = (
    "--interface=wsgi",
    "--no-ws",
    "--respawn-failed-workers",  # a worker that dies is replaced, the others go on
    "--respawn-interval=0.5",
    "--workers-kill-timeout=30",  # on SIGTERM accepted requests are answered, within this time
    "--http1-header-read-timeout=10000",  # a client that dribbles its headers is let go
    "--http1-buffer-size=65536",
    "--backlog=1024",
)


class Command(BaseCommand):
    """Becomes the server: signals reach it, and its process id is this one's."""

    help = "Serve the service over HTTP."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where, and with how many."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=max(2, os.cpu_count() or 1))
        parser.add_argument("--threads", type=int, default=4, help="of each worker")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Replace this process by Granian's."""
        source = str(Path(settings.BASE_DIR) / "src")
        path = os.pathsep.join([source, *filter(None, [os.environ.get("PYTHONPATH")])])
        arguments = [
            *_FLAGS,
            f"--host={options['host']}",
            f"--port={options['port']}",
            f"--workers={options['workers']}",
            f"--blocking-threads={options['threads']}",
            f"--log-level={settings.ENVIRONMENT.log_level.lower()}",
        ]
        os.execve(  # noqa: S606 - no shell is wanted
            sys.executable,
            [sys.executable, "-m", "granian", *arguments, "config.wsgi:application"],
            {**os.environ, "PYTHONPATH": path},
        )
