"""Commands as a reader pastes them into a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.e2e.clients import need

LONGEST_SECONDS = 300


def bash(script: str, *, folder: Path, env: dict[str, str] | None = None) -> str:
    """Run a script that stops at its first failure; what it wrote.

    ``python3`` and ``python`` are this test's own.
    """
    shell, _ = need("bash", package="bash"), need("curl", package="curl")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [shell, "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**(env or {}), "PATH": path, "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    wrote = f"{done.stdout[-1000:]}{done.stderr}"
    assert done.returncode == 0, f"exit {done.returncode} of:\n{script}\nIt wrote:\n{wrote}"
    return done.stdout
