"""PgBouncer in transaction mode, as Debian has it: one server connection serves many clients."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.e2e import processes
from tests.e2e.clients import need
from tests.e2e.databases import Database

POOL = 2
_CONFIGURATION = """\
[databases]
shared = {server}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {pool}
"""


@contextmanager
def pooled(database: Database, folder: Path) -> Iterator[Database]:
    """The same database, behind a PgBouncer of this run's own."""
    command = [need("pgbouncer", package="pgbouncer"), "--quiet"]
    port, configuration = processes.free_port(), folder / "pgbouncer.ini"
    server = make_conninfo(**conninfo_to_dict(database.url))
    configuration.write_text(_CONFIGURATION.format(server=server, port=port, pool=POOL))
    configuration.chmod(0o600)
    if os.geteuid() == 0:  # it refuses to run as root
        shutil.chown(configuration, "postgres")
        command += ["--user", "postgres"]
    made = Database("postgresql", f"postgres://anybody@127.0.0.1:{port}/shared")
    process = processes.start("PgBouncer", [*command, str(configuration)], log=folder / "log")
    try:
        process.wait_until(lambda: _answers(made), "it answered")
        yield made
    finally:
        process.stop()


def _answers(database: Database) -> bool:
    try:
        return bool(database.one("SELECT 1"))
    except psycopg.OperationalError as exc:
        raise AssertionError(str(exc)) from exc
