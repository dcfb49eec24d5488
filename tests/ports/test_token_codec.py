"""``TokenCodec``: what is signed here verifies here, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.jwt.codec import RsaTokenCodec
from adapters.jwt.keys import key_ring
from adapters.jwt.remembered import RememberingCodec
from domain.tokens.rejection import Rejection, TokenRejectedError
from tests.fakes.codec import FakeTokenCodec
from tests.keys import ACTIVE_PEM, new_key, private_pem

RSA = RsaTokenCodec(key_ring(ACTIVE_PEM), issuer="issuer", audience="audience")
FAKE = FakeTokenCodec(issuer="issuer", audience="audience")
REMEMBERING = RememberingCodec(RSA)
CODECS = {"fake": FAKE, "rsa": RSA, "remembering": REMEMBERING}
OTHERS = {
    "rsa": replace(RSA, ring=key_ring(private_pem(new_key()), kid=RSA.ring.active_kid)),
    "fake": replace(FAKE, secret=b"other"),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
NAMES = st.text(max_size=10).filter(lambda name: name not in {"iss", "aud"})


@pytest.fixture(params=CODECS)
def codec(request):
    return CODECS[request.param]


def rejection(codec, token: str) -> Rejection:
    with pytest.raises(TokenRejectedError) as raised:
        codec.verify(token)
    return raised.value.rejection


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
@given(payload=st.dictionaries(NAMES, JSON, max_size=5))
def test_a_payload_comes_back_with_the_issuer_and_the_audience(codec, payload):
    times = {"exp", "nbf", "iat"} & set(payload)
    clean = {name: value for name, value in payload.items() if name not in times}
    token = codec.sign(clean)
    for _ in range(2):
        assert dict(codec.verify(token)) == {"iss": "issuer", "aud": "audience", **clean}


def test_times_and_ids_are_not_the_codec_s_to_judge(codec):
    payload = {"exp": 1, "iat": 10**10, "nbf": 10**10, "sub": 5, "jti": None}
    assert dict(codec.verify(codec.sign(payload))) == {
        "iss": "issuer",
        "aud": "audience",
        **payload,
    }


@pytest.mark.parametrize("token", ["", "x", "a.b", "a.b.c.d", "é.é.é", "a" * 8193, "\x00", "a b"])
def test_what_is_no_token(codec, token):
    assert rejection(codec, token) is Rejection.MALFORMED


@given(token=st.text())
def test_no_string_at_all_raises_anything_else(token):
    for codec in CODECS.values():
        with pytest.raises(TokenRejectedError):
            codec.verify(token)


def test_another_s_signature(codec):
    other = OTHERS["fake" if codec is FAKE else "rsa"]
    assert rejection(codec, other.sign({"a": 1})) is Rejection.SIGNATURE_INVALID


def test_another_payload_under_the_same_signature(codec):
    head, _, seal = codec.sign({"a": 1}).split(".")
    body = codec.sign({"a": 2}).split(".")[1]
    assert rejection(codec, f"{head}.{body}.{seal}") is Rejection.SIGNATURE_INVALID


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"issuer": "other"}, Rejection.ISSUER_MISMATCH),
        ({"audience": "other"}, Rejection.AUDIENCE_MISMATCH),
        ({"issuer": "other", "audience": "other"}, Rejection.ISSUER_MISMATCH),
    ],
)
def test_another_issuer_or_audience(codec, changed, reason):
    signer = codec.codec if codec is REMEMBERING else codec
    assert rejection(codec, replace(signer, **changed).sign({})) is reason
