"""The file of a SQLite database."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_OTHERS = 0o077


def file_of(settings: Mapping[str, Any]) -> Path | None:
    """The file that a database's settings name; None for PostgreSQL, and for one in memory."""
    name = str(settings["NAME"])
    in_file = "sqlite" in settings["ENGINE"] and not name.startswith((":memory:", "file:"))
    return Path(name) if in_file else None


def make_file(settings: Mapping[str, Any]) -> None:
    """See that the file is there: an empty one is a database without tables, its owner's alone.

    Raises:
        OSError: it cannot be made.
    """
    path = file_of(settings)
    if path is not None:
        path.touch(mode=0o600)


def close_to_others(settings: Mapping[str, Any]) -> None:
    """See that nobody else may read or write the file, nor what SQLite keeps beside it.

    Sessions and hashes of passwords are in there: whoever reads them acts as an administrator.

    Raises:
        PermissionError: the file is another's, and open. Its text is the command to run.
    """
    path = file_of(settings)
    for name in () if path is None else (f"{path}", f"{path}-wal", f"{path}-shm"):
        try:
            _close(Path(name))
        except FileNotFoundError:
            continue  # not made yet, or gone with the last connection
        except PermissionError:
            command = f"chown {os.geteuid()} {shlex.quote(name)} && chmod 600 {shlex.quote(name)}"
            raise PermissionError(command) from None


def _close(path: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OTHERS:
        path.chmod(mode & ~_OTHERS)
