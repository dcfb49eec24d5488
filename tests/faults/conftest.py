"""What the faults happen to: a cluster of our own, and the service on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e import databases
from tests.e2e.databases import Database
from tests.faults.cluster import Cluster, cluster
from tests.faults.site import Site, running_site


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """To be stopped and paused: nothing else runs on it."""
    with cluster() as made:
        yield made


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A fresh database, on each kind of server."""
    with databases.MAKERS[request.param](tmp_path_factory.mktemp("database")) as made:
        yield made


@pytest.fixture(scope="session")
def site(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service on it. A test leaves it running, with whatever it wrote."""
    with running_site(tmp_path_factory.mktemp("site"), database) as made:
        yield made
