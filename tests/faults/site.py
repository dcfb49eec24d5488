"""A service that runs, and who is known to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.databases import Database
from tests.faults.load import Person
from tests.faults.production import Production, serving
from tests.faults.seed import World, fill

LONG_LIVED = {"JWT_ACCESS_TOKEN_LIFETIME": "2h"}
"""So that a session outlasts the longest run."""


@dataclass(frozen=True)
class Site:
    """One host of it, or several: all on one database, with one key."""

    service: Production
    world: World

    def another_host(self, **changed: str) -> Production:
        """One more host, not running yet."""
        first = self.service
        return Production(
            first.folder, first.database, env={**LONG_LIVED, **changed}, key=first.key
        )

    def person(self, email: str, **more: str) -> Person:
        """Somebody with a session."""
        pair = self.world.sessions[email]
        tokens = {"token": pair["access_token"], "refresh": pair["refresh_token"]}
        return Person(self.service.port, **tokens, kept=pair, **more)


@contextmanager
def running_site(folder: Path, database: Database, **changed: str) -> Iterator[Site]:
    """Fill the database and serve it, on a host with two workers."""
    service = Production(folder, database, env={**LONG_LIVED, **changed})
    world = fill(service)
    with serving(service):
        yield Site(service, world)
