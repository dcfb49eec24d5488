"""``manage.py``: help needs no configuration, and what fails is told in words."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from django.core.management import execute_from_command_line
from django.db import DatabaseError, InterfaceError

_FAILED = 3  # as in ``adapters.commands.shell``, which needs the models: they are not there yet


def main(argv: Sequence[str]) -> None:
    """Run one command; a database that fails is one sentence, unless ``--traceback`` asks for more.

    A configuration that is not fit ends the process in ``config.settings``, whoever reads it.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what a terminal cannot show, escaped
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
    options = set(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    return arguments[:1] in ([], ["help"], ["version"]) or bool(
        options & {"-h", "--help", "--version"}
    )
