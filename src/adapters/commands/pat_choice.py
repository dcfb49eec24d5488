"""Which token ``manage.py pat`` is about: by its id, or by its names."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from adapters.commands.shell import company_id, refuse, usage, user_id
from adapters.orm.models import PersonalAccessToken


def is_named(options: dict[str, Any]) -> bool:
    """Whether the command line says which token is meant."""
    return any(options[name] for name in ("id", "user", "company", "name"))


def one(options: dict[str, Any]) -> UUID:
    """The one token that was named, by its id or by user, company and name.

    Raises:
        CommandError: it was named badly, or there is not exactly one.
    """
    if options["id"]:
        if options["user"] or options["company"] or options["name"]:
            raise usage(
                "Name the token by its id, or by --user, --company and --name, not by both."
            )
        return UUID(str(options["id"]))
    if not (options["user"] and options["company"]):
        raise usage("Name the token: its id, or --user and --company, with --name if need be.")
    found = filtered(options).filter(revoked_at__isnull=True).values_list("pk", flat=True)[:2]
    if len(found) != 1:
        how_many = "no token that is not revoked" if not found else "several tokens"
        raise refuse(f"There are {how_many} of that user, company and name. Name one by its id.")
    return found[0]


def owner_ids(options: dict[str, Any]) -> dict[str, int | None]:
    """The ids of ``--user`` and ``--company``."""
    return {
        "user_id": user_id(options["user"]) if options["user"] else None,
        "company_id": company_id(options["company"]) if options["company"] else None,
    }


def filtered(options: dict[str, Any]) -> QuerySet[PersonalAccessToken]:
    """The rows of the user, company and name that were given."""
    chosen: dict[str, Any] = {k: v for k, v in owner_ids(options).items() if v is not None}
    if options.get("name"):
        chosen["name"] = options["name"]
    return PersonalAccessToken.objects.filter(**chosen)
