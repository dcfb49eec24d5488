"""Run a ``manage.py`` command under a production environment made up for the purpose."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

from tests.keys import new_key, private_pem

ROOT = Path(__file__).resolve().parents[1]


def environment(**changed: str) -> dict[str, str]:
    """What production has to set, and nothing else; the database is empty."""
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": "sqlite:///:memory:",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "metrics.example.com",
        "JWT_PRIVATE_KEY": private_pem(new_key()),
        "JWT_ISSUER": "https://auth.example.com",
        "JWT_AUDIENCE": "shellui",
        **changed,
    }


def manage(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run ``manage.py`` in an environment of its own."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


if __name__ == "__main__":
    done = manage(*sys.argv[1:], env=environment())
    print(done.stdout + done.stderr, end="")
    sys.exit(done.returncode)
