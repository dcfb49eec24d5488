"""A PostgreSQL cluster of our own, that may be stopped, paused, filled and started again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.e2e import processes
from tests.e2e.databases import Database

_CONFIGURATION = {
    "fsync": "off",  # what is lost here was never anybody's
    "listen_addresses": "'127.0.0.1'",
    "shared_buffers": "16MB",
    "max_connections": "40",
    "superuser_reserved_connections": "3",
    "max_wal_size": "64MB",
    "min_wal_size": "32MB",
    "logging_collector": "off",
}


@dataclass
class Cluster:
    """One server, by its data directory.

    Attributes:
        base: a folder of its own, which holds the data and the log.
    """

    base: Path
    programs: Path
    user: str
    port: int

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def url(self) -> str:
        """Of the superuser."""
        return f"postgres://{self.user}@127.0.0.1:{self.port}/postgres"

    @property
    def database(self) -> Database:
        """What the service gets: a role that is no superuser, as in production."""
        return Database("postgresql", f"postgres://shellui@127.0.0.1:{self.port}/shellui")

    def make(self) -> None:
        """Make the cluster, start it, and make the service's role and database."""
        self._run("initdb", "-D", self.data, "-A", "trust", "-U", self.user, "-E", "UTF8", "-N")
        lines = [f"{name} = {value}" for name, value in _CONFIGURATION.items()]
        lines += [f"port = {self.port}", f"unix_socket_directories = '{self.base}'"]
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("\n".join(lines) + "\n")
        self.start()
        self.sql("CREATE ROLE shellui LOGIN", "CREATE DATABASE shellui OWNER shellui")

    def start(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-l", self.base / "log", "-w", "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def pause(self) -> None:
        """SIGSTOP for every process of the server: connections stay open, and nobody answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def sql(self, *statements: str) -> None:
        """As the superuser, outside any transaction."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    def remove(self) -> None:
        """Stop it, whatever was done to it, and remove what it left."""
        with suppress(OSError, ValueError):
            self.resume()
        with suppress(subprocess.CalledProcessError):
            self.stop("immediate")
        shutil.rmtree(self.base, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.programs / program), *map(str, arguments)]
        if os.geteuid() == 0:  # the server refuses to run as root
            command = ["setpriv", f"--reuid={self.user}", "--clear-groups", *command]
        with (self.base / "out").open("ab") as out:
            done = subprocess.run(
                command,
                cwd=self.base,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            raise subprocess.CalledProcessError(
                done.returncode, command, processes.tail(self.base / "out")
            )


@contextmanager
def cluster(*, folder: Path | None = None) -> Iterator[Cluster]:
    """A running cluster, gone at the end. ``folder``: where, such as on a small file system."""
    base = Path(tempfile.mkdtemp(prefix="shellui-pg-", dir=folder))
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        shutil.chown(base, user)
    made = Cluster(base, programs(), user, processes.free_port())
    try:
        made.make()
        yield made
    finally:
        made.remove()


def programs() -> Path:
    """Where the server's programs are; without them the test is skipped, and in CI it fails."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    named = shutil.which("initdb")
    if found or named:
        return (found[-1] if found else Path(named or "")).parent
    reason = "PostgreSQL's server programs are not installed, so its faults were not tried."
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
