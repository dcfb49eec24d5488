"""Which accounts are the demo's: everybody knows their passwords."""

from __future__ import annotations

from django.db import connection

from adapters.demo.people import NAMED
from adapters.demo.tokens import TOKEN_IDS
from adapters.orm.models import PersonalAccessToken, User


def demo_accounts() -> list[str]:
    """The addresses of the demo's accounts in the database; none when it has no tables yet.

    One that was given another address is still found: it holds a token whose id is the demo's, and
    nothing deletes a token that has not ended long ago, nor a user who has any.

    Raises:
        DatabaseError, InterfaceError: the database did not answer.
    """
    tables = set(connection.introspection.table_names())
    if not {User._meta.db_table, PersonalAccessToken._meta.db_table} <= tables:  # noqa: SLF001 - Django's public _meta
        return []
    addresses = User.objects.values_list("email", flat=True)
    named = addresses.filter(email__in=[email for email, _name in NAMED])
    holders = PersonalAccessToken.objects.filter(pk__in=TOKEN_IDS).values("user")
    return sorted(named.union(addresses.filter(pk__in=holders)))
