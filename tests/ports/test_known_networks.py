"""``KnownNetworks``: where an account signed in within 30 days."""

from __future__ import annotations

from datetime import timedelta

from domain.limits import KNOWN_FOR
from tests.service import NOON

ADA, BOB = "ada@example.com", "bob@example.com"
HOME, OFFICE = "192.0.2.0/24", "198.51.100.0/24"


def known(side, account=ADA, network=HOME, *, after=timedelta(0)) -> bool:
    return side.networks.is_known(account, network, now=NOON + after)


def test_it_is_known_after_a_sign_in_to_this_account_alone(side):
    assert not known(side)
    side.networks.remember(ADA, HOME, now=NOON)
    assert known(side)
    assert not known(side, BOB)
    assert not known(side, network=OFFICE)


def test_for_30_days_after_the_last_one(side):
    assert timedelta(days=30) == KNOWN_FOR
    side.networks.remember(ADA, HOME, now=NOON)
    assert known(side, after=KNOWN_FOR - timedelta(seconds=1))
    assert not known(side, after=KNOWN_FOR)
    side.networks.remember(ADA, HOME, now=NOON + timedelta(days=9))
    assert known(side, after=KNOWN_FOR)
