"""Users sign in with their e-mail address."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone

from adapters.orm.one_line import one_line
from domain.limits import account_of


class UserManager(BaseUserManager["User"]):
    """Creates users with hashed passwords."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a user; without a password nobody can sign in with one.

        Raises:
            ValidationError: the address or the name would leave its line.
        """
        user = self.model(email=self.normalize_email(email), **fields)
        for text in (user.email, user.name):
            one_line(text)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a staff user with every permission."""
        return self.create_user(
            email, password, **{**fields, "is_staff": True, "is_superuser": True}
        )

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a user by e-mail address, in any case."""
        return self.get(email=self.normalize_email(username or ""))

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Addresses are compared, and kept, in lower case."""
        return account_of(email or "")


class User(AbstractBaseUser, PermissionsMixin):
    """A person, or a service account."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(
        "active", default=True, help_text="Untick to stop every token of this user at once."
    )
    is_staff = models.BooleanField(
        "staff", default=False, help_text="May see every company's metrics and use this admin."
    )
    is_service_account = models.BooleanField(
        "service account",
        default=False,
        db_default=False,
        help_text=(
            "For a program, such as Prometheus: no password, no session, never staff. Ticking it "
            "takes the password away and ends all sessions; tokens go on. Administrators may make "
            "tokens for it that write."
        ),
    )
    generation = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
            models.CheckConstraint(
                condition=models.Q(is_service_account=False)
                | models.Q(is_staff=False, is_superuser=False),
                name="user_service_account_is_no_staff",
                violation_error_message="A service account is neither staff nor superuser.",
            ),
        ]
        indexes = [
            # for the metrics: the few who are not as most are
            models.Index(fields=["id"], condition=models.Q(is_active=False), name="user_inactive"),
            models.Index(fields=["id"], condition=models.Q(is_staff=True), name="user_staff"),
            # for the admin's list: each filter in the list's order
            models.Index(fields=["is_active", "email"], name="user_active_email"),
            models.Index(fields=["is_staff", "email"], name="user_staff_email"),
            models.Index(fields=["is_service_account", "email"], name="user_service_email"),
        ]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **options: Any) -> None:
        """Save. Who is stopped, or is given another password, loses every session and token.

        So it is at every door that saves a user. Whoever changes their own password keeps their
        tokens: ``Passwords.change`` does not come by here.
        """
        ends = not self._state.adding and self._ends_credentials(options.get("update_fields"))
        if ends:
            self.generation = F("generation") + 1
            if options.get("update_fields") is not None:
                options["update_fields"] = {*options["update_fields"], "generation"}
        super().save(*args, **options)
        if ends:
            self.refresh_from_db(fields=["generation"])

    def _ends_credentials(self, names: Collection[str] | None) -> bool:
        if getattr(self, "_password", None) is not None:  # Django's, between setting and saving
            return True
        if self.is_active or (names is not None and "is_active" not in names):
            return False
        return User.objects.filter(pk=self.pk, is_active=True).exists()

    def clean(self) -> None:
        """Normalise what a form brought."""
        super().clean()
        self.email = UserManager.normalize_email(self.email)


class SocialAccount(models.Model):
    """A user's account at another provider."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="social_accounts")
    provider = models.CharField(max_length=50)
    uid = models.CharField("id at the provider", max_length=191)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "uid"], name="social_account_once")
        ]

    def __str__(self) -> str:
        return f"{self.provider}:{self.uid}"
