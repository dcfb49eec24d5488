"""The account of events: written in the transaction of the change that each accounts for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db import transaction

from adapters.orm.models import Company, TokenEvent, User
from adapters.orm.repositories.security_log import log_event
from domain.events.event import Event

_ADDRESS = 45
"""The longest IPv6 address; a scope id behind it may be of any length, and is cut off."""


class OrmEventLog:
    """The account of events, in the transaction at hand."""

    def write(self, events: Sequence[Event]) -> None:
        """Store events; once they are committed, log them."""
        if not events:
            return
        rows = event_rows(events)
        TokenEvent.objects.bulk_create(rows)
        for event, row in zip(events, rows, strict=True):
            transaction.on_commit(partial(log_event, event, account=row.user_email), robust=True)


def event_rows(events: Sequence[Event]) -> list[TokenEvent]:
    """The rows of events, with the names that the ids have now."""
    emails = _names(User, "email", (event.user_id for event in events))
    slugs = _names(Company, "slug", (event.company_id for event in events))
    return [
        TokenEvent(
            at=event.at,
            kind=event.kind.value,
            pat_id=event.pat_id,
            session_id=event.session_id,
            user_id=event.user_id,
            user_email=emails.get(event.user_id, ""),
            company_id=event.company_id,
            company_slug=slugs.get(event.company_id, ""),
            actor_id=event.by.user_id,
            actor_name=event.by.name,
            actor_pat_id=event.by.pat_id,
            actor_session_id=event.by.session_id,
            address=event.by.origin.address[:_ADDRESS],
            means=event.by.origin.means.value,
            detail=dict(event.detail),
        )
        for event in events
    ]


def _names(model: type[Any], column: str, ids: Iterable[int | None]) -> dict[int | None, str]:
    wanted = {key for key in ids if key is not None}
    if not wanted:
        return {}
    return dict(model.objects.filter(pk__in=wanted).values_list("pk", column))
