"""All facts of one authentication in one query, as plain columns: no model is built."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, QuerySet, UUIDField

from adapters.orm.models import Company, Membership, PersonalAccessToken, Session, User
from adapters.orm.prepared import Prepared, slot
from adapters.orm.repositories.sessions import SESSION_COLUMNS, session_record
from adapters.orm.repositories.tokens import PAT_COLUMNS, pat_record
from adapters.orm.user_facts import USER_COLUMNS
from domain.callers.caller import Company as CompanyFacts
from domain.callers.caller import Membership as MembershipFacts
from domain.callers.caller import Standing
from domain.callers.caller import User as UserFacts
from domain.callers.ports import PatFacts, SessionFacts

_STANDING_COLUMNS = (
    *(f"user__{name}" for name in USER_COLUMNS),
    "company__id",
    "company__slug",
    "place__is_enabled",
    "place__role",
)


class OrmCallerDirectory:
    """Reads the row, its user, their place in its company, and the grant, at once."""

    def pat_facts(self, pat_id: UUID) -> PatFacts | None:
        """The facts behind a PAT, or None when there is no such row."""
        rows = _PAT_FACTS.run(id=pat_id)
        if not rows:
            return None
        [row] = rows
        record = pat_record(row[: len(PAT_COLUMNS)])
        return PatFacts(
            record=record,
            standing=_standing(record.company_id, row[len(PAT_COLUMNS) :]),
        )

    def session_facts(self, session_id: UUID) -> SessionFacts | None:
        """The facts behind a session, or None when there is no such row."""
        rows = _SESSION_FACTS.run(id=session_id)
        if not rows:
            return None
        [row] = rows
        record = session_record(row[: len(SESSION_COLUMNS)])
        standing = _standing(record.company_id, row[len(SESSION_COLUMNS) :])
        return SessionFacts(record, standing)


class OrmPeople:
    """People, whatever token they have or have not."""

    def standing(self, user_id: int, company_id: int | None) -> Standing | None:
        """The user and their place in the company, or None when there is no such user."""
        user = User.objects.filter(pk=user_id).values_list(*USER_COLUMNS).first()
        if user is None:
            return None
        company = place = None
        if company_id is not None:
            company = Company.objects.filter(pk=company_id).values_list("id", "slug").first()
            places = Membership.objects.filter(user_id=user_id, company_id=company_id)
            place = places.values_list("is_enabled", "role").first()
        row = (*user, *(company or (None, None)), *(place or (None, None)))
        return _standing(company_id, row)


def _with_place(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Join the user's membership of the row's company; ordered, so that no other order is added."""
    same_company = Q(user__memberships__company=F("company"))
    place = FilteredRelation("user__memberships", condition=same_company)
    placed: QuerySet[Any] = rows.annotate(place=place).order_by("id")
    return placed


_ID = slot("id", UUIDField())
_PAT_FACTS = Prepared(
    lambda: _with_place(PersonalAccessToken.objects.filter(pk=_ID)).values_list(
        *PAT_COLUMNS, *_STANDING_COLUMNS
    )
)
_SESSION_FACTS = Prepared(
    lambda: _with_place(Session.objects.filter(pk=_ID)).values_list(
        *SESSION_COLUMNS, *_STANDING_COLUMNS
    )
)


def _standing(company_id: int | None, row: Sequence[Any]) -> Standing:
    *user, found_id, slug, is_enabled, role = row
    return Standing(
        user=UserFacts(*user),
        company_id=company_id,
        company=None if slug is None else CompanyFacts(found_id, slug),
        membership=None
        if role is None
        else MembershipFacts(is_enabled=is_enabled, is_owner=role == Membership.Role.OWNER),
    )
