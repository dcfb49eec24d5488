"""What people do all day: the errands of which every load is made."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle

from tests.faults.load import PATS, Person

GLOBAL = "/api/v1/metrics/all"
COMPANY = "/api/v1/metrics"


def writer(person: Person) -> Callable[[], None]:
    """Creates, re-issues and revokes PATs, and turns the session over: one write a call."""
    made: list[dict[str, str]] = []

    def create() -> None:
        pat = person.post(PATS, {"name": "load", "expires_in": 3600})
        if pat is not None:
            made.append(pat)

    def reissue() -> None:
        if made:
            person.post(f"{PATS}/{made[-1]['id']}/reissue", {"overlap_seconds": 60})

    def revoke() -> None:
        if made:
            person.post(f"{PATS}/{made.pop()['id']}/revoke")

    errands = cycle((create, person.turn_over, reissue, person.turn_over, revoke))

    def next_errand() -> None:
        next(errands)()

    return next_errand


def reader(person: Person, *paths: str) -> Callable[[], None]:
    """Reads, one path after the other."""
    wanted = cycle(paths or (COMPANY, "/api/v1/user", PATS))

    def read() -> None:
        person.send("GET", next(wanted))

    return read


def maker(person: Person) -> Callable[[], None]:
    """Creates PATs, and nothing else."""

    def make() -> None:
        person.post(PATS, {"name": "load", "expires_in": 3600})

    return make
