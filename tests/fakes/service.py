"""The whole service in memory: every use case, wired to the fakes on one world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from domain.administer_tokens import AdministerTokens
from domain.authenticate import Authenticate
from domain.gate import Gate
from domain.manage_tokens import ManageTokens
from domain.metrics.ports import Collector
from domain.scrape import Scrape
from domain.sessions.refresh import Refresh
from domain.sessions.sign_in import SignIn
from domain.sessions.sign_out import SignOut
from domain.sessions.tokens import SessionTokens
from domain.tokens.mint import Mint
from tests.fakes.codec import FakeTokenCodec
from tests.fakes.events import FakeOverlaps, FakePeople, FakeRefusedUses, FakeTokenPopulation
from tests.fakes.people import FakeCallerDirectory, FakeProfiles
from tests.fakes.records import FakeLastUse, FakeSessionRecords, FakeTokenRecords
from tests.fakes.sign_in import (
    FakeActivityLog,
    FakeIssueLimiter,
    FakeMemberships,
    FakePasswordCheck,
    FakeSignInLimiter,
)
from tests.fakes.world import World

NOW = datetime(2025, 5, 14, 12, 30, 15, 250_000, tzinfo=UTC)
ACCESS_LIFETIME = timedelta(minutes=5)
REFRESH_LIFETIME = timedelta(days=7)
PAT_LIFETIME = timedelta(days=90)


@dataclass
class FakeTimer:
    """A monotonic clock that moves by ``step`` seconds each time it is read."""

    step: float = 0.0
    reading: float = 0.0

    def __call__(self) -> float:
        """Read it."""
        self.reading += self.step
        return self.reading


@dataclass
class FakeIds:
    """UUIDs that can be told apart at a glance, the same in every run."""

    _numbers: count[int] = field(default_factory=lambda: count(1))

    def __call__(self) -> UUID:
        """Make the next one."""
        return UUID(int=next(self._numbers), version=4)


def fake_gate(world: World) -> Gate:
    """A gate on a world."""
    return Gate(FakeLastUse(world), FakeOverlaps(world), FakeRefusedUses(world))


class Service:
    """The use cases, with the fakes they stand on."""

    def __init__(self, collectors: Sequence[Collector] = ()) -> None:
        self.world = World()
        self.codec = FakeTokenCodec()
        self.directory = FakeCallerDirectory(self.world)
        self.passwords = FakePasswordCheck(self.world)
        self.limiter = FakeSignInLimiter()
        self.issue_limiter = FakeIssueLimiter()
        self.timer = FakeTimer()
        self.new_id = FakeIds()
        self.gate = fake_gate(self.world)
        self.authenticate = Authenticate(self.codec, self.directory)
        self.sign_in = self._sign_in()
        self.refresh = self._refresh()
        self.sign_out = SignOut(self.gate, FakeSessionRecords(self.world))
        self.tokens = ManageTokens(
            self.gate, FakeTokenRecords(self.world), self._mint(), self.issue_limiter
        )
        self.administer = AdministerTokens(
            directory=self.directory,
            people=FakePeople(self.world),
            records=FakeTokenRecords(self.world),
            population=FakeTokenPopulation(self.world),
            mint=self._mint(),
        )
        self.scrape = Scrape(self.gate, tuple(collectors), self.timer)

    def plug_in(self, *collectors: Collector) -> None:
        """Replace the collectors."""
        self.scrape = Scrape(self.gate, collectors, self.timer)

    def session_tokens(self) -> SessionTokens:
        """What starts sessions and turns them over."""
        return SessionTokens(
            records=FakeSessionRecords(self.world),
            profiles=FakeProfiles(self.world),
            codec=self.codec,
            new_id=self.new_id,
            access_lifetime=ACCESS_LIFETIME,
            refresh_lifetime=REFRESH_LIFETIME,
        )

    def _sign_in(self) -> SignIn:
        return SignIn(
            passwords=self.passwords,
            memberships=FakeMemberships(self.world),
            limiter=self.limiter,
            activity=FakeActivityLog(self.world),
            tokens=self.session_tokens(),
        )

    def _refresh(self) -> Refresh:
        return Refresh(
            codec=self.codec,
            directory=self.directory,
            records=FakeSessionRecords(self.world),
            gate=self.gate,
            activity=FakeActivityLog(self.world),
            tokens=self.session_tokens(),
        )

    def _mint(self) -> Mint:
        return Mint(
            profiles=FakeProfiles(self.world),
            codec=self.codec,
            new_id=self.new_id,
            lifetime=PAT_LIFETIME,
        )
