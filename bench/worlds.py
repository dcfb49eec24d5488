"""Databases filled by ``manage.py load_world``, made once and used again by later runs."""

from __future__ import annotations

import os
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench.environment import ROOT, manage

FOLDER = ROOT / ".local" / "bench"
SERVER = os.environ.get("BENCH_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
NOW = "2026-03-18T12:00:00+00:00"


@dataclass(frozen=True)
class World:
    """A dataset on one kind of database."""

    vendor: str
    companies: int
    users: int

    @property
    def name(self) -> str:
        """Of its database."""
        return f"shellui_bench_{self.companies}_{self.users}"

    @property
    def url(self) -> str:
        """For ``DATABASE_URL``. Loading takes longer than any statement of the service may."""
        if self.vendor == "sqlite":
            return f"sqlite:///{FOLDER / self.name}.sqlite3"
        return urlunsplit(urlsplit(SERVER)._replace(path=f"/{self.name}"))

    def version(self) -> str:
        """Of the database's program."""
        if self.vendor == "sqlite":
            return f"SQLite {sqlite3.sqlite_version}"
        with psycopg.connect(SERVER) as connection:
            return f"PostgreSQL {connection.info.parameter_status('server_version')}"

    def make(self) -> None:
        """Migrate and load, unless an earlier run did."""
        if not self._create():
            return
        print(f"Loading {self.companies:,} companies, {self.users:,} users on {self.vendor}:")
        manage(self.url, "migrate", "--verbosity", "0")
        sizes = ("--companies", str(self.companies), "--users", str(self.users))
        manage(self.url, "load_world", *sizes)

    def _create(self) -> bool:
        """Whether there is a database now that was not there before."""
        if self.vendor == "sqlite":
            FOLDER.mkdir(parents=True, exist_ok=True)
            return not Path(f"{FOLDER / self.name}.sqlite3").exists()
        with psycopg.connect(SERVER, autocommit=True) as connection:
            known = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(known, [self.name]).fetchone():
                return False
            connection.execute(f'CREATE DATABASE "{self.name}"')  # type: ignore[call-overload]
        return True


def drop_all() -> None:
    """Drop every database of earlier runs."""
    for path in FOLDER.glob("shellui_bench_*"):
        path.unlink()
    with psycopg.connect(SERVER, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'shellui\\_bench\\_%'"
        ).fetchall()
        for (name,) in rows:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]


if __name__ == "__main__" and sys.argv[1:] == ["drop"]:
    drop_all()
