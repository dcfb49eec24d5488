"""Commands as a reader pastes them into a terminal."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests.e2e.clients import need

LONGEST_SECONDS = 300
_OWN = re.compile(r"PATH|HOME|USER|LANG|LC_\w+|TMPDIR|(PIP|SSL)_\w+|\w+_proxy", re.IGNORECASE)


def machine() -> dict[str, str]:
    """What a terminal of this machine has: none of the service's variables, nor of the tests'."""
    return {name: value for name, value in os.environ.items() if _OWN.fullmatch(name)}


def command(script: str) -> list[str]:
    """What runs a script that stops at its first failure."""
    need("curl", package="curl")
    return [need("bash", package="bash"), "-euo", "pipefail", "-c", script]


def bash(
    script: str, *, folder: Path, env: dict[str, str] | None = None, typed: str | None = None
) -> str:
    """Run a script in a terminal with these variables more; what it wrote. ``typed``: its input."""
    done = subprocess.run(
        command(script),
        cwd=folder,
        env={**machine(), **(env or {})},
        input=typed,
        stdin=None if typed is not None else subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    wrote = f"{done.stdout[-1000:]}{done.stderr}"
    assert done.returncode == 0, f"exit {done.returncode} of:\n{script}\nIt wrote:\n{wrote}"
    return done.stdout
