"""Use case: who a session is, for a browser that keeps its id and no token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.callers.caller import Caller, SessionCredential
from domain.callers.ports import CallerDirectory
from domain.tokens.rejection import Rejection, TokenRejectedError
from domain.tokens.validation import session_end


@dataclass(frozen=True)
class Resume:
    """The same row and the same live facts as for the session's access token. Reads only."""

    directory: CallerDirectory

    def __call__(self, session_id: UUID, *, now: datetime) -> Caller:
        """Return the caller.

        Raises:
            TokenRejectedError: there is no such session, or it has ended.
        """
        facts = self.directory.session_facts(session_id)
        rejection = session_end(facts.record if facts else None, now=now)
        if rejection or facts is None:
            raise TokenRejectedError(rejection or Rejection.SESSION_UNKNOWN)
        return facts.standing.caller(
            SessionCredential(facts.record.id),
            company_id=facts.record.company_id,
            token_expires_at=facts.record.expires_at,
        )
