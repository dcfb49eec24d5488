"""The composition root: the only place that constructs adapters and hands them to the use cases."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from secrets import token_bytes
from uuid import uuid4

from django.conf import settings

from adapters.collectors.load import LoadCollector
from adapters.collectors.logins import LoginsCollector
from adapters.collectors.tokens import TokensCollector
from adapters.collectors.users import UsersCollector
from adapters.jwt.codec import RsaTokenCodec
from adapters.jwt.remembered import RememberingCodec
from adapters.orm.deadline import statements_within
from adapters.orm.patience import patient
from adapters.orm.repositories.attempts import OrmAttempts
from adapters.orm.repositories.callers import OrmCallerDirectory, OrmPeople
from adapters.orm.repositories.creations import OrmCreations
from adapters.orm.repositories.events import OrmEventLog
from adapters.orm.repositories.first_rows import OrmFirstRows
from adapters.orm.repositories.known_networks import OrmKnownNetworks
from adapters.orm.repositories.last_use import BackgroundLastUse
from adapters.orm.repositories.overlaps import OrmOverlaps
from adapters.orm.repositories.people import OrmPeopleRecords
from adapters.orm.repositories.refused_uses import BackgroundRefusedUses
from adapters.orm.repositories.security_log import LoggingSecurityLog
from adapters.orm.repositories.sessions import OrmGenerations, OrmProfiles, OrmSessionRecords
from adapters.orm.repositories.sign_in import DjangoPasswords, OrmActivityLog, OrmMemberships
from adapters.orm.repositories.token_population import OrmTokenPopulation
from adapters.orm.repositories.tokens import OrmTokenRecords
from adapters.orm.repositories.unit_of_work import OrmCallerLocks, OrmTransaction
from adapters.sharing.collector import SharedCollector
from adapters.sharing.table import OrmSharedResults
from config.environment import Environment
from domain.administer_credentials import AdministerCredentials
from domain.administer_people import AdministerPeople
from domain.administer_tokens import AdministerTokens
from domain.authenticate import Authenticate, OldStrings
from domain.callers.reader import CallerReader
from domain.describe_caller import DescribeCaller
from domain.events.ports import RefusedUses
from domain.gate import Gate
from domain.limits import PasswordLimits
from domain.manage_tokens import ManageTokens
from domain.metrics.ports import Collector
from domain.people.begin import Begin
from domain.people.ending import EndCredentials
from domain.scrape import Scrape
from domain.services import Services
from domain.sessions.own import OwnAccount
from domain.sessions.refresh import Refresh
from domain.sessions.refresh_tokens import RefreshTokens
from domain.sessions.resume import Resume
from domain.sessions.sign_in import SignIn
from domain.sessions.sign_out import SignOut
from domain.sessions.tokens import SessionTokens
from domain.token_reach import TokenReach
from domain.tokens.mint import Mint
from domain.tokens.ports import LastUse
from domain.unit_of_work import WriterLock


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def refresh_key(secret_key: str) -> bytes:
    """The key of refresh tokens, made of the service's secret: another one ends them all."""
    return hmac.new(secret_key.encode(), b"shellui refresh tokens", hashlib.sha256).digest()


def collectors(using: str) -> tuple[Collector, ...]:
    """The collectors, reading from the database alias ``using``."""
    return (
        UsersCollector(using),
        TokensCollector(using),
        LoginsCollector(using),
        LoadCollector(using),
    )


MEASURING_SECONDS = 600.0
"""How long measuring in the background may take: no scrape waits as long."""


def shared(plugins: Sequence[Collector], *, using: str) -> tuple[Collector, ...]:
    """The collectors, which read from ``using``; those that have gauges only share their results.

    What is shared is kept on the primary, whichever database they read.
    """
    store, gauges = OrmSharedResults(), (UsersCollector, TokensCollector)
    patiently = partial(patient, MEASURING_SECONDS, using=using)
    return tuple(
        SharedCollector(plugin, store, patiently) if isinstance(plugin, gauges) else plugin
        for plugin in plugins
    )


