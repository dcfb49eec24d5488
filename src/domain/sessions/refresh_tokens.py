"""Refresh tokens: opaque strings, each with one successor that can be worked out from it.

A token is 32 bytes in base64url without padding (RFC 4648 section 5). The first half is the same
for all tokens of a session: its family. The second half of the first token is random, and of every
other a keyed digest of the token before. So an answer that got lost can be given again, and nothing
that could be used is kept: the database holds keyed digests.

A string with a known family that is neither the live token nor its parent was spent earlier, or
made up by somebody who holds one of the family. Either way the session must end.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from ..tokens.rejection import Rejection, TokenRejectedError

TOKEN_LENGTH = 43
_FAMILY_BYTES = 16
_TOKEN_BYTES = 32


@dataclass(frozen=True)
class RefreshTokens:
    """Makes tokens and digests.

    Attributes:
        key: a secret. With another one no token made before is known any more.
        random_bytes: a source of so many unpredictable bytes.
    """

    key: bytes = field(repr=False)
    random_bytes: Callable[[int], bytes]

    def new(self) -> str:
        """The first token of a new family."""
        return _encoded(self.random_bytes(_TOKEN_BYTES))

    def successor(self, token: str) -> str:
        """The one token that follows.

        Raises:
            TokenRejectedError: it is no refresh token.
        """
        decoded = _decoded(token)
        family, rest = decoded[:_FAMILY_BYTES], self._keyed("successor", decoded)
        return _encoded(family + rest[: _TOKEN_BYTES - _FAMILY_BYTES])

    def digest(self, token: str) -> str:
        """What is kept of a token: 64 hexadecimal digits.

        Raises:
            TokenRejectedError: it is no refresh token.
        """
        return self._keyed("token", _decoded(token)).hex()

    def family(self, token: str) -> str:
        """What is kept of a token's family, for its session to be found by.

        Raises:
            TokenRejectedError: it is no refresh token.
        """
        return self._keyed("family", _decoded(token)[:_FAMILY_BYTES]).hex()

    def _keyed(self, purpose: str, data: bytes) -> bytes:
        return hmac.new(self.key, purpose.encode() + b"\0" + data, hashlib.sha256).digest()


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(token: str) -> bytes:
    if len(token) != TOKEN_LENGTH or not token.isascii():
        raise TokenRejectedError(Rejection.REFRESH_MALFORMED)
    try:
        decoded = urlsafe_b64decode(token + "=")
    except ValueError:
        raise TokenRejectedError(Rejection.REFRESH_MALFORMED) from None
    if _encoded(decoded) != token:  # stray characters and bits are not forgiven
        raise TokenRejectedError(Rejection.REFRESH_MALFORMED)
    return decoded
