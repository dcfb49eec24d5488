"""A forge for tokens: any header, any payload, any key, and every way to write them down."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from adapters.jwt.keys import thumbprint
from tests.keys import new_key

REQUIRED = object()
"""Stands for a claim that is left out."""


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def as_json(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@dataclass(frozen=True)
class Forge:
    """Knows the service's real key, and keys it has never heard of.

    Attributes:
        key: the active signing key of the service under attack.
        access, pat: payloads that are all right but for having no row.
        refresh: the payload of a refresh token of the release before, when they were JWTs.
    """

    key: RSAPrivateKey
    issuer: str
    audience: str
    access: dict[str, Any]
    pat: dict[str, Any]
    refresh: dict[str, Any]
    stranger: RSAPrivateKey = field(default_factory=new_key)

    @property
    def kid(self) -> str:
        return thumbprint(self.key.public_key())

    @property
    def header(self) -> dict[str, Any]:
        return {"alg": "RS256", "typ": "JWT", "kid": self.kid}

    def signed(self, header: Any, payload: Any, *, key: RSAPrivateKey | None = None) -> str:
        """RS256 over any bytes; the service's own key by default."""
        return self._joined(header, payload, rs256(key or self.key))

    def unsigned(self, header: Any, payload: Any, signature: bytes = b"") -> str:
        return self._joined(header, payload, lambda _: signature)

    def hmac(self, header: Any, payload: Any, secret: bytes, digest: str = "sha256") -> str:
        return self._joined(header, payload, lambda text: hmac.new(secret, text, digest).digest())

    def pss(self, header: Any, payload: Any) -> str:
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        return self._joined(header, payload, lambda t: self.key.sign(t, scheme, hashes.SHA256()))

    def other_digest(self, header: Any, payload: Any, digest: hashes.HashAlgorithm) -> str:
        def sign(text: bytes) -> bytes:
            return self.key.sign(text, padding.PKCS1v15(), digest)

        return self._joined(header, payload, sign)

    def ecdsa(self, header: Any, payload: Any) -> str:
        key = ec.generate_private_key(ec.SECP256R1())
        return self._joined(header, payload, lambda t: key.sign(t, ec.ECDSA(hashes.SHA256())))

    def eddsa(self, header: Any, payload: Any) -> str:
        return self._joined(header, payload, ed25519.Ed25519PrivateKey.generate().sign)

    def mine(self, payload: Any, **changed: Any) -> str:
        """A token with our own signature over a payload; ``REQUIRED`` leaves a claim out."""
        if isinstance(payload, dict):
            payload = {
                name: value
                for name, value in {**payload, **changed}.items()
                if value is not REQUIRED
            }
        return self.signed(self.header, payload)

    @staticmethod
    def _joined(header: Any, payload: Any, sign: Any) -> str:
        text = f"{b64(as_json(header))}.{b64(as_json(payload))}"
        return f"{text}.{b64(sign(text.encode()))}"


def rs256(key: RSAPrivateKey) -> Any:
    return lambda text: key.sign(text, padding.PKCS1v15(), hashes.SHA256())


def digest(text: bytes) -> str:
    return b64(hashlib.sha256(text).digest())
