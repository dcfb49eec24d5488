"""The rows of personal access tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from adapters.orm.grants import grant
from adapters.orm.in_state import in_state
from adapters.orm.models import PersonalAccessToken, User
from adapters.orm.repositories.ended_tokens import ENDED_AT, ended
from adapters.orm.user_facts import USER_COLUMNS
from domain.callers.caller import User as UserFacts
from domain.policy.decision import Refused
from domain.tokens.changes import PatChange, Plan, StoredPat
from domain.tokens.listing import Place
from domain.tokens.record import Overlap, PatRecord
from domain.tokens.state import State

_OWN_COLUMNS = (
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
    "flags_changed_at",
    "generation",
    "made_by_pat",
    "made_by_session",
)
_GIVER = ("granted_by__is_active", "granted_by__is_staff")
PAT_COLUMNS = (
    *_OWN_COLUMNS,
    "previous_jti",
    "previous_expires_at",
    "previous_made_by_pat",
    "granted_by_id",
    "granted_at",
    *_GIVER,
)
"""``domain.tokens.record.PatRecord``, column by column: its own, its overlap, its grant."""
_NEVER_CHANGED = {"id", "user_id", "company_id", "created_at", "last_used_at", "revoked_at"}
_HOLDER = tuple(f"user__{name}" for name in USER_COLUMNS)


_FORGOTTEN_AT_ONCE = 500
"""What an older release left is the purge's to delete."""
NO_OVERLAP = {"previous_jti": None, "previous_expires_at": None, "previous_made_by_pat": None}
"""The columns of an overlap that has ended."""


def pat_record(row: Sequence[Any]) -> PatRecord:
    """A row's ``PAT_COLUMNS`` as the domain's record."""
    *own, jti, until, made_by_pat, giver, at, is_active, is_staff = row
    overlap = None if jti is None or until is None else Overlap(jti, until, made_by_pat)
    given = grant(giver, at, is_active=is_active, is_staff=is_staff)
    return PatRecord(*(*own, overlap, given))


def pat_columns(record: PatRecord) -> dict[str, Any]:
    """A record as its row's columns."""
    overlap, given = record.overlap, record.grant
    return {
        **{name: getattr(record, name) for name in _OWN_COLUMNS},
        "previous_jti": overlap and overlap.jti,
        "previous_expires_at": overlap and overlap.until,
        "previous_made_by_pat": overlap and overlap.made_by_pat,
        "granted_by_id": given and given.giver,
        "granted_at": given and given.at,
    }


class OrmTokenRecords:
    """PATs. Each call is part of the use case's transaction."""

    def list_for(
        self, *, user_id: int, company_id: int, most: int, after: Place | None = None
    ) -> list[PatRecord]:
        """At most so many rows, newest first, behind a place in that order."""
        rows = PersonalAccessToken.objects.filter(user_id=user_id, company_id=company_id)
        if after is not None:
            same_moment = Q(created_at=after.created_at, id__lt=after.id)
            rows = rows.filter(Q(created_at__lt=after.created_at) | same_moment)
        ordered = rows.order_by("-created_at", "-id")
        return [pat_record(row) for row in ordered.values_list(*PAT_COLUMNS)[:most]]

    def find(self, pat_id: UUID, *, user_id: int, company_id: int) -> PatRecord | None:
        """The row, or None when it is not there or not theirs."""
        rows = PersonalAccessToken.objects.filter(pk=pat_id, user_id=user_id, company_id=company_id)
        row = rows.values_list(*PAT_COLUMNS).order_by("id").first()
        return pat_record(row) if row else None

    def add(self, record: PatRecord, *, live_limit: int, now: datetime) -> bool:
        """Store a new row, or nothing when the user has ``live_limit`` live ones already."""
        if _live_under_lock(record, now=now).count() >= live_limit:
            return False
        PersonalAccessToken.objects.create(**pat_columns(record))
        return True

    def forget_ended(self, *, user_id: int, company_id: int, kept: int, now: datetime) -> None:
        """Delete the rows that ended first, until so many ended ones are left."""
        of_one = ended(now=now).filter(user_id=user_id, company_id=company_id)
        newest_first = of_one.order_by(ENDED_AT.desc(), "-id").values_list("pk", flat=True)
        too_many = list(newest_first[kept : kept + _FORGOTTEN_AT_ONCE])
        PersonalAccessToken.objects.filter(pk__in=too_many).delete()

    def change(self, pat_id: UUID, plan: Plan, *, now: datetime) -> PatChange | Refused | None:
        """Lock the row, ask the plan, and store what it says."""
        rows = PersonalAccessToken.objects.filter(pk=pat_id)
        if not rows.select_for_update(no_key=True).values_list("pk"):
            return None
        outcome = plan(_stored(rows, now=now))
        if isinstance(outcome, PatChange):
            rows.update(**_changeable(outcome.record))
        return outcome

    def made_with(self, pat_ids: Sequence[UUID]) -> list[PatRecord]:
        """The rows whose present string was made with one of these tokens, revoked ones too."""
        rows = PersonalAccessToken.objects.filter(made_by_pat__in=pat_ids).order_by("id")
        return [pat_record(row) for row in rows.values_list(*PAT_COLUMNS)]

    def revoke(self, pat_ids: Sequence[UUID], *, now: datetime) -> list[UUID]:
        """Revoke rows, keeping a first revocation's time; those that were revoked now."""
        live = PersonalAccessToken.objects.filter(pk__in=pat_ids, revoked_at__isnull=True)
        locked = live.select_for_update(no_key=True).order_by("pk")
        revoked = list(locked.values_list("pk", flat=True))
        PersonalAccessToken.objects.filter(pk__in=revoked).update(revoked_at=now)
        PersonalAccessToken.objects.filter(previous_made_by_pat__in=pat_ids).update(**NO_OVERLAP)
        return revoked


def _live_under_lock(record: PatRecord, *, now: datetime) -> QuerySet[PersonalAccessToken]:
    """The user's live rows in the company.

    Two additions of one user wait for each other here, so neither miscounts.
    """
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=record.user_id)
    return PersonalAccessToken.objects.filter(
        in_state(now)[State.ACTIVE], user_id=record.user_id, company_id=record.company_id
    )


def _stored(rows: QuerySet[PersonalAccessToken], *, now: datetime) -> StoredPat:
    row = rows.values_list(*PAT_COLUMNS, *_HOLDER).get()
    own = len(PAT_COLUMNS)
    record = pat_record(row[:own])
    return StoredPat(
        record=record,
        holder=UserFacts(*row[own:]),
        others_live=partial(_count_others, record, now=now),
    )


def _count_others(record: PatRecord, *, now: datetime) -> int:
    return _live_under_lock(record, now=now).exclude(pk=record.id).count()


def _changeable(record: PatRecord) -> dict[str, Any]:
    return {k: v for k, v in pat_columns(record).items() if k not in _NEVER_CHANGED}
