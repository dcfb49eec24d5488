"""A password form that writes the password and nothing else.

Django's saves every column of the user it loaded: one that was deactivated meanwhile would be back.
"""

from __future__ import annotations

from typing import Any

from adapters.orm.admin.typed import PasswordForm
from adapters.orm.models import User


class UserPasswordForm(PasswordForm):
    """Somebody else's password."""

    def set_password_and_save(
        self, user: User, *args: Any, commit: bool = True, **kwargs: Any
    ) -> User:
        """Set the password; save that one column."""
        super().set_password_and_save(user, *args, commit=False, **kwargs)  # type: ignore[misc]  # the stubs lack it
        if commit:
            user.save(update_fields=["password"])
        return user
