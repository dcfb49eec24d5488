"""Two hosts of the service on one database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.databases import Database, postgresql_server
from tests.e2e.service import Service

Hosts = tuple[Service, Service]


@contextmanager
def two_hosts(folder: Path, database: Database) -> Iterator[Hosts]:
    """Two hosts with one environment."""
    one = Service(folder, database)
    two = Service(folder, database, env=one.env)
    one.fill()
    try:
        one.start()
        two.start()
        yield one, two
    finally:
        one.stop()
        two.stop()


@pytest.fixture(scope="session")
def hosts(tmp_path_factory) -> Iterator[Hosts]:
    """Two hosts on PostgreSQL."""
    folder = tmp_path_factory.mktemp("hosts")
    with postgresql_server(folder) as database, two_hosts(folder, database) as pair:
        yield pair
