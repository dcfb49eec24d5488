"""The use cases, built once and handed to every door: API, pages, admin, commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from .administer_credentials import AdministerCredentials
from .administer_people import AdministerPeople
from .administer_tokens import AdministerTokens
from .authenticate import Authenticate, OldStrings
from .describe_caller import DescribeCaller
from .limits import PasswordLimits
from .manage_tokens import ManageTokens
from .people.begin import Begin
from .scrape import Scrape
from .sessions.own import OwnAccount
from .sessions.refresh import Refresh
from .sessions.resume import Resume
from .sessions.sign_in import SignIn
from .sessions.sign_out import SignOut
from .token_reach import TokenReach
from .unit_of_work import Transaction


@dataclass(frozen=True)
class Services:
    """What a door calls.

    Attributes:
        transaction: for a door that does more with what a use case made, or nothing at all.
        now: the clock, aware UTC.
        max_pat_lifetime_seconds: the longest ``expires_in``.
    """

    authenticate: Authenticate
    old_strings: OldStrings
    describe_caller: DescribeCaller
    scrape: Scrape
    tokens: ManageTokens
    reach: TokenReach
    administer: AdministerTokens
    begin: Begin
    people: AdministerPeople
    credentials: AdministerCredentials
    limits: PasswordLimits
    sign_in: SignIn
    refresh: Refresh
    resume: Resume
    sign_out: SignOut
    account: OwnAccount
    transaction: Transaction
    now: Callable[[], datetime]
    max_pat_lifetime_seconds: int
