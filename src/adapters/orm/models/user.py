"""Users sign in with their e-mail address."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from adapters.orm.one_line import one_line


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
        return (email or "").strip().lower()


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
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]
        indexes = [  # for the admin's list: each filter in the list's order
            models.Index(fields=["is_active", "email"], name="user_active_email"),
            models.Index(fields=["is_staff", "email"], name="user_staff_email"),
        ]

    def __str__(self) -> str:
        return self.email

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
