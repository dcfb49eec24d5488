"""The rows of users, as administrators change them."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.orm.models import User
from adapters.orm.user_facts import USER_COLUMNS
from domain.callers.caller import User as UserFacts
from domain.people.rights import RightsChange

_MANY = {"groups": "groups", "permissions": "user_permissions"}
"""What is kept in a table of its own, and by which name the user has it."""


class OrmPeopleRecords:
    """Each call is part of the use case's transaction."""

    def users(self, user_ids: Sequence[int]) -> list[UserFacts]:
        """The users with these ids, as they are now, by id."""
        rows = User.objects.filter(pk__in=user_ids).order_by("pk")
        return [UserFacts(*row) for row in rows.values_list(*USER_COLUMNS)]

    def leaders(self) -> list[int]:
        """The users of whom ``policy.rules.leads`` holds, by id."""
        rows = User.objects.filter(is_active=True, is_staff=True, is_superuser=True)
        return list(rows.order_by("pk").values_list("pk", flat=True))

    def change(self, user_id: int, change: RightsChange) -> None:
        """Store what a user shall be. Nothing is ended by it (see ``User.save``)."""
        values = {name: getattr(change, name) for name in change.names}
        for name in _MANY.keys() & values.keys():
            getattr(User(pk=user_id), _MANY[name]).set(values.pop(name))
        if values:
            User.objects.filter(pk=user_id).update(**values)

    def delete(self, user_ids: Sequence[int]) -> None:
        """Delete users, with all that is theirs alone."""
        User.objects.filter(pk__in=user_ids).delete()
