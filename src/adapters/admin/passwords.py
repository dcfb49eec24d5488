"""Somebody else's password: Django's form, with a use case behind it."""

from __future__ import annotations

from typing import Any, Protocol

from adapters.admin.typed import PasswordForm
from adapters.orm.models import User


class SetPassword(Protocol):
    """Gives a user another password, or none."""

    def __call__(self, user_id: int, password: str | None) -> None:
        """Do it, and end what it ends."""
        ...


class UserPasswordForm(PasswordForm):
    """It writes nothing itself: one who was deactivated meanwhile would be back."""

    def __init__(self, user: User, *args: Any, set_password: SetPassword, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self._set_password = set_password

    def set_password_and_save(self, user: User, *_args: Any, **_kwargs: Any) -> User:
        """Hand on what was typed."""
        usable = self.cleaned_data["set_usable_password"]
        self._set_password(user.pk, self.cleaned_data["password1"] if usable else None)
        user.refresh_from_db(fields=["password"])
        return user
