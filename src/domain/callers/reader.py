"""From what a credential says to a live caller: the one place that reads facts and judges them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..events.event import SOMEWHERE, Origin
from ..tokens.claims import PatClaims, SessionClaims
from ..tokens.record import PatRecord
from ..tokens.rejection import Rejection, TokenRejectedError
from ..tokens.validation import session_end, user_end, validate_pat, validate_session
from .caller import Caller, PatCredential, SessionCredential
from .ports import CallerDirectory, PatFacts, SessionFacts


@dataclass(frozen=True)
class CallerReader:
    """Holds claims against the live rows. Reads only: one query each."""

    directory: CallerDirectory

    def by_claims(
        self, claims: PatClaims | SessionClaims, *, now: datetime, origin: Origin = SOMEWHERE
    ) -> Caller:
        """The bearer of a token with these claims, who came from ``origin``.

        Raises:
            TokenRejectedError: the token is no good any more, with the reason.
        """
        if isinstance(claims, PatClaims):
            return self._by_pat(claims, now=now, origin=origin)
        facts = _found(self.directory.session_facts(claims.session_id))
        _check(validate_session(claims, facts.record, facts.standing.user, now=now))
        return _session_caller(facts, expires_at=claims.expires_at, origin=origin)

    def by_session(self, session_id: UUID, *, now: datetime, origin: Origin = SOMEWHERE) -> Caller:
        """Who a session is, for a browser that keeps its id and no token.

        Raises:
            TokenRejectedError: there is no such session, or it has ended.
        """
        facts = _found(self.directory.session_facts(session_id))
        record, user = facts.record, facts.standing.user
        _check(session_end(record, now=now) or user_end(user, record.generation))
        return _session_caller(facts, expires_at=record.expires_at, origin=origin)

    def again(self, caller: Caller, *, now: datetime) -> Caller:
        """The caller as they are now, by the credential they came with.

        Raises:
            TokenRejectedError: the credential has ended since.
        """
        return self.by_claims(_claims_of(caller), now=now, origin=caller.origin)

    def _by_pat(self, claims: PatClaims, *, now: datetime, origin: Origin) -> Caller:
        facts = self.directory.pat_facts(claims.pat_id)
        if facts is None:
            raise TokenRejectedError(Rejection.UNKNOWN)
        _check(validate_pat(claims, facts.record, facts.standing.user, now=now))
        return Caller.of(
            facts.standing,
            _pat_credential(claims, facts),
            token_expires_at=_end(claims, facts.record),
            origin=origin,
        )


def _pat_credential(claims: PatClaims, facts: PatFacts) -> PatCredential:
    record = facts.record
    return PatCredential(
        pat_id=record.id,
        jti=claims.jti,
        read_only=record.read_only,
        access_global_metrics=record.access_global_metrics,
        grant_is_live=record.grant_is_live,
        ends_at=min(claims.expires_at, record.expires_at),
        supersedes=record.overlap is not None and claims.jti == record.jti,
    )


def _session_caller(facts: SessionFacts, *, expires_at: datetime, origin: Origin) -> Caller:
    record = facts.record
    credential = SessionCredential(record.id, confirmed_at=record.confirmed_at)
    return Caller.of(facts.standing, credential, token_expires_at=expires_at, origin=origin)


def _claims_of(caller: Caller) -> PatClaims | SessionClaims:
    match caller.credential:
        case PatCredential() as pat if caller.company_id is not None:
            return PatClaims(
                jti=pat.jti,
                user_id=caller.user.id,
                company_id=caller.company_id,
                pat_id=pat.pat_id,
                read_only=pat.read_only,
                access_global_metrics=pat.access_global_metrics,
                expires_at=pat.ends_at,
            )
        case SessionCredential(session_id=session_id):
            return SessionClaims(
                jti="",
                user_id=caller.user.id,
                company_id=caller.company_id,
                session_id=session_id,
                expires_at=caller.token_expires_at,
            )
        case _:
            raise ValueError("a personal access token names a company")


def _found(facts: SessionFacts | None) -> SessionFacts:
    if facts is None:
        raise TokenRejectedError(Rejection.SESSION_UNKNOWN)
    return facts


def _check(rejection: Rejection | None) -> None:
    if rejection is not None:
        raise TokenRejectedError(rejection)


def _end(claims: PatClaims, record: PatRecord) -> datetime:
    """When this string ends: by its own expiry, its row's, or its overlap's."""
    end = min(claims.expires_at, record.expires_at)
    if claims.jti == record.jti or record.overlap is None:
        return end
    return min(end, record.overlap.until)
