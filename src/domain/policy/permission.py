"""What can be asked for: something of one's own, or, of an administrator, somebody else's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .standing import User


class Permission(Enum):
    """One thing to be allowed or not, in one's own name. The value is for logs."""

    SCRAPE_COMPANY = "scrape_company"
    SCRAPE_PLATFORM = "scrape_platform"
    READ_SELF = "read_self"
    READ_TOKENS = "read_tokens"
    WRITE_TOKENS = "write_tokens"
    GRANT_GLOBAL_METRICS = "grant_global_metrics"
    SIGN_OUT = "sign_out"
    MANAGE_ACCOUNT = "manage_account"
    ADMINISTER = "administer"

    @property
    def is_unsafe(self) -> bool:
        """Whether something is changed by what is allowed: no read-only token may."""
        return self in _UNSAFE


_UNSAFE = {
    Permission.WRITE_TOKENS,
    Permission.GRANT_GLOBAL_METRICS,
    Permission.SIGN_OUT,
    Permission.MANAGE_ACCOUNT,
    Permission.ADMINISTER,
}


@dataclass(frozen=True)
class ChangePerson:
    """Change what a user is, stop or delete them."""

    person: User


@dataclass(frozen=True)
class ChangeTokensOf:
    """Make, re-issue and change a user's tokens, and hold a string that reads as them."""

    person: User


@dataclass(frozen=True)
class WriteAs:
    """The same, and hold a string that writes as them."""

    person: User


@dataclass(frozen=True)
class GiveRights:
    """Give and take what users may do."""


OverOthers = ChangePerson | ChangeTokensOf | WriteAs | GiveRights
