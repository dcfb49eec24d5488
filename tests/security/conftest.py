"""One service for the attacks over HTTP: in production, and as talkative as it can be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e import databases
from tests.faults.site import Site, running_site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Running; a test leaves it so."""
    folder = tmp_path_factory.mktemp("attacks")
    with (
        databases.sqlite(folder) as database,
        running_site(folder, database, LOG_LEVEL="DEBUG") as made,
    ):
        yield made
