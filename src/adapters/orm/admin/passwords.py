"""Password forms that write the password and nothing else.

Django's save every column of the user they loaded: one that was deactivated meanwhile would be
back.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import PasswordChangeForm

from adapters.orm.admin.typed import PasswordForm
from adapters.orm.models import User


class _OnlyThePassword:
    def set_password_and_save(
        self, user: User, *args: Any, commit: bool = True, **kwargs: Any
    ) -> User:
        """Set the password; save that one column."""
        super().set_password_and_save(user, *args, commit=False, **kwargs)  # type: ignore[misc]
        if commit:
            user.save(update_fields=["password"])
        return user


class UserPasswordForm(_OnlyThePassword, PasswordForm):
    """Somebody else's password."""


class OwnPasswordForm(_OnlyThePassword, PasswordChangeForm):
    """One's own password."""

    required_css_class = "required"
