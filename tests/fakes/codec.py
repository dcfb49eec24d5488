"""A codec without public keys: tokens are sealed with a secret of the codec's own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from domain.tokens.claims import Payload
from domain.tokens.rejection import Rejection, TokenRejectedError

_PARTS = 3
_MAX_BYTES = 8 * 1024


@dataclass(frozen=True)
class FakeTokenCodec:
    """``TokenCodec`` in memory. ``signed`` holds every payload it was given."""

    secret: bytes = b"fake"
    issuer: str = "https://issuer.example"
    audience: str = "metrics"
    signed: list[dict[str, Any]] = field(default_factory=list)

    def sign(self, payload: dict[str, Any]) -> str:
        """Return header, payload and seal, joined by dots as in a JWT."""
        self.signed.append(payload)
        head = _encoded({"alg": "FAKE", "typ": "JWT"})
        body = _encoded({"iss": self.issuer, "aud": self.audience, **payload})
        return f"{head}.{body}.{self._seal(head, body)}"

    def verify(self, token: str) -> Payload:
        """Return the payload of a token this codec sealed."""
        parts = token.split(".")
        if len(token) > _MAX_BYTES or len(parts) != _PARTS or not token.isascii():
            raise TokenRejectedError(Rejection.MALFORMED)
        if not hmac.compare_digest(self._seal(parts[0], parts[1]), parts[2]):
            raise TokenRejectedError(Rejection.SIGNATURE_INVALID)
        payload: dict[str, Any] = json.loads(base64.urlsafe_b64decode(parts[1]))
        if payload["iss"] != self.issuer:
            raise TokenRejectedError(Rejection.ISSUER_MISMATCH)
        if payload["aud"] != self.audience:
            raise TokenRejectedError(Rejection.AUDIENCE_MISMATCH)
        return payload

    def _seal(self, head: str, body: str) -> str:
        return hmac.new(self.secret, f"{head}.{body}".encode(), hashlib.sha256).hexdigest()


def _encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
