"""What ``check``, ``migrate`` and ``serve`` ask of the database before anybody is let in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connection

from adapters.commands.lines import shown
from adapters.orm.addresses import only_address
from adapters.orm.demo_accounts import demo_accounts
from adapters.orm.postgresql.tls import may_be_plain

_SIGN_INS = 50
"""So many have to come from one address before it looks like a proxy's."""


@register(Tags.database)
def no_demo_in_production(
    *, databases: Sequence[str] | None = None, **_more: Any
) -> list[CheckMessage]:
    """With DEBUG off a database that holds the demo is refused: everybody knows its passwords."""
    if settings.DEBUG or DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        found = demo_accounts()
    except (DatabaseError, InterfaceError) as exc:
        reason = shown(" ".join(str(exc).split()))
        return [
            Warning(
                "The database did not answer, so nobody knows whether it holds the demo. "
                f"It is asked before its first answer is served. {reason}",
                hint="See that DATABASE_URL is right and the database is up.",
                id="shellui.W001",
            )
        ]
    return [_refusal(found)] if found else []


@register()
def https_is_required(**_: Any) -> list[CheckMessage]:
    """Somebody said that plain HTTP may come; whoever checks is told what that rests on."""
    if settings.DEBUG or settings.HTTPS_REQUIRED:
        return []
    return [
        Warning(
            "HTTPS_REQUIRED is false: passwords and tokens are taken over plain HTTP.",
            hint="That is for a mesh or a closed network, which encrypts on its own.",
            id="shellui.W003",
        )
    ]


@register()
def the_way_to_the_database_is_encrypted(**_: Any) -> list[CheckMessage]:
    """Somebody said that PostgreSQL on another host may be spoken to in plain text."""
    plain = [name for name, found in settings.DATABASES.items() if may_be_plain(found)]
    return [
        Warning(
            f"The connection to the database “{name}”, on another host, may go unencrypted.",
            hint="Write ?sslmode=require, or verify-full with sslrootcert=, behind its URL.",
            id="shellui.W004",
        )
        for name in plain
    ]


@register(Tags.database)
def no_jit(*, databases: Sequence[str] | None = None, **_more: Any) -> list[CheckMessage]:
    """PostgreSQL's JIT compiler is off: no limit on a statement stops it while it compiles."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or connection.vendor != "postgresql":
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW jit")
            found = cursor.fetchone()
    except (DatabaseError, InterfaceError):
        return []  # the check for the demo says that nobody answers
    return [] if found == ("off",) else [_jit_warning()]


@register(Tags.database)
def one_address(*, databases: Sequence[str] | None = None, **_more: Any) -> list[CheckMessage]:
    """Sign-ins come from where people are; all from one place, a proxy speaks for everybody."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        address = only_address(_SIGN_INS)
    except (DatabaseError, InterfaceError):
        return []  # the check for the demo says that nobody answers
    return [_address_warning(address)] if address else []


def _address_warning(address: str) -> Warning:
    return Warning(
        f"The last {_SIGN_INS} sign-ins, of several people, all came from {address}.",
        hint="If that is a proxy of yours, name it in TRUSTED_PROXY_IPS. Until then the wrong "
        "passwords of one person count against all.",
        id="shellui.W005",
    )


def _jit_warning() -> Warning:
    return Warning(
        "PostgreSQL's JIT compiler is on, for a pooler passes no options on.",
        hint="Turn it off for the service's role: ALTER ROLE … SET jit = off;",
        id="shellui.W002",
    )


def _refusal(accounts: list[str]) -> Error:
    named = shown(", ".join(accounts))
    return Error(
        f"The database holds the demo, whose passwords everybody knows: {named}",
        hint="Name another in DATABASE_URL: an empty one, for migrate to fill.",
        id="shellui.E001",
    )
