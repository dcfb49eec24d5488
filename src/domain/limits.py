"""How often something may be tried: the limits on passwords and on making tokens.

Nobody can lock another out. Wrong passwords close an account where they come from, and at networks
from which it never signed in; where its holder signs in, they can go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Protocol

from .network import network_of

WINDOW = timedelta(minutes=15)
LONGEST_WINDOW = timedelta(hours=1)
KNOWN_FOR = timedelta(days=30)
"""For so long after a completed sign-in its network is known to the account."""

_WRONG_AT_A_NETWORK = 10
_SIGN_INS_AT_A_NETWORK = 20
_WRONG_AT_UNKNOWN_NETWORKS = 30
_WRONG_FROM_AN_ADDRESS = 100
_TOKENS_A_MINUTE = 120


@dataclass(frozen=True)
class Limit:
    """At most ``most`` attempts of a kind in a window that begins with the first of them.

    Attributes:
        subject: whose attempts: an account, an address, a user. ``Attempts.forget`` takes it.
        kind: what is counted of the subject.
        most: how many.
        window: how long.
    """

    subject: str
    kind: str
    most: int
    window: timedelta


class Attempts(Protocol):
    """Counts attempts, over all workers and hosts."""

    def count(self, limits: Sequence[Limit], *, now: datetime) -> int | None:
        """Count an attempt against each limit. None lets it through; else the seconds to wait.

        One that is not let through is counted by no limit.
        """
        ...

    def take_back(self, limits: Sequence[Limit], *, now: datetime) -> None:
        """Take one attempt back from each limit."""
        ...

    def forget(self, subject: str) -> int:
        """Forget all attempts of a subject; how many limits had counted some."""
        ...


class KnownNetworks(Protocol):
    """From which networks an account signed in of late."""

    def is_known(self, account: str, network: str, *, now: datetime) -> bool:
        """Whether the account completed a sign-in from there within ``KNOWN_FOR``."""
        ...

    def remember(self, account: str, network: str, *, now: datetime) -> None:
        """A sign-in was completed. It is part of the transaction at hand."""
        ...


@dataclass(frozen=True)
class PasswordLimits:
    """The limits on passwords: at sign-in, and where the password is asked again."""

    attempts: Attempts
    networks: KnownNetworks

    def sign_in(self, email: str, address: str, *, now: datetime) -> int | None:
        """Count a sign-in. None lets it through; else the seconds to wait."""
        limits = (*self._wrong(email, address, now=now), _sign_ins(email, address))
        return self.attempts.count(limits, now=now)

    def password(self, email: str, address: str, *, now: datetime) -> int | None:
        """Count a password in a session. None lets it through; else the seconds to wait."""
        return self.attempts.count(self._wrong(email, address, now=now), now=now)

    def was_right(self, email: str, address: str, *, now: datetime) -> None:
        """A right password is no wrong one. As a sign-in it stays counted."""
        self.attempts.take_back(self._wrong(email, address, now=now), now=now)

    def signed_in(self, email: str, address: str, *, now: datetime) -> None:
        """The sign-in is completed: from now on its network is known."""
        network = network_of(address)
        if network:
            self.networks.remember(account_of(email), network, now=now)

    def unlock(self, email: str) -> int:
        """Forget all attempts of an account; how many limits had counted some."""
        return self.attempts.forget(account_of(email))

    def _wrong(self, email: str, address: str, *, now: datetime) -> tuple[Limit, ...]:
        account, network = account_of(email), network_of(address)
        here = Limit(account, f"wrong at {network}", _WRONG_AT_A_NETWORK, WINDOW)
        of_address = Limit(_client(address), "wrong", _WRONG_FROM_AN_ADDRESS, WINDOW)
        if self.networks.is_known(account, network, now=now):
            return here, of_address
        elsewhere = Limit(
            account, "wrong at unknown networks", _WRONG_AT_UNKNOWN_NETWORKS, LONGEST_WINDOW
        )
        return here, of_address, elsewhere


def token_limit(user_id: int) -> Limit:
    """How many tokens a user may create and re-issue in a minute."""
    return Limit(f"user {user_id}", "tokens", _TOKENS_A_MINUTE, timedelta(minutes=1))


def account_of(email: str) -> str:
    """The account that an e-mail address names, whether there is one or not."""
    return email.strip().lower()


def _sign_ins(email: str, address: str) -> Limit:
    kind = f"sign-ins at {network_of(address)}"
    return Limit(account_of(email), kind, _SIGN_INS_AT_A_NETWORK, WINDOW)


def _client(address: str) -> str:
    """The address; of IPv6 the network that one client is given, for it has 2**64 addresses."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or network_of(address))
