"""What a user is and may do, as administrators change it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from ..callers.caller import User


@dataclass(frozen=True)
class RightsChange:
    """What a user shall be. What is None stays as it is.

    ``groups`` and ``permissions`` are ids. They open pages of the administration, and nothing that
    is decided here.
    """

    is_active: bool | None = None
    is_staff: bool | None = None
    is_superuser: bool | None = None
    is_service_account: bool | None = None
    groups: frozenset[int] | None = None
    permissions: frozenset[int] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What is changed."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) is not None)

    @property
    def gives_rights(self) -> bool:
        """Whether it is about more than stopping somebody, or letting them go on."""
        return any(name != "is_active" for name in self.names)

    def applied_to(self, person: User) -> User:
        """The user as they shall be."""
        known = {"is_active", "is_staff", "is_superuser", "is_service_account"}
        return replace(person, **{name: getattr(self, name) for name in known & set(self.names)})
