"""Which accounts are the demo's: everybody knows their passwords.

It stands here, so that production can refuse them where the demo itself is not installed.
"""

from __future__ import annotations

from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

from adapters.orm.models import Company, PersonalAccessToken, User

NAMED = (
    ("staff@demo.example", "Robin Staff"),
    ("owner@acme.example", "Olivia Owner"),
    ("member@acme.example", "Milo Member"),
    ("owner@globex.example", "Gus Owner"),
)
"""The four who sign in."""
TOKEN_IDS = tuple(
    UUID(text)
    for text in (
        "bf86df33-dccf-4b87-bd05-53f651159779",
        "707c16a2-1200-4e9a-852a-5c2290fa57c1",
        "f82a3cfc-05d0-4947-aff0-4c037bb0d28d",
        "c24edd1c-4535-4527-8426-bf5da4afb1de",
        "eec24a08-16e8-4959-9572-ea9c3cd06164",
        "005e3a76-f302-44f6-b2fa-a9c1f2de248b",
    )
)
"""The same in every demo there ever was: by them one is known. They never change."""


def demo_accounts(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """The addresses of the demo's accounts in the database; none when it has no tables yet.

    One that was given another address is still found: it holds a token whose id is the demo's, and
    nothing deletes a token that has not ended long ago, nor a user who has any.

    Raises:
        DatabaseError, InterfaceError: the database did not answer.
    """
    if not _has_tables(using):
        return []
    addresses = User.objects.using(using).values_list("email", flat=True)
    named = addresses.filter(email__in=[email for email, _name in NAMED])
    holders = PersonalAccessToken.objects.using(using).filter(pk__in=TOKEN_IDS).values("user")
    return sorted(named.union(addresses.filter(pk__in=holders)))


def holds_anybody(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the database has a user or a company: the demo goes into one that has neither.

    Raises:
        DatabaseError, InterfaceError: the database did not answer.
    """
    models = (User, Company)
    return _has_tables(using) and any(m.objects.using(using).exists() for m in models)


def _has_tables(using: str) -> bool:
    tables = set(connections[using].introspection.table_names())
    return {m._meta.db_table for m in (User, Company, PersonalAccessToken)} <= tables  # noqa: SLF001 - Django's public _meta
