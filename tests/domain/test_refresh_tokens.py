"""Refresh tokens are opaque, and each has one successor."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sessions.refresh_tokens import RefreshTokens
from domain.tokens.rejection import TokenRejectedError
from tests.fakes.service import FakeRandom

TOKENS = RefreshTokens(b"key", FakeRandom())
OTHER_KEY = RefreshTokens(b"another", FakeRandom())


def test_a_token_is_43_characters_of_base64url():
    token = TOKENS.new()
    for _ in range(20):
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
        token = TOKENS.successor(token)


def test_a_tokens_successor_is_always_the_same_and_never_itself():
    chain = [TOKENS.new()]
    for _ in range(50):
        chain.append(TOKENS.successor(chain[-1]))
        assert TOKENS.successor(chain[-2]) == chain[-1]
    assert len(set(chain)) == len(chain)
    assert len({TOKENS.digest(token) for token in chain}) == len(chain)


def test_a_family_is_shared_by_its_tokens_and_by_no_other():
    first, other = TOKENS.new(), TOKENS.new()
    assert TOKENS.family(first) == TOKENS.family(TOKENS.successor(first))
    assert TOKENS.family(first) != TOKENS.family(other)


def test_with_another_key_everything_is_another():
    token = TOKENS.new()
    for of in ("successor", "digest", "family"):
        assert getattr(TOKENS, of)(token) != getattr(OTHER_KEY, of)(token)


def test_what_is_kept_shows_nothing_of_the_token():
    token = TOKENS.new()
    for kept in (TOKENS.digest(token), TOKENS.family(token)):
        assert re.fullmatch(r"[0-9a-f]{64}", kept)
        assert token not in kept
    assert TOKENS.digest(token) != TOKENS.family(token)
    assert "key" not in repr(RefreshTokens(b"key", FakeRandom())).replace("key=", "")


@given(st.text(max_size=60) | st.text(alphabet="AZaz09-_=+/", min_size=43, max_size=43))
def test_whatever_is_sent_is_read_or_refused(text):
    try:
        digest = TOKENS.digest(text)
    except TokenRejectedError:
        return
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", text)
    assert len(digest) == 64


@pytest.mark.parametrize("last", ["B", "C", "D", "_"])
def test_bits_that_no_token_has_are_not_forgiven(last):
    """43 characters hold two bits more than 32 bytes: one token is not spelt in four ways."""
    with pytest.raises(TokenRejectedError):
        TOKENS.digest("A" * 42 + last)
