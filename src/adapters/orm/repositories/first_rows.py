"""The first rows of a service."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Model

from adapters.orm.models import Company, User
from adapters.orm.models.user import UserManager


class OrmFirstRows:
    """Each call is part of the use case's transaction."""

    def hold(self) -> None:
        """Keep others who begin at the same time waiting. SQLite has one writer anyway."""
        if connection.vendor == "postgresql":
            table = connection.ops.quote_name(User._meta.db_table)  # noqa: SLF001 - Django's public _meta
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")

    def add_administrator(self, email: str) -> int:
        """Store an active superuser without a password; their id."""
        user = User(email=UserManager.normalize_email(email), is_staff=True, is_superuser=True)
        user.set_unusable_password()
        return _added(user)

    def add_company(self, *, name: str, slug: str) -> int:
        """Store a company; its id."""
        return _added(Company(name=name, slug=slug))


def _added(row: Model) -> int:
    try:
        row.full_clean()
    except ValidationError as exc:
        named = exc.message_dict.items()
        raise ValueError(
            " ".join(f"{field}: {sentence}" for field, given in named for sentence in given)
        ) from None
    row.save()
    return int(row.pk)
