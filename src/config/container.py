"""The composition root: the only place that constructs adapters and hands them to the use cases."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from uuid import uuid4

from django.conf import settings

from adapters.cache.shared import SharedCollector
from adapters.cache.store import NoStore, RedisStore
from adapters.collectors.load import LoadCollector
from adapters.collectors.logins import LoginsCollector
from adapters.collectors.tokens import TokensCollector
from adapters.collectors.users import UsersCollector
from adapters.jwt.codec import RsaTokenCodec
from adapters.jwt.remembered import RememberingCodec
from adapters.orm.deadline import statements_within
from adapters.orm.health import check_database
from adapters.orm.repositories.callers import OrmCallerDirectory, OrmPeople
from adapters.orm.repositories.last_use import BackgroundLastUse
from adapters.orm.repositories.overlaps import OrmOverlaps
from adapters.orm.repositories.rate_limit import OrmIssueLimiter, OrmSignInLimiter
from adapters.orm.repositories.refused_uses import BackgroundRefusedUses
from adapters.orm.repositories.sessions import OrmProfiles, OrmSessionRecords
from adapters.orm.repositories.sign_in import DjangoPasswordCheck, OrmActivityLog, OrmMemberships
from adapters.orm.repositories.token_population import OrmTokenPopulation
from adapters.orm.repositories.tokens import OrmTokenRecords
from adapters.prometheus.exposition import render
from api.services import Services
from config.environment import Environment
from domain.administer_tokens import AdministerTokens
from domain.authenticate import Authenticate
from domain.events.ports import RefusedUses
from domain.gate import Gate
from domain.manage_tokens import ManageTokens
from domain.metrics.ports import Collector
from domain.scrape import Scrape
from domain.sessions.refresh import Refresh
from domain.sessions.resume import Resume
from domain.sessions.sign_in import SignIn
from domain.sessions.sign_out import SignOut
from domain.sessions.tokens import SessionTokens
from domain.token_reach import TokenReach
from domain.tokens.mint import Mint
from domain.tokens.ports import LastUse


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def collectors(using: str) -> tuple[Collector, ...]:
    """The collectors, reading from the database alias ``using``."""
    return (
        UsersCollector(using),
        TokensCollector(using),
        LoginsCollector(using),
        LoadCollector(using),
    )


def shared(plugins: Sequence[Collector], environment: Environment) -> tuple[Collector, ...]:
    """The plugins, with those shared whose platform results are dear, and gauges all of them."""
    url, namespace = environment.redis_url, environment.jwt_issuer
    store = RedisStore.at(url, namespace=namespace) if url else NoStore()
    dear = (UsersCollector, TokensCollector)
    return tuple(SharedCollector(p, store) if isinstance(p, dear) else p for p in plugins)


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
    directory, profiles, sessions = OrmCallerDirectory(), OrmProfiles(), OrmSessionRecords()
    gate = Gate(last_use, OrmOverlaps(), refused_uses or BackgroundRefusedUses())
    mint = Mint(profiles=profiles, codec=codec, new_id=uuid4, lifetime=environment.pat_lifetime)
    activity = OrmActivityLog()
    session_tokens = SessionTokens(
        records=sessions,
        profiles=profiles,
        codec=codec,
        new_id=uuid4,
        access_lifetime=environment.access_lifetime,
        refresh_lifetime=environment.refresh_lifetime,
    )
    return Services(
        authenticate=Authenticate(RememberingCodec(codec), directory),
        gate=gate,
        scrape=Scrape(gate, plugins, time.perf_counter, statements_within),
        tokens=ManageTokens(gate, OrmTokenRecords(), mint, OrmIssueLimiter()),
        reach=TokenReach(directory),
        administer=AdministerTokens(
            directory=directory,
            people=OrmPeople(),
            records=OrmTokenRecords(),
            population=OrmTokenPopulation(),
            mint=mint,
        ),
        sign_in=SignIn(
            passwords=DjangoPasswordCheck(),
            memberships=OrmMemberships(),
            limiter=OrmSignInLimiter(),
            activity=activity,
            tokens=session_tokens,
        ),
        refresh=Refresh(
            codec=codec,
            directory=directory,
            records=sessions,
            gate=gate,
            activity=activity,
            tokens=session_tokens,
        ),
        resume=Resume(directory),
        sign_out=SignOut(gate, sessions),
        render=render,
        now=now,
        check_database=check_database,
        jwks=environment.key_ring.jwks,
        max_pat_lifetime_seconds=int(environment.pat_lifetime.total_seconds()),
    )


@cache
def services() -> Services:
    """The running service's, from Django's settings."""
    return build_services(
        settings.ENVIRONMENT,
        plugins=shared(collectors(settings.METRICS_DATABASE), settings.ENVIRONMENT),
        last_use=BackgroundLastUse(),
    )
