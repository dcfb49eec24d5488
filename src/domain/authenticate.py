"""Use cases: from a raw token to its caller, or to the row that it names. They read only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from .callers.caller import Caller
from .callers.ports import CallerDirectory
from .callers.reader import CallerReader
from .events.event import SOMEWHERE, Origin
from .tokens.claims import PatClaims, SessionClaims, parse_access_claims
from .tokens.ports import TokenCodec
from .tokens.rejection import Rejection, TokenRejectedError
from .tokens.validation import names_row


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


@dataclass(frozen=True)
class OldStrings:
    """What a string that may have expired says of its row, for whoever re-issues by it."""

    codec: TokenCodec
    directory: CallerDirectory

    def read(self, token: str) -> PatClaims | SessionClaims:
        """The claims as they were when the token was made.

        Raises:
            TokenRejectedError: it is no token of this service.
        """
        payload = self.codec.verify(token)
        try:
            issued_at = datetime.fromtimestamp(payload["iat"], UTC)
        except (KeyError, TypeError, ValueError, OverflowError):
            raise TokenRejectedError(Rejection.CLAIMS_INVALID) from None
        return parse_access_claims(payload, now=issued_at)

    def rejection(self, claims: PatClaims, *, now: datetime) -> Rejection | None:
        """Why the string does not name its row any more; None while it does."""
        facts = self.directory.pat_facts(claims.pat_id)
        if facts is None:
            return Rejection.UNKNOWN
        return names_row(claims, facts.record, facts.standing.user, now=now)
