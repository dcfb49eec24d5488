"""The rows of sessions, and what is written about their users into tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from adapters.orm.models import Membership, Session, User
from adapters.orm.repositories.events import write_events
from domain.events.event import Event
from domain.tokens.issuing import Profile
from domain.tokens.record import SessionRecord


class OrmSessionRecords:
    """Each change is one conditional write: of many callers at once, one wins."""

    def add(self, record: SessionRecord) -> None:
        """Store a new session."""
        Session.objects.create(
            id=record.id,
            user_id=record.user_id,
            company_id=record.company_id,
            refresh_jti=record.refresh_jti,
            created_at=record.created_at,
            expires_at=record.expires_at,
        )

    def rotate(
        self, session_id: UUID, *, spent_jti: str, new_jti: str, expires_at: datetime
    ) -> bool:
        """Spend a refresh token: True for the one caller that does so first on a live session."""
        live = Session.objects.filter(pk=session_id, refresh_jti=spent_jti, revoked_at__isnull=True)
        return live.update(refresh_jti=new_jti, expires_at=expires_at) == 1

    @transaction.atomic
    def revoke(self, session_id: UUID, *, now: datetime, events: Sequence[Event] = ()) -> None:
        """End the session, keeping the first end's time; the events are stored with that one."""
        live = Session.objects.filter(pk=session_id, revoked_at__isnull=True)
        if live.update(revoked_at=now):
            write_events(events)


class OrmProfiles:
    """Profiles from the user's row, groups and membership."""

    def profile(self, user_id: int, company_id: int | None) -> Profile:
        """The user's profile as seen in the company."""
        user = User.objects.get(pk=user_id)
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
