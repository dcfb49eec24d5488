"""The whole service in memory: every use case, wired to the fakes on one world."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from domain.administer_credentials import AdministerCredentials
from domain.administer_people import AdministerPeople
from domain.administer_tokens import AdministerTokens
from domain.authenticate import Authenticate
from domain.callers.reader import CallerReader
from domain.gate import Gate
from domain.limits import PasswordLimits
from domain.manage_tokens import ManageTokens
from domain.metrics.ports import Collector
from domain.people.begin import Begin
from domain.people.ending import EndCredentials
from domain.scrape import Scrape
from domain.sessions.own import OwnAccount
from domain.sessions.refresh import Refresh
from domain.sessions.refresh_tokens import RefreshTokens
from domain.sessions.resume import Resume
from domain.sessions.sign_in import SignIn
from domain.sessions.sign_out import SignOut
from domain.sessions.tokens import SessionTokens, TokenPair
from domain.tokens.mint import Mint
from domain.unit_of_work import WriterLock
from tests.fakes.codec import FakeTokenCodec
from tests.fakes.events import (
    FakeFirstRows,
    FakeOverlaps,
    FakePeople,
    FakePeopleRecords,
    FakeRefusedUses,
    FakeTokenPopulation,
)
from tests.fakes.people import FakeCallerDirectory, FakeProfiles, user_facts
from tests.fakes.records import FakeCreations, FakeLastUse, FakeSessionRecords, FakeTokenRecords
from tests.fakes.sign_in import (
    FakeActivityLog,
    FakeAttempts,
    FakeGenerations,
    FakeKnownNetworks,
    FakeMemberships,
    FakePasswords,
)
from tests.fakes.unit_of_work import (
    FakeCallerLocks,
    FakeEventLog,
    FakeSecurityLog,
    FakeTransaction,
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


@dataclass
class FakeRandom:
    """Bytes that nobody needs to guess, the same in every run."""

    _numbers: count[int] = field(default_factory=lambda: count(1))

    def __call__(self, size: int) -> bytes:
        """Make so many."""
        return hashlib.shake_256(str(next(self._numbers)).encode()).digest(size)


def fake_gate(world: World) -> Gate:
    """A gate on a world."""
    return Gate(
        FakeLastUse(world),
        FakeOverlaps(world),
        FakeRefusedUses(world),
        FakeTransaction(world),
        FakeEventLog(world),
    )


class Service:
    """The use cases, with the fakes they stand on."""

    def __init__(self, collectors: Sequence[Collector] = ()) -> None:
        self.world = World()
        self.codec = FakeTokenCodec()
        self.directory = FakeCallerDirectory(self.world)
        self.reader = CallerReader(self.directory)
        self.transaction = FakeTransaction(self.world)
        self.lock = WriterLock(FakeCallerLocks(self.world), self.reader)
        self.events = FakeEventLog(self.world)
        self.security = FakeSecurityLog()
        self.sessions = FakeSessionRecords(self.world)
        self.passwords = FakePasswords(self.world)
        self.attempts = FakeAttempts()
        self.limits = PasswordLimits(self.attempts, FakeKnownNetworks(self.world))
        self.timer = FakeTimer()
        self.new_id = FakeIds()
        self.refresh_tokens = RefreshTokens(b"fake", FakeRandom())
        self.gate = fake_gate(self.world)
        self.authenticate = Authenticate(self.codec, self.reader)
        self.sign_in = self._sign_in()
        self.refresh = self._refresh()
        self.sign_out = SignOut(self.transaction, self.lock, self.gate, self.sessions, self.events)
        self.resume = Resume(self.reader, FakeLastUse(self.world))
        self.account = self._account()
        self.tokens = self._tokens()
        self.administer = self._administer()
        self.people = self._people()
        self.begin = Begin(
            self.transaction,
            FakeFirstRows(self.world),
            FakePeopleRecords(self.world),
            self.passwords,
            self.security,
        )
        self.credentials = self._credentials()
        self.scrape = Scrape(self.gate, tuple(collectors), self.timer)

    def plug_in(self, *collectors: Collector) -> None:
        """Replace the collectors."""
        self.scrape = Scrape(self.gate, collectors, self.timer)

    def session_tokens(self) -> SessionTokens:
        """What starts sessions and rotates their tokens."""
        return SessionTokens(
            profiles=FakeProfiles(self.world),
            codec=self.codec,
            refresh_tokens=self.refresh_tokens,
            new_id=self.new_id,
            access_lifetime=ACCESS_LIFETIME,
            refresh_lifetime=REFRESH_LIFETIME,
        )

    def start_session(self, user_id: int, company_id: int | None, *, now: datetime) -> TokenPair:
        """A session that is there, without a sign-in."""
        user = user_facts(self.world, user_id)
        tokens = self.session_tokens()
        session, token = tokens.start(user, company_id, network="", now=now)
        self.world.add_session(session)
        return tokens.first_pair(session, token, now=now)

    def _sign_in(self) -> SignIn:
        return SignIn(
            transaction=self.transaction,
            passwords=self.passwords,
            memberships=FakeMemberships(self.world),
            limits=self.limits,
            activity=FakeActivityLog(self.world),
            records=self.sessions,
            events=self.events,
            security=self.security,
            tokens=self.session_tokens(),
        )

    def _refresh(self) -> Refresh:
        return Refresh(
            transaction=self.transaction,
            directory=self.directory,
            records=self.sessions,
            events=self.events,
            gate=self.gate,
            activity=FakeActivityLog(self.world),
            refresh_tokens=self.refresh_tokens,
            tokens=self.session_tokens(),
        )

    def _account(self) -> OwnAccount:
        return OwnAccount(
            transaction=self.transaction,
            lock=self.lock,
            gate=self.gate,
            records=self.sessions,
            population=FakeTokenPopulation(self.world),
            generations=FakeGenerations(self.world),
            passwords=self.passwords,
            limits=self.limits,
            events=self.events,
            security=self.security,
        )

    def _tokens(self) -> ManageTokens:
        return ManageTokens(
            transaction=self.transaction,
            lock=self.lock,
            gate=self.gate,
            records=FakeTokenRecords(self.world),
            creations=FakeCreations(self.world),
            events=self.events,
            mint=self._mint(),
            attempts=self.attempts,
            security=self.security,
        )

    def _administer(self) -> AdministerTokens:
        return AdministerTokens(
            transaction=self.transaction,
            lock=self.lock,
            directory=self.directory,
            people=FakePeople(self.world),
            records=FakeTokenRecords(self.world),
            creations=FakeCreations(self.world),
            population=FakeTokenPopulation(self.world),
            events=self.events,
            security=self.security,
            mint=self._mint(),
        )

    def _end(self) -> EndCredentials:
        return EndCredentials(self.sessions, FakeGenerations(self.world), self.events)

    def _people(self) -> AdministerPeople:
        return AdministerPeople(
            transaction=self.transaction,
            lock=self.lock,
            records=FakePeopleRecords(self.world),
            passwords=self.passwords,
            end=self._end(),
            events=self.events,
            security=self.security,
        )

    def _credentials(self) -> AdministerCredentials:
        return AdministerCredentials(
            transaction=self.transaction,
            lock=self.lock,
            people=FakePeople(self.world),
            sessions=self.sessions,
            population=FakeTokenPopulation(self.world),
            end=self._end(),
        )

    def _mint(self) -> Mint:
        return Mint(
            profiles=FakeProfiles(self.world),
            codec=self.codec,
            new_id=self.new_id,
            lifetime=PAT_LIFETIME,
        )
