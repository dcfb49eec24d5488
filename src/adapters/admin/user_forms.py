"""The forms of users, and what of them gives rights."""

from __future__ import annotations

from typing import Any

from adapters.admin.typed import UserCreationForm
from domain.people.rights import RightsChange

SUPERUSERS_GIVE = ["is_service_account", "is_staff", "is_superuser", "groups", "user_permissions"]
"""What superusers alone may tick and choose."""
RIGHTS = ["is_active", *SUPERUSERS_GIVE]
_MANY = {"groups": "groups", "user_permissions": "permissions"}


def rights_change(form: Any) -> RightsChange:
    """What the form changed of the user's rights."""
    changed = {name: form.cleaned_data[name] for name in RIGHTS if name in form.changed_data}
    for field, name in _MANY.items():
        if field in changed:
            changed[name] = frozenset(row.pk for row in changed.pop(field))
    return RightsChange(**changed)


class NewUserForm(UserCreationForm):
    """A new user. A service account needs no answer about its password: it has none."""

    def clean(self) -> dict[str, Any] | None:
        """Hold a service account to that."""
        if self.cleaned_data.get("is_service_account"):
            typed = [n for n in ("password1", "password2") if self.cleaned_data.get(n)]
            for name in typed:
                self.add_error(name, "A service account has no password.")
            self.cleaned_data["usable_password"] = "false"  # noqa: S105 - no password
        return super().clean()
