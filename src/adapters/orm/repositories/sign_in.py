"""Signing in: passwords, memberships, presence and tallies."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from adapters.orm.models import Company, LoginTally, Membership, User, UserActivity
from adapters.orm.models.user import UserManager
from adapters.orm.user_facts import user_facts
from domain.callers.caller import Company as CompanyFacts
from domain.callers.caller import Membership as MembershipFacts
from domain.callers.caller import Standing
from domain.callers.caller import User as UserFacts
from domain.sessions.ports import PasswordHolder

PASSWORD_PROVIDER = "email"  # noqa: S105 - a provider's name


class DjangoPasswords:
    """Passwords by Django's hashers and validators."""

    def check(self, email: str, password: str) -> PasswordHolder | None:
        """Return the active user with these credentials; hash once, whoever asks."""
        user = User.objects.filter(email=UserManager.normalize_email(email)).first()
        if user is None or user.is_service_account or not user.has_usable_password():
            User().set_password(password)  # so that the answer takes as long as a real one's
            return None
        if not user.check_password(password) or not user.is_active:
            return None
        return PasswordHolder(user_facts(user), user.password)

    def still(self, holder: PasswordHolder) -> UserFacts | None:
        """Lock the user's row; the user as they are now, or None if they may not sign in."""
        rows = User.objects.select_for_update(no_key=True).filter(pk=holder.user.id)
        user = rows.first()
        if user is None or not user.is_active or user.is_service_account:
            return None
        same = (user.password, user.generation) == (holder.mark, holder.user.generation)
        return user_facts(user) if same else None

    def fault(self, user_id: int, password: str) -> str | None:
        """Why this is no password for the user, in a sentence; None when it is good enough."""
        try:
            validate_password(password, User.objects.filter(pk=user_id).first())
        except ValidationError as exc:
            return " ".join(exc.messages)
        return None

    def change(self, user_id: int, password: str | None) -> None:
        """Set the password, or take it away. Nothing is ended by it (see ``User.save``)."""
        User.objects.filter(pk=user_id).update(password=make_password(password))


class OrmMemberships:
    """Memberships by user."""

    def of(self, user: UserFacts) -> list[Standing]:
        """The user's standing in each company that they have a membership of, by company id."""
        rows = Membership.objects.filter(user_id=user.id).order_by("company_id")
        columns = ("company_id", "company__slug", "is_enabled", "role")
        return [
            Standing(
                user,
                company_id,
                CompanyFacts(company_id, slug),
                MembershipFacts(is_enabled=is_enabled, is_owner=role == Membership.Role.OWNER),
            )
            for company_id, slug, is_enabled, role in rows.values_list(*columns)
        ]

    def company(self, company_id: int) -> CompanyFacts | None:
        """The company, whoever asks."""
        row = Company.objects.filter(pk=company_id).values_list("id", "slug").first()
        return CompanyFacts(*row) if row else None


class OrmActivityLog:
    """Presence in two rows, sign-ins in a tally; all by single statements that only move on."""

    def signed_in(self, *, user_id: int, company_id: int | None, at: datetime) -> None:
        """Count a successful sign-in with a password, and the presence it shows."""
        with transaction.atomic():
            self.seen(user_id=user_id, company_id=company_id, at=at)
            if company_id is not None:
                _count(company_id)
            User.objects.filter(pk=user_id).update(last_login=at)

    def seen(self, *, user_id: int, company_id: int | None, at: datetime) -> None:
        """Note that the user was here. An earlier moment never replaces a later one."""
        UserActivity.objects.bulk_create(
            [UserActivity(user_id=user_id, last_seen_at=at)], ignore_conflicts=True
        )
        UserActivity.objects.filter(user_id=user_id, last_seen_at__lt=at).update(last_seen_at=at)
        if company_id is not None:
            stale = Q(last_seen_at__isnull=True) | Q(last_seen_at__lt=at)
            Membership.objects.filter(stale, user_id=user_id, company_id=company_id).update(
                last_seen_at=at
            )


def _count(company_id: int) -> None:
    tally = LoginTally.objects.filter(company_id=company_id, provider=PASSWORD_PROVIDER)
    if tally.update(successes=F("successes") + 1):
        return
    try:
        with transaction.atomic():
            LoginTally.objects.create(
                company_id=company_id, provider=PASSWORD_PROVIDER, successes=1
            )
    except IntegrityError:  # another worker made the row in between
        tally.update(successes=F("successes") + 1)
