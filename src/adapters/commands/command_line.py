"""``manage.py``: help needs no configuration, and what fails is told in words."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from django import get_version
from django.core.management import execute_from_command_line
from django.db import DatabaseError, InterfaceError

from domain import __version__

_FAILED = 3  # as in ``adapters.commands.shell``, which needs the models: they are not there yet


def main(argv: Sequence[str]) -> None:
    """Run one command; a database that fails is one sentence, unless ``--traceback`` asks for more.

    A configuration that is not fit ends the process in ``config.settings``, whoever reads it.
    """
    if argv[1:2] != ["collectstatic"]:  # what that writes, everybody may read
        os.umask(0o077)  # a server that takes this process's place has it, too
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what a terminal cannot show, escaped
    if asks_for_version(argv[1:]):
        sys.stdout.write(versions() + "\n")
        return
    if asks_for_help(argv[1:]):
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.described"
    try:
        execute_from_command_line(list(argv))
    except (DatabaseError, InterfaceError) as exc:
        if "--traceback" in argv:
            raise
        reason = " ".join(str(exc).split())
        sys.stderr.write(f"The database failed: {reason} (--traceback says where)\n")
        sys.exit(_FAILED)


def asks_for_help(arguments: Sequence[str]) -> bool:
    """Whether the arguments ask what there is, and for nothing to be done."""
    return arguments[:1] in ([], ["help"]) or bool(_options(arguments) & {"-h", "--help"})


def asks_for_version(arguments: Sequence[str]) -> bool:
    """Whether the arguments ask which service this is, whatever command they name."""
    return arguments[:1] == ["version"] or "--version" in _options(arguments)


def versions() -> str:
    """Ours, and what it runs on."""
    beneath = f"Django {get_version()}, Python {platform.python_version()}"
    return f"shellui-metrics {__version__} ({beneath})"


def _options(arguments: Sequence[str]) -> set[str]:
    return set(arguments[: arguments.index("--")] if "--" in arguments else arguments)
