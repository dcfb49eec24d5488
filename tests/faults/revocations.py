"""Revocation under load: who uses a token while it is revoked elsewhere, and is let in too late."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.e2e.processes import eventually
from tests.faults.load import PATS, Person, at_once, on_the_line
from tests.faults.production import Production
from tests.faults.seed import OWNERS
from tests.faults.site import Site

CONNECTIONS = 8
AFTER = 3
"""Requests of each connection, started after the revoke was answered, that end a round."""


@dataclass
class Use:
    """One connection's requests: when each was started, and its status."""

    person: Person
    requests: list[tuple[float, int]] = field(default_factory=list)

    def again(self) -> None:
        started = time.monotonic()
        answer = self.person.send("GET", "/api/v1/user")
        if answer is not None:
            self.requests.append((started, answer.status))

    def since(self, moment: float) -> list[int]:
        """The statuses of the requests started after a moment."""
        return [status for started, status in list(self.requests) if started > moment]


@dataclass(frozen=True)
class Round:
    """What one round showed: successes before and after, and all requests after."""

    before: int
    after: int
    successes_after: int


def play(site: Site, elsewhere: Production, *, number: int) -> Round:
    """One round: eight connections use a PAT as fast as they can; it is revoked on another host."""
    owner = site.world.token(OWNERS[number % len(OWNERS)])
    pat = site.service.create_pat(owner, name="to be revoked", expires_in=3600)
    uses = [Use(Person(site.service.port, pat["access_token"])) for _ in range(CONNECTIONS)]
    with (
        on_the_line(*(use.person for use in uses)),
        at_once([use.again for use in uses]) as stop,
    ):
        eventually(_or_stopped(stop, lambda: all(use.requests for use in uses)), "it is used")
        answer = elsewhere.call("POST", f"{PATS}/{pat['id']}/revoke", token=owner)
        revoked = time.monotonic()
        assert answer.status == 200
        seen = _or_stopped(stop, lambda: all(len(use.since(revoked)) >= AFTER for use in uses))
        eventually(seen, "it is used on")
    late = [status for use in uses for status in use.since(revoked)]
    good = sum(status == 200 for use in uses for _, status in use.requests)
    return Round(good, len(late), late.count(200))


def _or_stopped(stop: threading.Event, is_so: Callable[[], bool]) -> Callable[[], bool]:
    return lambda: stop.is_set() or is_so()
