"""Serve with Granian: the one place that says how."""

from __future__ import annotations

import os
import resource
import socket
import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError

from adapters.orm.health import waiting_migrations
from adapters.orm.sqlite.file import close_to_others

_FLAGS = (
    "--interface=asginl",
    "--http=1",  # a proxy or a scraper speaks nothing else over plain TCP
    "--no-ws",
    "--respawn-failed-workers",  # a worker that dies is replaced, the others go on
    "--respawn-interval=0.5",
    "--workers-kill-timeout=30",  # on SIGTERM accepted requests are answered, within this time
    "--http1-header-read-timeout=5000",  # a client that dribbles its headers, or sleeps, is let go
    "--http1-buffer-size=65536",
    "--backlog=2048",
    "--backpressure=8192",  # connections of one worker: idle ones must not keep others out
)
_MALLOC = {"MALLOC_MMAP_THRESHOLD_": str(512 * 1024)}
"""To glibc: what a large answer took goes back to the system when it is gone, not to a heap."""


class Command(BaseCommand):
    """Becomes the server: signals reach it, and its process id is this one's."""

    help = "Serve the service over HTTP."
    requires_system_checks = ()  # its own, below, which nothing skips

    def add_arguments(self, parser: CommandParser) -> None:
        """Where, and with how many."""
        parser.add_argument("--host", type=_address, default="127.0.0.1")
        parser.add_argument("--port", type=_port, default=8000)
        parser.add_argument("--workers", type=int, default=max(2, os.cpu_count() or 1))
        parser.add_argument("--threads", type=int, default=4, help="of each worker")
        parser.add_argument(
            "--expose-debug",
            action="store_true",
            help="with DEBUG=true, serve other machines too, as make run HOST= does",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Replace this process by Granian's.

        Raises:
            CommandError: another program listens there, the database is no production's or open to
                other users of the host, or DEBUG would be open to other machines unasked.
        """
        _keep_debug_at_home(options)
        _close_the_files_to_others()
        self._ask_the_database()
        for sentence in _left_to_do():
            self.stderr.write(sentence)
        _refuse_a_port_in_use(options["host"], options["port"])
        source = str(Path(settings.BASE_DIR) / "src")
        path = os.pathsep.join([source, *filter(None, [os.environ.get("PYTHONPATH")])])
        arguments = [
            *_FLAGS,
            f"--host={options['host']}",
            f"--port={options['port']}",
            f"--workers={options['workers']}",
            f"--log-level={settings.ENVIRONMENT.log_level.lower()}",
        ]
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # each connection is a file
        os.execve(  # noqa: S606 - no shell is wanted
            sys.executable,
            [sys.executable, "-m", "granian", *arguments, "config.application:asgi"],
            {**os.environ, **_MALLOC, "PYTHONPATH": path, "SERVE_THREADS": str(options["threads"])},
        )

    def _ask_the_database(self) -> None:
        """Check it, too. One that is away hinders nobody: health tells, and requests are 503."""
        try:
            self.check(databases=[DEFAULT_DB_ALIAS])
        except (DatabaseError, InterfaceError):
            self.stderr.write("The database does not answer, so it was not checked.")


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ArgumentTypeError(
            f"{text!r} is no address: write one such as 127.0.0.1, 0.0.0.0 or ::1"
        ) from None


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 2**16:
        raise ArgumentTypeError(f"{text!r} is no port: write a number from 1 to 65535")
    return int(text)


def _keep_debug_at_home(options: dict[str, Any]) -> None:
    """What DEBUG serves, its keys and the demo's passwords, is for this machine alone."""
    at_home = ip_address(options["host"]).is_loopback or options["expose_debug"]
    if settings.DEBUG and not at_home:
        raise CommandError(
            f"With DEBUG=true nothing is served at {options['host']}, where other machines come "
            "in: set DEBUG=false, or ask for it (make run HOST=, manage.py serve --expose-debug)."
        )


def _close_the_files_to_others() -> None:
    """SQLite gives the files beside a database the mode of the database's own."""
    for found in settings.DATABASES.values():
        try:
            close_to_others(found)
        except PermissionError as exc:
            raise CommandError(
                f"Other users of this host may read {found['NAME']}, and only its owner can change "
                f"that. As root: {exc}"
            ) from None


def _refuse_a_port_in_use(host: str, port: int) -> None:
    """Workers share their port, so that a second server there would silently take half of it."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what ended may linger
            probe.bind(address)
    except OSError as exc:
        raise CommandError(
            f"Nothing can be served at {host}:{port}: {exc}. Stop what is there, or choose another "
            "place (make run PORT=8001, manage.py serve --port 8001)."
        ) from None


def _left_to_do() -> Iterator[str]:
    """What was not done yet. It hinders nobody from starting: the next step may be another's."""
    with suppress(DatabaseError, InterfaceError):  # the checks have said so
        if waiting := waiting_migrations():
            yield (
                f"Not ready until the database is migrated ({', '.join(waiting)}):\n"
                "  manage.py migrate"
            )
    if not settings.DEBUG and not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield (
            "The pages of the admin will fail until their static files are collected:\n"
            "  manage.py collectstatic --noinput"
        )