def build_services(
    environment: Environment,
    *,
    plugins: Sequence[Collector],
    last_use: LastUse,
    refused_uses: RefusedUses | None = None,
    now: Callable[[], datetime] = utc_now,
) -> Services:
    """Construct everything once.

    Args:
        environment: what the service runs on.
        plugins: the collectors.
        last_use: where the use of a PAT is noted.
        refused_uses: where refused privileged use is noted; None: by a thread of this process.
        now: the clock; a test has its own.
    """
    codec = RsaTokenCodec(
        environment.key_ring, issuer=environment.jwt_issuer, audience=environment.jwt_audience
    )
    profiles, sessions, events = OrmProfiles(), OrmSessionRecords(), OrmEventLog()
    directory, transaction = OrmCallerDirectory(), OrmTransaction()
    reader = CallerReader(directory)
    lock = WriterLock(OrmCallerLocks(), reader)
    security = LoggingSecurityLog()
    gate = Gate(
        last_use, OrmOverlaps(), refused_uses or BackgroundRefusedUses(), transaction, events
    )
    mint = Mint(profiles=profiles, codec=codec, new_id=uuid4, lifetime=environment.pat_lifetime)
    people, end = OrmPeople(), EndCredentials(sessions, OrmGenerations(), events)
    activity, passwords, attempts = OrmActivityLog(), DjangoPasswords(), OrmAttempts()
    limits = PasswordLimits(attempts, OrmKnownNetworks())
    refresh_tokens = RefreshTokens(refresh_key(environment.secret_key), token_bytes)
    session_tokens = SessionTokens(
        profiles=profiles,
        codec=codec,
        refresh_tokens=refresh_tokens,
        new_id=uuid4,
        access_lifetime=environment.access_lifetime,
        refresh_lifetime=environment.refresh_lifetime,
    )
    return Services(
        authenticate=Authenticate(RememberingCodec(codec), reader),
        old_strings=OldStrings(codec, directory),
        describe_caller=DescribeCaller(gate, profiles),
        scrape=Scrape(gate, plugins, time.perf_counter, statements_within),
        tokens=ManageTokens(
            transaction=transaction,
            lock=lock,
            gate=gate,
            records=OrmTokenRecords(),
            creations=OrmCreations(),
            events=events,
            mint=mint,
            attempts=attempts,
            security=security,
        ),
        reach=TokenReach(directory),
        administer=AdministerTokens(
            transaction=transaction,
            lock=lock,
            directory=directory,
            people=people,
            records=OrmTokenRecords(),
            creations=OrmCreations(),
            population=OrmTokenPopulation(),
            events=events,
            security=security,
            mint=mint,
        ),
        begin=Begin(transaction, OrmFirstRows(), OrmPeopleRecords(), passwords, security),
        people=AdministerPeople(
            transaction=transaction,
            lock=lock,
            records=OrmPeopleRecords(),
            passwords=passwords,
            end=end,
            events=events,
            security=security,
        ),
        credentials=AdministerCredentials(
            transaction=transaction,
            lock=lock,
            people=people,
            sessions=sessions,
            population=OrmTokenPopulation(),
            end=end,
        ),
        limits=limits,
        sign_in=SignIn(
            transaction=transaction,
            passwords=passwords,
            memberships=OrmMemberships(),
            limits=limits,
            activity=activity,
            records=sessions,
            events=events,
            security=security,
            tokens=session_tokens,
        ),
        refresh=Refresh(
            transaction=transaction,
            directory=directory,
            records=sessions,
            events=events,
            gate=gate,
            activity=activity,
            refresh_tokens=refresh_tokens,
            tokens=session_tokens,
        ),
        resume=Resume(reader, last_use),
        sign_out=SignOut(transaction, lock, gate, sessions, events),
        account=OwnAccount(
            transaction=transaction,
            lock=lock,
            gate=gate,
            records=sessions,
            population=OrmTokenPopulation(),
            generations=OrmGenerations(),
            passwords=passwords,
            limits=limits,
            events=events,
            security=security,
        ),
        transaction=transaction,
        now=now,
        max_pat_lifetime_seconds=int(environment.pat_lifetime.total_seconds()),
    )


@cache
def services() -> Services:
    """The running service's, from Django's settings."""
    using = settings.METRICS_DATABASE
    return build_services(
        settings.ENVIRONMENT,
        plugins=shared(collectors(using), using=using),
        last_use=BackgroundLastUse(),
    )
