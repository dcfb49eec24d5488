"""The key ring: one key signs, any number of others still verify. Parsed once, at start-up."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from jwt.algorithms import RSAAlgorithm

MINIMUM_BITS = 2048
"""RFC 7518 section 3.3: a key of 2048 bits or larger must be used with RS256."""

_PEM_BLOCK = re.compile(
    r"(?:^kid:[ \t]*(?P<kid>\S+)[ \t]*\n)?"
    r"(?P<pem>^-----BEGIN (?P<label>[A-Z ]+)-----$.+?^-----END (?P=label)-----$)",
    re.MULTILINE | re.DOTALL,
)


class KeyFaultError(ValueError):
    """A key cannot be used; the message says why, and holds nothing of the key."""


@dataclass(frozen=True)
class KeyRing:
    """The active signing key and every key that verifies, by ``kid``."""

    active_kid: str
    private_key: RSAPrivateKey
    public_keys: Mapping[str, RSAPublicKey]

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The JWK Set (RFC 7517 section 5) of all keys, the active one first."""
        return {"keys": [_jwk(kid, key) for kid, key in self.public_keys.items()]}


def key_ring(
    private_pem: str, *, kid: str | None = None, previous: Iterable[tuple[str, RSAPublicKey]] = ()
) -> KeyRing:
    r"""Build a key ring.

    Args:
        private_pem: the active RSA key, PEM, unencrypted; newlines real or written as ``\n``.
        kid: its id; the RFC 7638 thumbprint when None.
        previous: keys that verify only, as ``parse_previous`` returns them.

    Raises:
        KeyFaultError: no RSA key of enough bits, or two keys with one id.
    """
    private_key = _private_key(private_pem)
    public_key = private_key.public_key()
    active_kid = kid or thumbprint(public_key)
    keys = {active_kid: public_key}
    for previous_kid, key in previous:
        if previous_kid in keys and keys[previous_kid].public_numbers() != key.public_numbers():
            raise KeyFaultError(f"two different keys have the id {previous_kid!r}")
        keys.setdefault(previous_kid, key)
    return KeyRing(active_kid, private_key, keys)


def parse_previous(pems: str) -> list[tuple[str, RSAPublicKey]]:
    """Read concatenated PEM public keys, each with an optional ``kid: NAME`` line before it.

    Explanatory text outside the blocks is allowed (RFC 7468 section 5.2).

    Raises:
        KeyFaultError: a block is no RSA public key of enough bits, or there is no block.
    """
    text = _newlines(pems)
    found = [(match["kid"], _public_key(match["pem"])) for match in _PEM_BLOCK.finditer(text)]
    if text and not found:
        raise KeyFaultError("there is no PEM block in it")
    return [(kid or thumbprint(key), key) for kid, key in found]


def thumbprint(key: RSAPublicKey) -> str:
    """The JWK thumbprint of RFC 7638: SHA-256 over the required members, base64url."""
    jwk = RSAAlgorithm.to_jwk(key, as_dict=True)
    required = {name: jwk[name] for name in ("e", "kty", "n")}
    canonical = json.dumps(required, separators=(",", ":"), sort_keys=True).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode()


def _private_key(pem: str) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(_newlines(pem).encode(), password=None)
    except (ValueError, TypeError, UnicodeError):
        raise KeyFaultError("it is no unencrypted PEM private key") from None
    if not isinstance(key, RSAPrivateKey):
        raise KeyFaultError("it is no RSA key")
    _check_bits(key.key_size)
    return key


def _public_key(pem: str) -> RSAPublicKey:
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, TypeError, UnicodeError):
        raise KeyFaultError("a block of it is no PEM public key") from None
    if not isinstance(key, RSAPublicKey):
        raise KeyFaultError("a block of it is no RSA key")
    _check_bits(key.key_size)
    return key


def _check_bits(bits: int) -> None:
    if bits < MINIMUM_BITS:
        raise KeyFaultError(f"it has {bits} bits and needs {MINIMUM_BITS} or more")


def _newlines(pem: str) -> str:
    return pem.replace("\\n", "\n").replace("\r\n", "\n").strip()


def _jwk(kid: str, key: RSAPublicKey) -> dict[str, Any]:
    jwk = RSAAlgorithm.to_jwk(key, as_dict=True)
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": jwk["n"], "e": jwk["e"]}
