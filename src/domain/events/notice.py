"""What whoever guards the service wants to read, and what changes no token and no session.

It goes to the security log alone. What concerns tokens and sessions is an ``Event``: it is kept in
the account of events, and read in the security log as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from .event import Actor, Detail


class NoticeKind(Enum):
    """What happened."""

    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_LIMITED = "sign_in_limited"
    PASSWORD_WRONG = "password_wrong"  # noqa: S105 - what happened, no password
    TOKENS_LIMITED = "tokens_limited"
    USER_CREATED = "user_created"
    USER_DELETED = "user_deleted"
    RIGHTS_CHANGED = "rights_changed"
    MEMBERSHIP_CHANGED = "membership_changed"
    ADMINISTRATION_REFUSED = "administration_refused"
    KEYS_LOADED = "keys_loaded"


@dataclass(frozen=True)
class Notice:
    """What happened, to whose account, by whom. It holds no secret.

    ``account`` is an e-mail address. One that somebody typed may be anything, a password even: the
    log names it only where there is such an account.
    """

    kind: NoticeKind
    by: Actor
    account: str = ""
    detail: Detail = field(default_factory=dict)
