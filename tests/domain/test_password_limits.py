"""Nobody can lock another out, and nobody guesses for long."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv6Address

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.limits import KNOWN_FOR, Limit, PasswordLimits, token_limit
from tests.fakes.service import NOW
from tests.fakes.sign_in import FakeAttempts, FakeKnownNetworks
from tests.fakes.world import World

ADA = "ada@example.com"
HOME, NEXT_DOOR, ABROAD = "192.0.2.1", "192.0.2.200", "203.0.113.9"
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)


@pytest.fixture
def limits():
    return PasswordLimits(FakeAttempts(), FakeKnownNetworks(World()))


def wrong(limits, address=HOME, *, email=ADA, times=1, at=NOW) -> list[int | None]:
    return [limits.sign_in(email, address, now=at) for _ in range(times)]


def right(limits, address=HOME, *, email=ADA, at=NOW) -> int | None:
    wait = limits.sign_in(email, address, now=at)
    if wait is None:
        limits.was_right(email, address, now=at)
        limits.signed_in(email, address, now=at)
    return wait


def guess_everywhere(limits, times: int, *, at=NOW) -> int:
    """A guess from a network each, none of them known; how many were let through."""
    addresses = [f"198.18.{n % 256}.1" if n < 256 else f"198.19.{n % 256}.1" for n in range(times)]
    return sum(wrong(limits, address, at=at) == [None] for address in addresses)


@pytest.mark.parametrize("email", [ADA, "nobody@example.com"])
def test_ten_wrong_in_a_quarter_of_an_hour_close_an_account_at_a_network(limits, email):
    assert wrong(limits, email=email, times=10) == [None] * 10
    assert wrong(limits, email=email) == [900]
    assert wrong(limits, NEXT_DOOR, email=f" {email.upper()} ") == [900]
    assert wrong(limits, ABROAD, email=email) == [None]
    assert wrong(limits, email=email, at=NOW + QUARTER) == [None]


@pytest.mark.parametrize("email", [ADA, "nobody@example.com"])
def test_thirty_wrong_an_hour_close_it_at_all_unknown_networks(limits, email):
    addresses = [f"198.18.{n}.1" for n in range(31)]
    waits = [limits.sign_in(email, address, now=NOW) for address in addresses]
    assert waits == [None] * 30 + [3600]
    assert limits.sign_in(email, ABROAD, now=NOW + HOUR - timedelta(seconds=1)) == 1
    assert limits.sign_in(email, ABROAD, now=NOW + HOUR) is None


def test_at_a_known_network_its_holder_notices_nothing(limits):
    """A thousand guesses from one network and from 200 others, and one every 90 seconds."""
    assert right(limits) is None
    assert wrong(limits, ABROAD, times=1000).count(None) == 10
    assert guess_everywhere(limits, 200) == 20
    assert right(limits) is None
    for n in range(40):
        wrong(limits, f"198.18.{n}.1", at=NOW + n * timedelta(seconds=90))
    assert right(limits, NEXT_DOOR, at=NOW + HOUR) is None


def test_a_network_is_unknown_again_after_30_days(limits):
    right(limits)
    later = NOW + KNOWN_FOR
    assert guess_everywhere(limits, 30, at=later - timedelta(seconds=1)) == 30
    assert right(limits, at=later - timedelta(seconds=1)) is None  # which makes it known anew
    right(limits, "192.88.99.1", email="bob@example.com")
    assert right(limits, at=later) is None


def test_a_holder_abroad_waits_for_the_guesses_of_strangers_at_most_an_hour(limits):
    right(limits)
    guess_everywhere(limits, 30)
    assert right(limits, ABROAD) == 3600
    assert right(limits, ABROAD, at=NOW + HOUR) is None


def test_twenty_sign_ins_in_a_quarter_of_an_hour_right_ones_too(limits):
    waits = [right(limits) for _ in range(21)]
    assert waits == [None] * 20 + [900]
    assert right(limits, ABROAD) is None
    assert right(limits, email="bob@example.com") is None
    assert right(limits, at=NOW + QUARTER) is None


def test_the_password_asked_again_is_no_sign_in(limits):
    for _ in range(40):
        assert limits.password(ADA, HOME, now=NOW) is None
        limits.was_right(ADA, HOME, now=NOW)
    for _ in range(10):
        assert limits.password(ADA, HOME, now=NOW) is None
    assert limits.password(ADA, HOME, now=NOW) == 900


def test_an_address_has_a_hundred_wrong_ones_at_whatever_accounts(limits):
    waits = [limits.sign_in(f"{n}@example.com", HOME, now=NOW) for n in range(101)]
    assert waits == [None] * 100 + [900]
    assert limits.sign_in("last@example.com", NEXT_DOOR, now=NOW) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("2001:db8::1", "2001:db8::ffff"), ("192.0.2.1", "::ffff:192.0.2.1"), ("", "")],
)
def test_one_client_has_one_count(limits, one, other):
    for n in range(100):
        limits.sign_in(f"{n}@example.com", one if n % 2 else other, now=NOW)
    assert limits.sign_in("last@example.com", one, now=NOW) == 900


def test_what_is_no_address_is_a_network_that_nobody_knows(limits):
    assert right(limits, "") is None
    guess_everywhere(limits, 30)
    assert right(limits, "") == 3600


@given(st.ip_addresses(v=6), st.integers(min_value=0, max_value=2**64 - 1))
def test_the_addresses_of_one_network_are_one_client(address, host):
    neighbour = IPv6Address((int(address) >> 64 << 64) | host)
    assume(not (address.ipv4_mapped or neighbour.ipv4_mapped))
    limits = PasswordLimits(FakeAttempts(), FakeKnownNetworks(World()))
    assert wrong(limits, str(address), times=10) == [None] * 10
    assert wrong(limits, str(neighbour)) == [900]


def test_the_numbers():
    assert timedelta(days=30) == KNOWN_FOR
    assert token_limit(7) == Limit("user 7", "tokens", 120, timedelta(minutes=1))
    assert token_limit(8).subject != token_limit(7).subject


def test_an_account_that_is_unlocked_may_try_again_at_once(limits):
    guess_everywhere(limits, 30)
    wrong(limits, times=10, at=NOW + HOUR)
    assert right(limits, at=NOW + HOUR) == 900
    assert limits.unlock(f" {ADA.upper()} ") > 0
    assert right(limits, at=NOW + HOUR) is None
    assert limits.unlock("nobody@example.com") == 0


def test_what_are_no_addresses_are_told_apart(limits):
    for n in range(100):
        limits.sign_in(f"{n}@example.com", "one", now=NOW)
    assert limits.sign_in("last@example.com", "one", now=NOW) == 900
    assert limits.sign_in("last@example.com", "another", now=NOW) is None
