"""The transaction of a use case, and the rows it holds."""

from __future__ import annotations

from contextlib import AbstractContextManager
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet

from adapters.orm.models import PersonalAccessToken, Session, User
from domain.callers.caller import Credential, PatCredential


class OrmTransaction:
    """The database's own. SQLite takes its one write lock when it begins."""

    def __call__(self) -> AbstractContextManager[object]:
        """Return the block."""
        return transaction.atomic()


class OrmCallerLocks:
    """Row locks until the transaction ends: others may read the rows, and refer to them."""

    def lock(self, user_id: int, credential: Credential) -> None:
        """Lock the user's row, then the row of their session or token."""
        self.lock_users(user_id)
        if isinstance(credential, PatCredential):
            _lock(PersonalAccessToken.objects.filter(pk=credential.pat_id))
        else:
            _lock(Session.objects.filter(pk=credential.session_id))

    def lock_users(self, *user_ids: int) -> None:
        """Lock the rows of these users, in the order of their ids."""
        _lock(User.objects.filter(pk__in=user_ids))


def lock_session(family: str) -> UUID | None:
    """Lock the session with this family of refresh tokens, its user first; its id."""
    rows = Session.objects.filter(refresh_family=family)
    found = rows.values_list("pk", "user_id").first()
    if found is None:
        return None
    session_id, user_id = found
    _lock(User.objects.filter(pk=user_id))
    _lock(Session.objects.filter(pk=session_id))
    return UUID(str(session_id))


def _lock(rows: QuerySet[Model]) -> None:
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
