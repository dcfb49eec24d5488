"""The tokens of a user, of a company, or of both."""

from __future__ import annotations

from django.db.models import QuerySet

from adapters.orm.models import PersonalAccessToken
from adapters.orm.repositories.tokens import PAT_COLUMNS, pat_record
from domain.tokens.record import PatRecord


class OrmTokenPopulation:
    """Rows that are not revoked."""

    def count_unrevoked(self, *, user_id: int | None, company_id: int | None) -> int:
        """How many tokens of the user, of the company, or of both, are not revoked."""
        return _unrevoked(user_id, company_id).count()

    def holders(self, *, company_id: int) -> list[int]:
        """The users who have tokens in the company that are not revoked, in order."""
        rows = _unrevoked(None, company_id).order_by("user_id")
        return list(rows.values_list("user_id", flat=True).distinct())

    def unrevoked(self, *, user_id: int, company_id: int | None) -> list[PatRecord]:
        """The user's tokens that are not revoked, in the company or in all."""
        rows = _unrevoked(user_id, company_id).order_by("id")
        return [pat_record(row) for row in rows.values_list(*PAT_COLUMNS)]


def _unrevoked(user_id: int | None, company_id: int | None) -> QuerySet[PersonalAccessToken]:
    rows = PersonalAccessToken.objects.filter(revoked_at__isnull=True)
    if user_id is not None:
        rows = rows.filter(user_id=user_id)
    return rows if company_id is None else rows.filter(company_id=company_id)
