"""Which token ``manage.py pat`` is about: by its id, by its names, or by the string in a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from adapters.orm.models import PersonalAccessToken
from api.services import Services
from config.shell import company_id, refuse, usage, user_id
from config.token_file import read_token
from domain.tokens.claims import PatClaims, parse_access_claims
from domain.tokens.rejection import TokenRejectedError


def claims_in_file(services: Services, target: Path | None) -> PatClaims | None:
    """What the file's token says, when it is one of ours; an expired one still names its row."""
    token = read_token(target) if target else None
    if not token:
        return None
    try:
        payload = services.authenticate.codec.verify(token)
        issued_at = datetime.fromtimestamp(payload["iat"], UTC)
        claims = parse_access_claims(payload, now=issued_at)
    except (TokenRejectedError, KeyError, TypeError, ValueError, OverflowError):
        return None
    return claims if isinstance(claims, PatClaims) else None


def chosen_or_in_file(options: dict[str, Any], in_use: PatClaims | None) -> UUID:
    """The token that was named; nothing said, the one whose string is in the file."""
    named = any(options[name] for name in ("id", "user", "company", "name"))
    if named or in_use is None:
        return one(options)
    return in_use.pat_id


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
