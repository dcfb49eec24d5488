"""Which addresses are one network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.network import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("localhost", ""),
    ],
)
def test_a_24_or_a_64(address, network):
    assert network_of(address) == network


@given(st.text())
def test_whatever_the_address_is_it_has_a_network_or_none(text):
    assert len(network_of(text)) <= 50
