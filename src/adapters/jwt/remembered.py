"""Signatures that were verified before, remembered by a process for its lifetime.

A scraper sends one string every few seconds for months. Whether its signature is good, and ours,
depends on the string and on the key ring alone, and neither changes: verifying it again can only
give the same payload. Everything that can change (the time, the row, the session, the user, the
grant) is checked after this, at every request, and is remembered nowhere.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from domain.tokens.claims import Payload
from domain.tokens.ports import TokenCodec

MOST = 4096
"""Strings remembered: some 2 kB each. With more than that in use the oldest is verified again."""


@dataclass(frozen=True)
class RememberingCodec:
    """A codec in front of another one, whose key ring never changes.

    It keeps a digest of a string, not the string, and remembers no string that was rejected.
    """

    codec: TokenCodec
    most: int = MOST
    _known: dict[bytes, Payload] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def sign(self, payload: dict[str, Any]) -> str:
        """Return the compact JWT of the payload."""
        return self.codec.sign(payload)

    def verify(self, token: str) -> Payload:
        """Return the payload of a token of ours.

        Raises:
            TokenRejectedError: for anything else.
        """
        digest = sha256(token.encode(errors="surrogatepass")).digest()
        payload = self._known.get(digest)
        if payload is None:
            payload = self._remember(digest, self.codec.verify(token))
        return payload

    def _remember(self, digest: bytes, verified: Mapping[str, Any]) -> Payload:
        payload = MappingProxyType(dict(verified))
        with self._lock:
            if len(self._known) >= self.most:
                del self._known[next(iter(self._known))]
            self._known[digest] = payload
        return payload
