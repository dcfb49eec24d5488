"""A good signature is verified once by a process; everything else is looked at every time."""

from __future__ import annotations

from collections import Counter

import pytest

from adapters.jwt.remembered import RememberingCodec
from domain.tokens.rejection import Rejection, TokenRejectedError
from tests.factories import OwnershipFactory, PersonalAccessTokenFactory
from tests.fakes.codec import FakeTokenCodec
from tests.tokens import bearer, pat_token

INNER = FakeTokenCodec(issuer="issuer", audience="audience")


class Watched:
    """Counts what it was asked to verify."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def sign(self, payload):
        return INNER.sign(payload)

    def verify(self, token):
        self.asked[token] += 1
        return INNER.verify(token)


@pytest.fixture
def watched():
    return Watched()


@pytest.fixture
def owner_pat(db):
    place = OwnershipFactory()
    return PersonalAccessTokenFactory(user=place.user, company=place.company)


def test_a_good_string_is_verified_once(watched):
    codec = RememberingCodec(watched)
    token = codec.sign({"a": 1})
    payloads = [codec.verify(token) for _ in range(3)]
    assert watched.asked == {token: 1}
    assert payloads == [INNER.verify(token)] * 3


def test_a_rejected_string_is_looked_at_every_time(watched):
    codec = RememberingCodec(watched)
    for _ in range(3):
        with pytest.raises(TokenRejectedError):
            codec.verify("a.b.c")
    assert watched.asked == {"a.b.c": 3}


def test_one_good_string_makes_no_other_good(watched):
    codec = RememberingCodec(watched)
    token = codec.sign({"a": 1})
    codec.verify(token)
    for other in (token[:-1], token + "A", token.swapcase(), " " + token):
        with pytest.raises(TokenRejectedError):
            codec.verify(other)


def test_what_is_remembered_cannot_be_changed(watched):
    codec = RememberingCodec(watched)
    token = codec.sign({"pat_ro": True})
    for _ in range(3):
        payload = codec.verify(token)
        assert payload["pat_ro"] is True
        payload["pat_ro"] = False


def test_the_oldest_gives_way_and_is_verified_again(watched):
    codec = RememberingCodec(watched, most=2)
    first, second, third = (codec.sign({"a": number}) for number in range(3))
    for token in (first, second, third, third, second, first):
        codec.verify(token)
    assert watched.asked == {first: 2, second: 1, third: 1}


def test_no_string_is_kept(watched):
    codec = RememberingCodec(watched)
    token = codec.sign({"a": 1})
    codec.verify(token)
    assert all(part not in repr(codec._known) for part in token.split("."))


def test_a_revoked_token_is_refused_though_its_signature_is_remembered(client, owner_pat):
    arguments = bearer(pat_token(owner_pat))
    assert client.get("/api/v1/user", **arguments).status_code == 200
    owner_pat.revoked_at = owner_pat.created_at
    owner_pat.save()
    response = client.get("/api/v1/user", **arguments)
    assert (response.status_code, response.json()["code"]) == (401, "token_revoked")


def test_a_remembered_string_still_expires(client, owner_pat, clock):
    arguments = bearer(pat_token(owner_pat))
    assert client.get("/api/v1/user", **arguments).status_code == 200
    clock.time = owner_pat.expires_at
    response = client.get("/api/v1/user", **arguments)
    assert (response.status_code, response.json()["code"]) == (401, "token_expired")


def test_the_reason_is_the_codec_s(watched):
    with pytest.raises(TokenRejectedError) as raised:
        RememberingCodec(watched).verify("")
    assert raised.value.rejection is Rejection.MALFORMED
