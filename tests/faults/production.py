"""The service as production runs it: DEBUG off, behind a proxy it trusts, with a key we know."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tests.e2e import processes
from tests.e2e.databases import Database
from tests.e2e.processes import Process
from tests.e2e.service import HOST, Service
from tests.e2e.web import Answer, answers, call
from tests.keys import new_key, private_pem

ISSUER, AUDIENCE = "https://auth.example.test", "shellui"
NOWHERE = Database("sqlite", "sqlite:////nonexistent/folder/db.sqlite3")
"""A database that fails whoever asks it."""
PROXIED = {"X-Forwarded-Proto": "https"}
"""What the proxy in front of production says."""


@dataclass
class Production(Service):
    """One host in production.

    Attributes:
        key: its signing key.
        workers, threads: of its server.
    """

    key: RSAPrivateKey = field(default_factory=new_key, repr=False)
    workers: int = 2
    threads: int = 4

    def __post_init__(self) -> None:
        self.env = {
            "DEBUG": "false",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "JWT_PRIVATE_KEY": private_pem(self.key),
            "JWT_ISSUER": ISSUER,
            "JWT_AUDIENCE": AUDIENCE,
            "TRUSTED_PROXY_IPS": HOST,
            **self.env,
        }
        super().__post_init__()

    def serve(self, *, ready: str = "/health/ready", **changed: str) -> None:
        """Serve and wait until ``ready`` answers."""
        self.env |= changed
        size = ["--workers", str(self.workers), "--threads", str(self.threads)]
        address = ["--host", HOST, "--port", str(self.port)]
        command = [sys.executable, "manage.py", "serve", *address, *size]
        self.process = processes.start("The service", command, log=self.log, env=self.env)
        self.process.wait_until(lambda: answers(f"{self.url}{ready}"), f"{ready} answered")

    def call(self, method: str, path: str, **sent: Any) -> Answer:
        """Send a request as the proxy passes it on; ``address`` is its client's."""
        headers = {**PROXIED, **(sent.pop("headers", None) or {})}
        address = sent.pop("address", None)
        if address is not None:
            headers["X-Forwarded-For"] = address
        return call(method, f"{self.url}{path}", headers=headers, **sent)

    @property
    def running(self) -> Process:
        """The process, which runs."""
        assert self.process is not None
        return self.process

    def worker_ids(self) -> list[int]:
        """The process ids of the workers, the oldest first."""
        parent = self.running.handle.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        workers = [int(child) for child in children if b"granian" in _command(int(child))]
        return sorted(workers, key=_birth)

    def kill_worker(self, pid: int) -> None:
        """SIGKILL, at once."""
        os.kill(pid, signal.SIGKILL)


def _birth(pid: int) -> int:
    """When it was started, in ticks since the machine was; ids start anew at some time."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@contextmanager
def serving(made: Production, **how: str) -> Iterator[Production]:
    """Serve while it lasts."""
    try:
        made.serve(**how)
        yield made
    finally:
        made.stop()
