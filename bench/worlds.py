"""Databases filled by ``manage.py load_world``, made once and used again by later runs."""

from __future__ import annotations

import os
import sqlite3
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from zlib import crc32

import psycopg

from bench.environment import ROOT, manage

FOLDER = ROOT / ".local" / "bench"
SERVER = os.environ.get("BENCH_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")


def _schema() -> str:
    """Of the migrations at hand: a database that was made by others is not the same world."""
    names = sorted(path.name for path in (ROOT / "src").rglob("migrations/0*.py"))
    return f"{crc32(' '.join(names).encode()):08x}"


@dataclass(frozen=True)
class World:
    """A dataset on one kind of database."""

    vendor: str
    companies: int
    users: int
    tag: str = field(default_factory=_schema)

    @property
    def name(self) -> str:
        """Of its database."""
        return f"shellui_bench_{self.tag}_{self.companies}_{self.users}"

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


def drop(beginning: str = "shellui_bench_") -> None:
    """Drop every database whose name begins so: by default all of earlier runs."""
    for path in FOLDER.glob(f"{beginning}*"):
        path.unlink()
    with psycopg.connect(SERVER, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [beginning]
        ).fetchall()
        for (name,) in rows:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[call-overload]


if __name__ == "__main__" and sys.argv[1:] == ["drop"]:
    drop()
