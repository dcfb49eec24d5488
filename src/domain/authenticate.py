"""Use case: from a raw bearer token to a caller. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from domain.callers.caller import Caller, PatCredential, SessionCredential
from domain.callers.ports import CallerDirectory
from domain.events.event import SOMEWHERE, Origin
from domain.tokens.claims import PatClaims, SessionClaims, parse_access_claims
from domain.tokens.ports import TokenCodec
from domain.tokens.record import PatRecord
from domain.tokens.rejection import Rejection, TokenRejectedError
from domain.tokens.validation import validate_pat, validate_session


@dataclass(frozen=True)
class Authenticate:
    """Verify the signature, read the claims, hold them against the live record."""

    codec: TokenCodec
    directory: CallerDirectory

    def __call__(self, token: str | None, *, now: datetime, origin: Origin = SOMEWHERE) -> Caller:
        """Return the caller, who came from ``origin``.

        Raises:
            TokenRejectedError: the token is missing or no good, with the reason.
        """
        if not token:
            raise TokenRejectedError(Rejection.MISSING)
        claims = parse_access_claims(self.codec.verify(token), now=now)
        if isinstance(claims, PatClaims):
            return replace(self._pat_caller(claims, now=now), origin=origin)
        return replace(self._session_caller(claims, now=now), origin=origin)

    def _pat_caller(self, claims: PatClaims, *, now: datetime) -> Caller:
        facts = self.directory.pat_facts(claims.pat_id)
        rejection = validate_pat(claims, facts.record if facts else None, now=now)
        if rejection or facts is None:
            raise TokenRejectedError(rejection or Rejection.UNKNOWN)
        record = facts.record
        credential = PatCredential(
            pat_id=record.id,
            jti=claims.jti,
            read_only=record.read_only,
            access_global_metrics=record.access_global_metrics,
            grant_is_live=facts.grant_is_live,
            supersedes=record.previous_jti is not None and claims.jti == record.jti,
        )
        return facts.standing.caller(
            credential, company_id=claims.company_id, token_expires_at=_end(claims, record)
        )

    def _session_caller(self, claims: SessionClaims, *, now: datetime) -> Caller:
        facts = self.directory.session_facts(claims.session_id)
        rejection = validate_session(claims, facts.record if facts else None, now=now)
        if rejection or facts is None:
            raise TokenRejectedError(rejection or Rejection.SESSION_UNKNOWN)
        return facts.standing.caller(
            SessionCredential(facts.record.id),
            company_id=claims.company_id,
            token_expires_at=claims.expires_at,
        )


def _end(claims: PatClaims, record: PatRecord) -> datetime:
    """When this string ends: by its own expiry, its row's, or its overlap's."""
    end = min(claims.expires_at, record.expires_at)
    if claims.jti == record.jti or record.previous_expires_at is None:
        return end
    return min(end, record.previous_expires_at)
