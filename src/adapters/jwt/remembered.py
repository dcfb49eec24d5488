"""Signatures that were verified before, remembered by a process for its lifetime.

A scraper sends one string every few seconds for months. Whether its signature is good, and ours,
depends on the string and on the key ring alone, and neither changes: verifying it again can only
give the same payload. Everything that can change (the time, the row, the session, the user, the
grant) is checked after this, at every request, and is remembered nowhere.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from domain.tokens.claims import Payload
from domain.tokens.ports import TokenCodec

MOST = 10_000
"""Strings remembered: some 8 MB. With more than that in use the oldest is verified again."""


@dataclass(frozen=True)
class RememberingCodec:
    """A codec in front of another one, whose key ring never changes.

    It keeps a digest of a string, not the string, and remembers no string that was rejected. The
    payload is kept as JSON: small, and read anew each time, so that nobody changes it for the next.
    """

    codec: TokenCodec
    most: int = MOST
    _known: dict[bytes, bytes] = field(default_factory=dict, init=False)
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
        known = self._known.get(digest)
        if known is None:
            payload = self.codec.verify(token)
            self._remember(digest, json.dumps(dict(payload)).encode())
            return payload
        again: Payload = json.loads(known)
        return again

    def _remember(self, digest: bytes, payload: bytes) -> None:
        with self._lock:
            if len(self._known) >= self.most:
                del self._known[next(iter(self._known))]
            self._known[digest] = payload
