"""Programs that we did not write. Without one its test is skipped here, and fails in CI."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def need(command: str, *, package: str) -> str:
    """Return the command's path; without one say which Debian package brings it."""
    path = shutil.which(command)
    if path is None:
        absent(f"{command} is not installed (Debian package {package}), so this did not run.")
    return path


def absent(reason: str) -> NoReturn:
    """Skip for a plain reason. In CI everything is there, and a skip would hide a fault."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
