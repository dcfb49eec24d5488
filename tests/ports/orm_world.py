"""``tests.fakes.world.World`` on the database: the same verbs, the same attributes to look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import Group
from django.db.models import F

from adapters.orm.models import (
    Company,
    LoginTally,
    Membership,
    PersonalAccessToken,
    Session,
    User,
    UserActivity,
)
from adapters.orm.repositories.sessions import (
    SESSION_COLUMNS,
    session_columns,
    session_record,
)
from adapters.orm.repositories.tokens import PAT_COLUMNS, pat_columns, pat_record
from domain.tokens.record import PatRecord, SessionRecord
from tests.fakes.world import Grant


class OrmWorld:
    """Rows."""

    def add_user(
        self,
        email: str = "",
        *,
        is_active: bool = True,
        is_staff: bool = False,
        name: str = "",
        password: str | None = None,
        groups: tuple[str, ...] = (),
        is_superuser: bool = False,
        is_service_account: bool = False,
    ) -> int:
        user = User.objects.create_user(
            email or f"user{User.objects.count()}@example.com",
            password,
            is_active=is_active,
            is_staff=is_staff,
            name=name,
            is_superuser=is_superuser,
            is_service_account=is_service_account,
        )
        user.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
        return user.pk

    def add_company(self, slug: str = "") -> int:
        slug = slug or f"company-{Company.objects.count()}"
        return Company.objects.create(slug=slug, name=slug).pk

    def add_membership(
        self, user_id: int, company_id: int, *, is_owner: bool = False, is_enabled: bool = True
    ) -> None:
        role = "owner" if is_owner else "member"
        Membership.objects.create(
            user_id=user_id, company_id=company_id, role=role, is_enabled=is_enabled
        )

    def add_pat(self, record: PatRecord, *, granted_by: int | None = None) -> PatRecord:
        granted_at = None if granted_by is None else record.created_at
        granted = {"granted_by_id": granted_by, "granted_at": granted_at}
        PersonalAccessToken.objects.create(**pat_columns(record) | granted)
        return record

    def add_session(self, record: SessionRecord) -> SessionRecord:
        Session.objects.create(**session_columns(record))
        return record

    def set_active(self, user_id: int, *, is_active: bool) -> None:
        User.objects.filter(pk=user_id).update(is_active=is_active)

    def set_staff(self, user_id: int, *, is_staff: bool) -> None:
        User.objects.filter(pk=user_id).update(is_staff=is_staff)

    def raise_generation(self, user_id: int) -> None:
        User.objects.filter(pk=user_id).update(generation=F("generation") + 1)

    def remove_membership(self, user_id: int, company_id: int) -> None:
        Membership.objects.filter(user_id=user_id, company_id=company_id).delete()

    def remove_company(self, company_id: int) -> None:
        Company.objects.get(pk=company_id).delete()

    def remove_user(self, user_id: int) -> None:
        User.objects.get(pk=user_id).delete()

    @property
    def pats(self) -> dict[UUID, PatRecord]:
        rows = PersonalAccessToken.objects.values_list(*PAT_COLUMNS)
        return {row[0]: replace(pat_record(row), grant=None) for row in rows}

    @property
    def sessions(self) -> dict[UUID, SessionRecord]:
        rows = Session.objects.values_list(*SESSION_COLUMNS)
        return {row[0]: session_record(row) for row in rows}

    @property
    def grants(self) -> dict[UUID, Grant]:
        rows = PersonalAccessToken.objects.exclude(granted_at=None)
        return {row.pk: Grant(row.granted_by_id, row.granted_at) for row in rows}

    @property
    def last_seen(self) -> dict[int, datetime]:
        return dict(UserActivity.objects.values_list("user_id", "last_seen_at"))

    @property
    def member_last_seen(self) -> dict[tuple[int, int], datetime]:
        rows = Membership.objects.exclude(last_seen_at=None)
        return {(row.user_id, row.company_id): row.last_seen_at for row in rows}

    @property
    def logins(self) -> dict[int, int]:
        return dict(LoginTally.objects.values_list("company_id", "successes"))
