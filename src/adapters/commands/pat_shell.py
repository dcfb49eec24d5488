"""What ``manage.py pat`` does: each action takes the parsed options and returns what to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from adapters.commands.pat_choice import filtered, is_named, one, owner_ids
from adapters.commands.pat_in_file import claims_in, jti_in_use
from adapters.commands.shell import company_id, iso, shell_actor, usage, user_id
from adapters.commands.token_file import TokenFile
from adapters.orm.models import PersonalAccessToken
from domain.manage_tokens import IssuedPat, PatRequest, ReissueRequest
from domain.services import Services

_NO_OVERLAP = timedelta(0)


@dataclass(frozen=True)
class Delivered:
    """A row that has a new string, and the string itself unless it went to a file."""

    row: dict[str, Any]
    token: str | None


def issue(services: Services, options: dict[str, Any]) -> Delivered:
    """Create a token of a user in a company."""
    giver_id = _giver_id(options, needed=options["global"])
    request = PatRequest(
        name=options["name"],
        read_only=options["read_only"],
        access_global_metrics=options["global"],
        expires_in=_lifetime(services, options),
    )
    now = services.now()

    def make() -> IssuedPat:
        return services.administer.issue(
            shell_actor(),
            request,
            user_id=user_id(options["user"]),
            company_id=company_id(options["company"]),
            giver_id=giver_id,
            now=now,
        )

    return _deliver(services, _file(options), make)


def reissue(services: Services, options: dict[str, Any]) -> Delivered:
    """Give a token a new string. In an overlap, the string in the file is the one in use."""
    giver_id = _giver_id(options, needed=bool(options["global"]))
    now = services.now()
    file = _file(options)
    pat_id, in_use = _chosen(services, options, file)
    request = ReissueRequest(
        overlap=options["overlap"] or _NO_OVERLAP,
        read_only=options["read_only"],
        access_global_metrics=options["global"],
        expires_in=_lifetime(services, options),
        in_use=in_use,
    )

    def make() -> IssuedPat:
        return services.administer.reissue(
            shell_actor(), pat_id, request, giver_id=giver_id, now=now
        )

    return _deliver(services, file, make)


def revoke(services: Services, options: dict[str, Any]) -> list[dict[str, Any]]:
    """Revoke one token, or with ``--all`` every one that was chosen."""
    if not options["all"]:
        revocation = services.administer.revoke(shell_actor(), one(options), now=services.now())
        return [row_of(revocation.record.id)]
    if options["id"] or options["name"] or not (options["user"] or options["company"]):
        raise usage("--all goes with --user, --company, or both, and with nothing else.")
    ids = owner_ids(options)
    count = services.administer.revoke_all(shell_actor(), **ids, now=services.now())
    return [{"revoked": count}]


def listed(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows chosen, the newest first."""
    rows = filtered(options).select_related("user", "company").order_by("-created_at", "-id")
    return (_row(row) for row in rows.iterator(chunk_size=1000))


def row_of(pat_id: UUID) -> dict[str, Any]:
    """One row as the shell shows it."""
    return _row(PersonalAccessToken.objects.select_related("user", "company").get(pk=pat_id))


def _row(row: PersonalAccessToken) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "user": row.user.email,
        "company": row.company.slug if row.company else None,
        "name": row.name,
        "read_only": row.read_only,
        "access_global_metrics": row.access_global_metrics,
        "created_at": iso(row.created_at),
        "expires_at": iso(row.expires_at),
        "last_used_at": iso(row.last_used_at),
        "revoked_at": iso(row.revoked_at),
    }


def _file(options: dict[str, Any]) -> TokenFile | None:
    return TokenFile.at(options["token_file"]) if options["token_file"] else None


def _chosen(
    services: Services, options: dict[str, Any], file: TokenFile | None
) -> tuple[UUID, str | None]:
    """The token that was named, or else the file's; and the id of its string that is in the file.

    Raises:
        CommandError: neither says which token is meant.
    """
    if file is None or is_named(options):
        pat_id = one(options)
        return pat_id, jti_in_use(services, file, pat_id) if file else None
    claims = claims_in(services, file)
    return claims.pat_id, claims.jti


def _deliver(
    services: Services, file: TokenFile | None, make: Callable[[], IssuedPat]
) -> Delivered:
    """Make the token, and hand it on: to the file, which is there before it, or to the caller.

    All that can fail is done before what ends the old string is committed.
    """
    with nullcontext() if file is None else file.replacement() as pending:
        with services.transaction():
            issued = make()
            row = row_of(issued.record.id)
            if pending:
                pending.write(issued.token)
        if pending:
            pending.put()
    return Delivered(row, issued.token) if file is None else Delivered(row | _told(file), None)


def _told(file: TokenFile) -> dict[str, Any]:
    told: dict[str, Any] = {"token_file": str(file.target)}
    if file.is_open_to_all:
        told["warning"] = "every account of this machine may read the file: chmod o= it"
    return told


def _lifetime(services: Services, options: dict[str, Any]) -> timedelta | None:
    wanted: timedelta | None = options["expires_in"]
    longest = timedelta(seconds=services.max_pat_lifetime_seconds)
    if wanted is not None and wanted > longest:
        raise usage(f"--expires-in can be at most {longest.days}d here.")
    return wanted


def _giver_id(options: dict[str, Any], *, needed: bool) -> int | None:
    if options["granted_by"]:
        return user_id(options["granted_by"])
    if needed:
        raise usage("--global needs --granted-by EMAIL: the active staff user who answers for it.")
    return None
