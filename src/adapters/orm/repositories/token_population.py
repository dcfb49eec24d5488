"""The tokens of a user, of a company, or of both: counted, and revoked in batches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from adapters.orm.models import PersonalAccessToken
from adapters.orm.repositories.events import write_events
from adapters.orm.repositories.tokens import PAT_COLUMNS, pat_record
from domain.events.event import Event
from domain.tokens.record import PatRecord

_BATCH = 500


class OrmTokenPopulation:
    """Each batch is a transaction of its own: nobody waits for all of them."""

    def count_unrevoked(self, *, user_id: int | None, company_id: int | None) -> int:
        """How many tokens of the user, of the company, or of both, are not revoked."""
        return _unrevoked(user_id, company_id).count()

    def revoke_unrevoked(
        self,
        *,
        user_id: int | None,
        company_id: int | None,
        now: datetime,
        event_of: Callable[[PatRecord], Event],
    ) -> int:
        """Revoke them, each with its event, in batches; how many were revoked now."""
        rows, total = _unrevoked(user_id, company_id), 0
        while batch := _revoke_batch(rows, now=now, event_of=event_of):
            total += batch
        return total


def _unrevoked(user_id: int | None, company_id: int | None) -> QuerySet[PersonalAccessToken]:
    rows = PersonalAccessToken.objects.filter(revoked_at__isnull=True)
    if user_id is not None:
        rows = rows.filter(user_id=user_id)
    return rows if company_id is None else rows.filter(company_id=company_id)


@transaction.atomic
def _revoke_batch(
    rows: QuerySet[PersonalAccessToken],
    *,
    now: datetime,
    event_of: Callable[[PatRecord], Event],
) -> int:
    """Lock some, in one order for everybody, and revoke them; 0 when there are none left."""
    locked = rows.select_for_update(no_key=True).order_by("id")[:_BATCH]
    records = [pat_record(row) for row in locked.values_list(*PAT_COLUMNS)]
    PersonalAccessToken.objects.filter(pk__in=[record.id for record in records]).update(
        revoked_at=now
    )
    write_events([event_of(record) for record in records])
    return len(records)
