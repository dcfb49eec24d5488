"""Use case: from a raw bearer token to a caller. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .callers.caller import Caller
from .callers.reader import CallerReader
from .events.event import SOMEWHERE, Origin
from .tokens.claims import parse_access_claims
from .tokens.ports import TokenCodec
from .tokens.rejection import Rejection, TokenRejectedError


@dataclass(frozen=True)
class Authenticate:
    """Verify the signature, read the claims, hold them against the live rows."""

    codec: TokenCodec
    reader: CallerReader

    def __call__(self, token: str | None, *, now: datetime, origin: Origin = SOMEWHERE) -> Caller:
        """Return the caller, who came from ``origin``.

        Raises:
            TokenRejectedError: the token is missing or no good, with the reason.
        """
        if not token:
            raise TokenRejectedError(Rejection.MISSING)
        claims = parse_access_claims(self.codec.verify(token), now=now)
        return self.reader.by_claims(claims, now=now, origin=origin)
