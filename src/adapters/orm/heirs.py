"""All that was ever made with a token, for those who follow what a thief did with it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from adapters.orm.models import PersonalAccessToken, TokenEvent
from domain.events.event import EventKind
from domain.tokens.revoking import line_ids

_MAKING = (EventKind.ISSUED.value, EventKind.REISSUED.value)


def whole_line(pat_id: UUID) -> set[UUID]:
    """The token, and all that was made or re-issued with it, however far down.

    The account of events tells it though rows are gone, and though a session has taken a token
    back since; rows tell it where the events are older than what is kept.
    """
    return {pat_id, *line_ids([pat_id], _made_with)}


def _made_with(pat_ids: Sequence[UUID]) -> list[UUID]:
    events = TokenEvent.objects.filter(
        actor_pat_id__in=pat_ids, kind__in=_MAKING, pat_id__isnull=False
    )
    made = Q(made_by_pat__in=pat_ids) | Q(previous_made_by_pat__in=pat_ids)
    rows = PersonalAccessToken.objects.filter(made)
    told = events.order_by().values_list("pat_id", flat=True).distinct()
    return [*(heir for heir in told if heir), *rows.values_list("pk", flat=True)]
