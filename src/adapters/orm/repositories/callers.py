"""All facts of one authentication in one query, as plain columns: no model is built."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, QuerySet

from adapters.orm.models import Membership, PersonalAccessToken, Session
from adapters.orm.repositories.tokens import PAT_COLUMNS, pat_record
from domain.callers.caller import Company, User
from domain.callers.caller import Membership as MembershipFacts
from domain.callers.ports import PatFacts, SessionFacts, Standing
from domain.tokens.record import SessionRecord

_STANDING_COLUMNS = (
    "user__id",
    "user__email",
    "user__name",
    "user__is_active",
    "user__is_staff",
    "company__id",
    "company__slug",
    "place__is_enabled",
    "place__role",
)
_SESSION_COLUMNS = (
    "id",
    "user_id",
    "company_id",
    "refresh_jti",
    "created_at",
    "expires_at",
    "revoked_at",
)


class OrmCallerDirectory:
    """Reads the row, its user, their place in its company, and the grant, at once."""

    def pat_facts(self, pat_id: UUID) -> PatFacts | None:
        """The facts behind a PAT, or None when there is no such row."""
        rows = _with_place(PersonalAccessToken.objects.filter(pk=pat_id))
        columns = (*PAT_COLUMNS, "granted_by__is_active", "granted_by__is_staff")
        row = rows.values_list(*columns, *_STANDING_COLUMNS).first()
        if row is None:
            return None
        grantor_is_active, grantor_is_staff = row[len(PAT_COLUMNS) : len(columns)]
        return PatFacts(
            record=pat_record(row[: len(PAT_COLUMNS)]),
            standing=_standing(row[len(columns) :]),
            grant_is_live=bool(grantor_is_active and grantor_is_staff),
        )

    def session_facts(self, session_id: UUID) -> SessionFacts | None:
        """The facts behind a session, or None when there is no such row."""
        rows = _with_place(Session.objects.filter(pk=session_id))
        row = rows.values_list(*_SESSION_COLUMNS, *_STANDING_COLUMNS).first()
        if row is None:
            return None
        return SessionFacts(
            record=SessionRecord(*row[: len(_SESSION_COLUMNS)]),
            standing=_standing(row[len(_SESSION_COLUMNS) :]),
        )


def _with_place(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Join the user's membership of the row's company; ordered, so that no other order is added."""
    same_company = Q(user__memberships__company=F("company"))
    place = FilteredRelation("user__memberships", condition=same_company)
    return rows.annotate(place=place).order_by("id")


def _standing(row: tuple[Any, ...]) -> Standing:
    *user, company_id, slug, is_enabled, role = row
    return Standing(
        user=User(*user),
        company=None if slug is None else Company(company_id, slug),
        membership=None
        if role is None
        else MembershipFacts(is_enabled=is_enabled, is_owner=role == Membership.Role.OWNER),
    )
