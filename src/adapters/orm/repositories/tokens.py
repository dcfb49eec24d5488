"""The rows of personal access tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from adapters.orm.models import PersonalAccessToken, User
from domain.tokens.record import PatRecord

PAT_COLUMNS = (
    "id",
    "jti",
    "user_id",
    "company_id",
    "name",
    "read_only",
    "access_global_metrics",
    "created_at",
    "expires_at",
    "last_used_at",
    "revoked_at",
    "previous_jti",
    "previous_expires_at",
)


def pat_record(row: Sequence[Any]) -> PatRecord:
    """A row's ``PAT_COLUMNS`` as the domain's record."""
    return PatRecord(*row)


class OrmTokenRecords:
    """PATs as one user's in one company."""

    def list_for(self, *, user_id: int, company_id: int) -> list[PatRecord]:
        """All rows, newest first."""
        rows = PersonalAccessToken.objects.filter(user_id=user_id, company_id=company_id)
        ordered = rows.order_by("-created_at", "-id")
        return [pat_record(row) for row in ordered.values_list(*PAT_COLUMNS)]

    def find(self, pat_id: UUID, *, user_id: int, company_id: int) -> PatRecord | None:
        """The row, or None when it is not there or not theirs."""
        rows = PersonalAccessToken.objects.filter(pk=pat_id, user_id=user_id, company_id=company_id)
        row = rows.values_list(*PAT_COLUMNS).order_by("id").first()
        return pat_record(row) if row else None

    @transaction.atomic
    def add(
        self, record: PatRecord, *, granted_by: int | None, live_limit: int, now: datetime
    ) -> bool:
        """Store a new row, or nothing when the user has ``live_limit`` live ones already."""
        # Two creations of one user wait for each other here, so neither miscounts.
        User.objects.select_for_update().values_list("pk").get(pk=record.user_id)
        live = PersonalAccessToken.objects.filter(
            user_id=record.user_id,
            company_id=record.company_id,
            revoked_at__isnull=True,
            expires_at__gt=now,
        )
        if live.count() >= live_limit:
            return False
        columns = {name: getattr(record, name) for name in PAT_COLUMNS}
        granted_at = None if granted_by is None else now
        PersonalAccessToken.objects.create(
            **columns, granted_by_id=granted_by, granted_at=granted_at
        )
        return True

    def revoke(
        self, pat_id: UUID, *, user_id: int, company_id: int, now: datetime
    ) -> PatRecord | None:
        """Revoke, keeping the first revocation's time; the row, or None when not theirs."""
        PersonalAccessToken.objects.filter(
            pk=pat_id, user_id=user_id, company_id=company_id, revoked_at__isnull=True
        ).update(revoked_at=now)
        return self.find(pat_id, user_id=user_id, company_id=company_id)
