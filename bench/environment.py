"""The environment that the service, the floor and the usual stack run in: production's."""

from __future__ import annotations

import os
import platform
import secrets
import subprocess
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

ROOT = Path(__file__).resolve().parents[1]
HEADERS = {"X-Forwarded-Proto": "https", "X-Prometheus-Scrape-Timeout-Seconds": "10"}
"""What a proxy that ends TLS says, and what every Prometheus sends."""


@cache
def environment() -> dict[str, str]:
    """Of this run, with a key of its own."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return {
        "PATH": os.environ["PATH"],
        "DEBUG": "false",
        "LOG_LEVEL": "WARNING",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "JWT_PRIVATE_KEY": pem,
        "JWT_ISSUER": "https://auth.bench.example",
        "JWT_AUDIENCE": "bench",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "TRUSTED_PROXY_IPS": "127.0.0.1",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }


def set_up_django() -> None:
    """Before anything of the service is imported into this process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django  # noqa: PLC0415 - only processes that measure from inside need it

    django.setup(set_prefix=False)


def manage(url: str, *arguments: str) -> str:
    """Run a command of the service's on a database; its output."""
    return python(url, "manage.py", *arguments)


def python(url: str, *arguments: str, given: str = "") -> str:
    """Run Python in the service's environment, on a database, with an input; its output."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment() | {"DATABASE_URL": url},
        input=given,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    names = ("django", "granian", "psycopg", "pyjwt", "prometheus-client")
    return {
        "cpu": _cpu(),
        "cores": str(os.cpu_count()),
        "load average at the start": f"{os.getloadavg()[0]:.1f}",
        "kernel": platform.release(),
        "python": platform.python_version(),
        **{name: version(name) for name in names},
    }


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
