"""The token codec: RS256 and nothing else, so no algorithm can be confused with it (RFC 8725).

What the token says about itself is checked before anything is computed: its size, its form, its
algorithm, its type. Nothing else of its header is followed, ``jku``, ``jwk``, ``x5u`` and ``x5c``
least of all: past the signature, a header with more in it than we write is refused.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.jwt.keys import KeyRing
from domain.tokens.claims import Payload
from domain.tokens.rejection import Rejection, TokenRejectedError

ALGORITHM = "RS256"
MAX_BYTES = 8 * 1024
_WRITTEN = {"alg", "typ", "kid"}
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)


@dataclass(frozen=True)
class RsaTokenCodec:
    """Signs with the ring's active key, verifies with any of its keys."""

    ring: KeyRing
    issuer: str
    audience: str

    def sign(self, payload: dict[str, Any]) -> str:
        """Return the compact JWT, with our ``iss`` and ``aud`` and the active key's ``kid``."""
        return jwt.encode(
            {"iss": self.issuer, "aud": self.audience, **payload},
            self.ring.private_key,
            algorithm=ALGORITHM,
            headers={"kid": self.ring.active_kid},
        )

    def verify(self, token: str) -> Payload:
        """Return the payload of a token of ours.

        Raises:
            TokenRejectedError: for anything else, and never anything else.
        """
        header = _header(token)
        payload = self._payload(token, self._key(header))
        if header.keys() - _WRITTEN:
            raise TokenRejectedError(Rejection.HEADER_INVALID)
        return payload

    def _key(self, header: dict[str, Any]) -> RSAPublicKey:
        if header.get("alg") != ALGORITHM:
            raise TokenRejectedError(Rejection.ALGORITHM_NOT_ALLOWED)
        if header.get("typ") != "JWT" or "crit" in header:
            raise TokenRejectedError(Rejection.HEADER_INVALID)
        kid = header.get("kid")
        key = self.ring.public_keys.get(kid) if isinstance(kid, str) else None
        if key is None:
            raise TokenRejectedError(Rejection.KEY_UNKNOWN)
        return key

    def _payload(self, token: str, key: RSAPublicKey) -> Payload:
        try:
            payload: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self.issuer,
                audience=self.audience,
                options={
                    "require": ["iss", "aud"],
                    "strict_aud": True,
                    # Times and ids are the domain's to read: it knows the clock and the types.
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                    "verify_sub": False,
                    "verify_jti": False,
                },
            )
        except jwt.InvalidSignatureError:
            raise TokenRejectedError(Rejection.SIGNATURE_INVALID) from None
        except jwt.MissingRequiredClaimError:
            raise TokenRejectedError(Rejection.CLAIMS_INVALID) from None
        except jwt.InvalidIssuerError:
            raise TokenRejectedError(Rejection.ISSUER_MISMATCH) from None
        except jwt.InvalidAudienceError:
            raise TokenRejectedError(Rejection.AUDIENCE_MISMATCH) from None
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise TokenRejectedError(Rejection.MALFORMED) from None
        return payload


def _header(token: str) -> dict[str, Any]:
    if len(token) > MAX_BYTES or not _COMPACT.fullmatch(token):
        raise TokenRejectedError(Rejection.MALFORMED)
    segments = [_decoded(segment) for segment in token.split(".")]
    try:
        header = json.loads(segments[0].decode(), object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        raise TokenRejectedError(Rejection.MALFORMED) from None
    if not isinstance(header, dict):
        raise TokenRejectedError(Rejection.MALFORMED)
    return header


def _each_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build the object; what the header says twice, two readers may read differently."""
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("a member is there twice")
    return found


def _decoded(segment: str) -> bytes:
    """Decode one segment, which must be the only way to write its bytes (RFC 7515 section 2)."""
    try:
        raw = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except ValueError:
        raise TokenRejectedError(Rejection.MALFORMED) from None
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != segment:
        raise TokenRejectedError(Rejection.MALFORMED)
    return raw
