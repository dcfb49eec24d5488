"""Heirs: tokens made with a credential at the very moment when it is ended on another host."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.e2e.processes import eventually
from tests.faults.load import PATS, Person, at_once, on_the_line
from tests.faults.operator import Operator
from tests.faults.production import Production
from tests.faults.seed import MAKERS
from tests.faults.site import Site

CONNECTIONS = 5
WAYS = ("revoke", "revoke-all", "end-all", "stop")
"""By the API on the other host; by an operator there."""


@dataclass
class Thief:
    """One connection that makes tokens with a stolen one as fast as it can.

    Attributes:
        started: when each request was sent.
        made: the token strings that were handed out.
    """

    person: Person
    started: list[float] = field(default_factory=list)
    made: list[str] = field(default_factory=list, repr=False)

    def again(self) -> None:
        self.started.append(time.monotonic())
        pat = self.person.post(PATS, {"name": "heir", "expires_in": 3600})
        if pat is not None:
            self.made.append(pat["access_token"])

    def has_started_since(self, moment: float) -> bool:
        """One more request, sent after the moment, that is: the one before it is answered."""
        return len(self.started) > 1 and self.started[-1] > moment


@dataclass(frozen=True)
class Round:
    """What one round showed.

    Attributes:
        before: heirs that were born before the end was answered. A round without one shows nothing.
        alive: those of all heirs, of before and after, that work once it was answered.
    """

    way: str
    before: int
    alive: int


def play(site: Site, elsewhere: Production, shell: Operator, *, number: int) -> Round:
    """One round: five connections make heirs of one stolen token; it is ended elsewhere."""
    email, way = MAKERS[number], WAYS[number % len(WAYS)]
    session = site.world.token(email)
    pat = site.service.create_pat(session, name="stolen", expires_in=3600)
    port = site.service.port
    thieves = [Thief(Person(port, pat["access_token"])) for _ in range(CONNECTIONS)]
    with (
        on_the_line(*(thief.person for thief in thieves)),
        at_once([thief.again for thief in thieves]) as stop,
    ):
        eventually(lambda: stop.is_set() or any(thief.made for thief in thieves), "an heir")
        before = sum(len(thief.made) for thief in thieves)
        _end(way, email, elsewhere, shell, pat_id=pat["id"], session=session)
        ended = time.monotonic()
        on = _all(thieves, lambda thief: thief.has_started_since(ended))
        eventually(lambda: stop.is_set() or on(), "every connection tried again")
    heirs = [token for thief in thieves for token in thief.made]
    answers = [elsewhere.call("GET", "/api/v1/user", token=token).status for token in heirs]
    assert set(answers) <= {200, 401}
    return Round(way, before, answers.count(200))


def _all(thieves: list[Thief], is_so: Callable[[Thief], bool]) -> Callable[[], bool]:
    return lambda: all(is_so(thief) for thief in thieves)


def _end(
    way: str, email: str, elsewhere: Production, shell: Operator, *, pat_id: str, session: str
) -> None:
    if way == "revoke":
        answer = elsewhere.call("POST", f"{PATS}/{pat_id}/revoke", token=session)
        assert answer.status == 200
    else:
        shell.do(way, email)
