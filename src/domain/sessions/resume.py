"""Use case: who a session is, for a browser that keeps its id and no token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..callers.caller import Caller
from ..callers.reader import CallerReader
from ..events.event import Origin
from ..tokens.ports import LastUse


@dataclass(frozen=True)
class Resume:
    """The same row and the same live facts as for the session's access token.

    A browser never refreshes, so its use is noted here; that of an access token, at its refresh.
    """

    reader: CallerReader
    last_use: LastUse

    def __call__(self, session_id: UUID, *, now: datetime, origin: Origin) -> Caller:
        """Return the caller, who came from ``origin``.

        Raises:
            TokenRejectedError: there is no such session, or it has ended.
        """
        caller = self.reader.by_session(session_id, now=now, origin=origin)
        self.last_use.note_session(session_id, at=now)
        return caller
