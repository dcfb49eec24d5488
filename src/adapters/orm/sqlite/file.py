"""The file of a SQLite database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


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
