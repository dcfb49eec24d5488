"""The key ring: one key signs, any number of others still verify."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from adapters.jwt.codec import RsaTokenCodec
from adapters.jwt.keys import KeyFaultError, key_ring, parse_previous, thumbprint
from domain.tokens.rejection import Rejection, TokenRejectedError
from tests.keys import ACTIVE_KEY, ACTIVE_PEM, new_key, private_pem, public_pem

OLD, OLDER = new_key(), new_key()
RFC_7638_N = (
    "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJEC"
    "PebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Qvz"
    "qY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZ"
    "u0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
)


def number(text: str) -> int:
    import base64

    return int.from_bytes(base64.urlsafe_b64decode(text + "=="), "big")


def codec(ring) -> RsaTokenCodec:
    return RsaTokenCodec(ring, issuer="i", audience="a")


def test_the_default_kid_is_the_thumbprint_of_rfc_7638():
    """The example of its section 3.1."""
    key = rsa.RSAPublicNumbers(number("AQAB"), number(RFC_7638_N)).public_key()
    assert thumbprint(key) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    assert key_ring(ACTIVE_PEM).active_kid == thumbprint(ACTIVE_KEY.public_key())


@pytest.mark.parametrize(
    "pem",
    [
        ACTIVE_PEM,
        ACTIVE_PEM.strip().replace("\n", "\\n"),
        ACTIVE_PEM.replace("\n", "\r\n"),
        f"\n\n{ACTIVE_PEM}\n",
        ACTIVE_KEY.private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        ).decode(),
    ],
    ids=["PEM", "written newlines", "CRLF", "space around", "PKCS 1"],
)
def test_a_key_may_be_written_so(pem):
    assert key_ring(pem).public_keys == key_ring(ACTIVE_PEM).public_keys


def test_previous_keys_verify_and_do_not_sign():
    old = codec(key_ring(private_pem(OLD)))
    ring = key_ring(ACTIVE_PEM, previous=parse_previous(public_pem(OLD) + public_pem(OLDER)))
    token = old.sign({"a": 1})
    assert codec(ring).verify(token)["a"] == 1
    assert codec(ring).sign({"a": 1}).split(".")[0] != token.split(".")[0]
    assert len(ring.public_keys) == 3
    with pytest.raises(TokenRejectedError) as rejected:
        codec(key_ring(ACTIVE_PEM)).verify(token)
    assert rejected.value.rejection is Rejection.KEY_UNKNOWN


def test_a_previous_key_keeps_its_name():
    named = codec(key_ring(private_pem(OLD), kid="old-1"))
    previous = parse_previous(
        f"the key of 2025\nkid: old-1\n{public_pem(OLD)}\n{public_pem(OLDER)}"
    )
    assert [kid for kid, _ in previous] == ["old-1", thumbprint(OLDER.public_key())]
    assert codec(key_ring(ACTIVE_PEM, previous=previous)).verify(named.sign({"a": 1}))["a"] == 1


def test_previous_keys_may_be_written_on_one_line():
    text = (public_pem(OLD) + public_pem(OLDER)).replace("\n", "\\n")
    assert parse_previous(text) == parse_previous(public_pem(OLD) + public_pem(OLDER))


def test_the_jwk_set_holds_every_key_the_active_one_first():
    ring = key_ring(ACTIVE_PEM, kid="now", previous=parse_previous(public_pem(OLD)))
    keys = ring.jwks()["keys"]
    assert [key["kid"] for key in keys] == ["now", thumbprint(OLD.public_key())]
    assert all(set(key) == {"kty", "use", "alg", "kid", "n", "e"} for key in keys)


def elliptic() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def locked() -> str:
    lock = BestAvailableEncryption(b"secret")
    return ACTIVE_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock).decode()


@pytest.mark.parametrize(
    ("pem", "fault"),
    [
        (private_pem(new_key(1024)), "it has 1024 bits and needs 2048 or more"),
        (elliptic(), "it is no RSA key"),
        (locked(), "it is no unencrypted PEM private key"),
        (public_pem(OLD), "it is no unencrypted PEM private key"),
        ("secret", "it is no unencrypted PEM private key"),
        ("\ud800", "it is no unencrypted PEM private key"),
        (ACTIVE_PEM[:200], "it is no unencrypted PEM private key"),
    ],
    ids=["short", "elliptic", "locked", "public", "no PEM", "no text", "cut off"],
)
def test_a_key_that_cannot_sign(pem, fault):
    with pytest.raises(KeyFaultError, match=f"^{fault}$"):
        key_ring(pem)


@pytest.mark.parametrize(
    "pems",
    ["secret", public_pem(new_key(1024)), private_pem(OLD), public_pem(OLD).replace("M", "x")],
    ids=["no PEM", "short", "private", "broken"],
)
def test_previous_keys_that_cannot_verify(pems):
    with pytest.raises(KeyFaultError) as raised:
        parse_previous(pems)
    assert pems[60:80] not in str(raised.value) or pems == "secret"
    assert "secret" not in str(raised.value)


def test_no_two_keys_of_one_name():
    previous = parse_previous(f"kid: same\n{public_pem(OLD)}")
    with pytest.raises(KeyFaultError, match="two different keys have the id 'same'"):
        key_ring(ACTIVE_PEM, kid="same", previous=previous)


def test_the_active_key_may_be_among_the_previous_ones():
    ring = key_ring(ACTIVE_PEM, previous=parse_previous(public_pem(ACTIVE_KEY)))
    assert len(ring.public_keys) == 1


def test_no_previous_keys():
    assert parse_previous("") == []
    assert parse_previous(" \n ") == []


def test_nothing_of_a_key_is_printed():
    from adapters.jwt.keys import KeyRing

    ring: KeyRing = key_ring(ACTIVE_PEM)
    assert "PRIVATE" not in repr(ring)
    assert str(ACTIVE_KEY.private_numbers().d)[:20] not in repr(ring)
