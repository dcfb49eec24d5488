"""One event of a token's life: when, what, whose token, by whom, from where, by which means.

It holds no secret: not the token, not its ``jti``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from uuid import UUID

Detail = Mapping[str, str | int | bool | None]


class Means(Enum):
    """By which door somebody came."""

    API = "api"
    ADMIN = "admin"
    PAGE = "page"
    SHELL = "shell"


@dataclass(frozen=True)
class Origin:
    """Where an act came from. ``address`` is empty where there is none, as in the shell."""

    means: Means
    address: str = ""


SOMEWHERE = Origin(Means.API)
"""A program that uses the policy library says no more."""


@dataclass(frozen=True)
class Actor:
    """Who acts, and with which credential.

    ``user_id`` None: nobody signed in. ``name`` is the user's e-mail address, or in the shell the
    name of the system's user. ``pat_id`` or ``session_id`` is the credential; the shell has none.
    """

    user_id: int | None
    name: str
    origin: Origin
    pat_id: UUID | None = None
    session_id: UUID | None = None


class EventKind(Enum):
    """What happened."""

    ISSUED = "issued"
    REISSUED = "reissued"
    GRANTED = "granted"
    FLAGS_CHANGED = "flags_changed"
    REVOKED = "revoked"
    OVERLAP_ENDED = "overlap_ended"
    PRIVILEGED_USE_REFUSED = "privileged_use_refused"
    REFRESH_REUSED = "refresh_reused"
    SESSION_STARTED = "session_started"
    SESSION_ENDED = "session_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - what happened, no password
    CREDENTIALS_ENDED = "credentials_ended"


@dataclass(frozen=True)
class Event:
    """What is kept. ``user_id`` and ``company_id`` say whose token it was."""

    kind: EventKind
    at: datetime
    by: Actor
    user_id: int
    company_id: int | None
    pat_id: UUID | None = None
    session_id: UUID | None = None
    detail: Detail = field(default_factory=dict)
