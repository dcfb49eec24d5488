"""The rows of sessions, and what is written about their users into tokens."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from adapters.orm.models import Membership, Session, User
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

    def revoke(self, session_id: UUID, *, now: datetime) -> None:
        """End the session, keeping the first end's time."""
        Session.objects.filter(pk=session_id, revoked_at__isnull=True).update(revoked_at=now)


class OrmProfiles:
    """Profiles from the user's row, groups and membership."""

    def profile(self, user_id: int, company_id: int | None) -> Profile:
        """The user's profile as seen in the company."""
        user = User.objects.get(pk=user_id)
        owns = Membership.objects.filter(
            user=user, company_id=company_id, role=Membership.Role.OWNER, is_enabled=True
        )
        groups = user.groups.order_by("name").values_list("name", flat=True)
        return Profile(
            email=user.email,
            name=user.name,
            full_name=user.name,
            is_staff=user.is_staff,
            is_company_owner=company_id is not None and owns.exists(),
            groups=tuple(groups),
        )
