"""The keys that a process has loaded, told to whoever guards the service."""

from __future__ import annotations

from adapters.commands.shell import shell_actor
from adapters.jwt.keys import KeyRing
from domain.events.notice import Notice, NoticeKind
from domain.events.ports import SecurityLog


def tell_of_keys(ring: KeyRing, security: SecurityLog) -> None:
    """Tell which key signs and which ones only verify: by their ids."""
    previous = ",".join(kid for kid in ring.public_keys if kid != ring.active_kid)
    keys = {"active": ring.active_kid, "previous": previous or None}
    security.note(Notice(NoticeKind.KEYS_LOADED, by=shell_actor().actor, detail=keys))
