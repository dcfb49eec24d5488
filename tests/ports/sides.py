"""The two sides of every port: the in-memory fake, and the adapter on the database."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.orm.repositories.attempts import OrmAttempts
from adapters.orm.repositories.callers import OrmCallerDirectory, OrmPeople
from adapters.orm.repositories.known_networks import OrmKnownNetworks
from adapters.orm.repositories.people import OrmPeopleRecords
from adapters.orm.repositories.sessions import OrmGenerations, OrmProfiles, OrmSessionRecords
from adapters.orm.repositories.sign_in import DjangoPasswords, OrmActivityLog, OrmMemberships
from adapters.orm.repositories.tokens import OrmTokenRecords
from domain.callers.ports import CallerDirectory, People
from domain.limits import Attempts, KnownNetworks
from domain.people.ports import PeopleRecords
from domain.sessions.ports import (
    ActivityLog,
    Generations,
    Memberships,
    Passwords,
    SessionRecords,
)
from domain.tokens.ports import LastUse, Profiles, TokenRecords
from tests.fakes.events import FakePeople, FakePeopleRecords
from tests.fakes.people import FakeCallerDirectory, FakeProfiles
from tests.fakes.records import FakeLastUse, FakeSessionRecords, FakeTokenRecords
from tests.fakes.sign_in import (
    FakeActivityLog,
    FakeAttempts,
    FakeGenerations,
    FakeKnownNetworks,
    FakeMemberships,
    FakePasswords,
)
from tests.fakes.world import World
from tests.ports.orm_world import OrmWorld
from tests.service import DirectLastUse


@dataclass(frozen=True)
class Side:
    """A world, and every port on it."""

    world: World | OrmWorld
    directory: CallerDirectory
    tokens: TokenRecords
    sessions: SessionRecords
    profiles: Profiles
    last_use: LastUse
    passwords: Passwords
    generations: Generations
    memberships: Memberships
    attempts: Attempts
    networks: KnownNetworks
    activity: ActivityLog
    people: People
    people_records: PeopleRecords


def fake() -> Side:
    world = World()
    return Side(
        world=world,
        directory=FakeCallerDirectory(world),
        tokens=FakeTokenRecords(world),
        sessions=FakeSessionRecords(world),
        profiles=FakeProfiles(world),
        last_use=FakeLastUse(world),
        passwords=FakePasswords(world),
        generations=FakeGenerations(world),
        memberships=FakeMemberships(world),
        attempts=FakeAttempts(),
        networks=FakeKnownNetworks(world),
        activity=FakeActivityLog(world),
        people=FakePeople(world),
        people_records=FakePeopleRecords(world),
    )


def orm() -> Side:
    return Side(
        world=OrmWorld(),
        directory=OrmCallerDirectory(),
        tokens=OrmTokenRecords(),
        sessions=OrmSessionRecords(),
        profiles=OrmProfiles(),
        last_use=DirectLastUse(),
        passwords=DjangoPasswords(),
        generations=OrmGenerations(),
        memberships=OrmMemberships(),
        attempts=OrmAttempts(),
        networks=OrmKnownNetworks(),
        activity=OrmActivityLog(),
        people=OrmPeople(),
        people_records=OrmPeopleRecords(),
    )
