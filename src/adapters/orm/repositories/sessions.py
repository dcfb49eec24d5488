"""The rows of sessions, and what is written about their users into tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from adapters.orm.in_state import in_state
from adapters.orm.models import Membership, Session, User
from adapters.orm.repositories.unit_of_work import lock_session
from domain.tokens.issuing import Profile
from domain.tokens.record import RefreshState, SessionRecord, SpentToken
from domain.tokens.rejection import Rejection, TokenRejectedError
from domain.tokens.state import State

_PLAIN_COLUMNS = (
    "id",
    "user_id",
    "company_id",
    "created_at",
    "expires_at",
    "revoked_at",
    "generation",
    "last_used_at",
    "confirmed_at",
    "network",
)
SESSION_COLUMNS = (
    *_PLAIN_COLUMNS,
    "refresh_family",
    "refresh_live",
    "refresh_spent",
    "refresh_spent_at",
    "refresh_answer_ends_at",
)


def session_record(row: Sequence[Any]) -> SessionRecord:
    """A row's ``SESSION_COLUMNS`` as the domain's record."""
    family, live, *spent = row[len(_PLAIN_COLUMNS) :]
    parent = None if spent[0] is None else SpentToken(*spent)
    refresh = None if family is None else RefreshState(family, live, parent)
    return replace(SessionRecord(*row[: len(_PLAIN_COLUMNS)]), refresh=refresh)


def session_columns(record: SessionRecord) -> dict[str, Any]:
    """The domain's record as a row's columns."""
    refresh = record.refresh
    spent = refresh.spent if refresh else None
    return {
        **{name: getattr(record, name) for name in _PLAIN_COLUMNS},
        "refresh_family": refresh and refresh.family,
        "refresh_live": refresh and refresh.live,
        "refresh_spent": spent and spent.digest,
        "refresh_spent_at": spent and spent.at,
        "refresh_answer_ends_at": spent and spent.answer_ends_at,
    }


_KEPT = {
    "id",
    "user_id",
    "company_id",
    "created_at",
    "revoked_at",
    "generation",
    "confirmed_at",
}
"""What a refresh leaves as it is."""


class OrmSessionRecords:
    """Each call is part of the use case's transaction."""

    def add(self, record: SessionRecord) -> None:
        """Store a new session."""
        Session.objects.create(**session_columns(record))

    def lock_family(self, family: str) -> UUID | None:
        """Lock the session with this family of refresh tokens, its user first; its id."""
        return lock_session(family)

    def renew(self, record: SessionRecord) -> None:
        """Store the row's chain of refresh tokens, its end, and its last use."""
        columns = session_columns(record)
        changed = {name: value for name, value in columns.items() if name not in _KEPT}
        Session.objects.filter(pk=record.id).update(**changed)

    def confirm(self, session_id: UUID, *, now: datetime) -> None:
        """Store that the password was given in the session."""
        Session.objects.filter(pk=session_id).update(confirmed_at=now)

    def find(self, session_ids: Sequence[UUID]) -> list[SessionRecord]:
        """The sessions with these ids, by id, whoever's they are."""
        rows = Session.objects.filter(pk__in=session_ids).order_by("pk")
        return [session_record(row) for row in rows.values_list(*SESSION_COLUMNS)]

    def live_of(self, user_id: int, *, now: datetime) -> list[SessionRecord]:
        """The user's live sessions of the present generation, newest first."""
        live = Session.objects.filter(in_state(now)[State.ACTIVE], user_id=user_id)
        rows = live.order_by("-created_at", "-id").values_list(*SESSION_COLUMNS)
        return [session_record(row) for row in rows]

    def revoke(self, session_ids: Sequence[UUID], *, now: datetime) -> list[UUID]:
        """End sessions, keeping a first end's time; those that ended now."""
        live = Session.objects.filter(pk__in=session_ids, revoked_at__isnull=True)
        locked = live.select_for_update(no_key=True).order_by("pk")
        ended = list(locked.values_list("pk", flat=True))
        Session.objects.filter(pk__in=ended).update(revoked_at=now)
        return ended


class OrmGenerations:
    """The number on the user's row."""

    def raise_for(self, user_id: int, *, keep_session: UUID | None = None) -> None:
        """Add one: all sessions and tokens of the user end, but for the session to keep."""
        User.objects.filter(pk=user_id).update(generation=F("generation") + 1)
        if keep_session is not None:
            (generation,) = User.objects.values_list("generation", flat=True).filter(pk=user_id)
            Session.objects.filter(pk=keep_session).update(generation=generation)


class OrmProfiles:
    """Profiles from the user's row, groups and membership."""

    def profile(self, user_id: int, company_id: int | None) -> Profile:
        """The user's profile as seen in the company.

        Raises:
            TokenRejectedError: the user was deleted a moment ago.
        """
        user = User.objects.filter(pk=user_id).first()
        if user is None:
            raise TokenRejectedError(Rejection.UNKNOWN)
        groups = user.groups.order_by("name").values_list("name", flat=True)
        return Profile(
            email=user.email,
            name=user.name,
            full_name=user.name,
            is_staff=user.is_staff,
            is_company_owner=company_id is not None and _owns(user, company_id),
            groups=tuple(groups),
        )


def _owns(user: User, company_id: int) -> bool:
    return Membership.objects.filter(
        user=user, company_id=company_id, role=Membership.Role.OWNER, is_enabled=True
    ).exists()
