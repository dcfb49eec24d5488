"""The security log: one line for each event and notice, on the logger ``security``."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import DatabaseError, InterfaceError, transaction

from adapters.orm.models import User
from adapters.orm.models.user import UserManager
from domain.events.event import Actor, Event
from domain.events.notice import Notice, NoticeKind
from domain.network import network_of

logger = logging.getLogger("security")

_TYPED = {NoticeKind.SIGN_IN_FAILED, NoticeKind.SIGN_IN_LIMITED}
"""Notices whose account is what somebody typed."""
_UNKNOWN = "unknown"


class LoggingSecurityLog:
    """Writes a line at once. A log that cannot be written stops nobody."""

    def note(self, notice: Notice) -> None:
        """Write the notice."""
        account = notice.account
        if notice.kind in _TYPED:
            account = _known(account)
        write_line(notice.kind.value, account=account, by=notice.by, detail=notice.detail)

    def note_change(self, notice: Notice) -> None:
        """Write the notice once the transaction at hand is committed."""
        transaction.on_commit(partial(self.note, notice), robust=True)


def log_event(event: Event, *, account: str) -> None:
    """Write a line for an event that is kept in the account of events."""
    ids = {"token": event.pat_id, "session": event.session_id, "company": event.company_id}
    detail = {name: str(value) for name, value in ids.items() if value is not None}
    write_line(event.kind.value, account=account, by=event.by, detail={**detail, **event.detail})


def write_line(kind: str, *, account: str, by: Actor, detail: Mapping[str, Any]) -> None:
    """Write one line. Text first for people; the same as fields for programs."""
    fields = {
        "event": kind,
        "account": account or None,
        "by": by.name or None,
        "network": network_of(by.origin.address) or None,
        "means": by.origin.means.value,
        "credential": _credential(by),
        **detail,
    }
    words = " ".join(f"{name}={_quoted(value)}" for name, value in fields.items())
    logger.info(words, extra={"fields": fields})


def _credential(by: Actor) -> str | None:
    if by.pat_id is not None:
        return f"token:{by.pat_id}"
    return None if by.session_id is None else f"session:{by.session_id}"


def _quoted(value: object) -> str:
    """Plain where it is plain; else as JSON writes it, which keeps it on one line."""
    if value is None:
        return "-"
    text = str(value)
    plain = text.isascii() and text.isprintable() and not set(text) & set(' "=\\')
    return text if text and plain else json.dumps(text)


def _known(typed: str) -> str:
    """The address, where there is such an account: what was typed may be a password."""
    email = UserManager.normalize_email(typed)
    try:
        return email if User.objects.filter(email=email).exists() else _UNKNOWN
    except (DatabaseError, InterfaceError):
        return _UNKNOWN
