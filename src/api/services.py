"""What the routes call. The container builds it; tests may build their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.administer_credentials import AdministerCredentials
from domain.administer_people import AdministerPeople
from domain.administer_tokens import AdministerTokens
from domain.authenticate import Authenticate
from domain.describe_caller import DescribeCaller
from domain.manage_tokens import ManageTokens
from domain.metrics.family import Snapshot
from domain.scrape import Scrape
from domain.sessions.own import OwnAccount
from domain.sessions.refresh import Refresh
from domain.sessions.resume import Resume
from domain.sessions.sign_in import SignIn
from domain.sessions.sign_out import SignOut
from domain.token_reach import TokenReach


class Exposition(Protocol):
    """A rendered scrape."""

    @property
    def body(self) -> bytes:
        """What goes over the wire."""
        ...

    @property
    def content_type(self) -> str:
        """The format, as negotiated."""
        ...

    @property
    def content_encoding(self) -> str | None:
        """``gzip``, or None."""
        ...


class Renderer(Protocol):
    """Renders a snapshot as the request's headers prefer."""

    def __call__(self, snapshot: Snapshot, *, accept: str, accept_encoding: str) -> Exposition:
        """Return the exposition; no header makes it fail."""
        ...


@dataclass(frozen=True)
class Services:
    """Use cases, and the few things of the outside that routes need.

    Attributes:
        now: the clock, aware UTC.
        waiting_migrations: asks the database which migrations wait for it, raising when it cannot.
        jwks: the public keys.
        max_pat_lifetime_seconds: the longest ``expires_in``.
    """

    authenticate: Authenticate
    describe_caller: DescribeCaller
    scrape: Scrape
    tokens: ManageTokens
    reach: TokenReach
    administer: AdministerTokens
    people: AdministerPeople
    credentials: AdministerCredentials
    sign_in: SignIn
    refresh: Refresh
    resume: Resume
    sign_out: SignOut
    account: OwnAccount
    render: Renderer
    now: Callable[[], datetime]
    waiting_migrations: Callable[[], Sequence[str]]
    jwks: Callable[[], Mapping[str, Any]]
    max_pat_lifetime_seconds: int
