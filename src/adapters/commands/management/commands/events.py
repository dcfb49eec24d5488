"""Export the account of events."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Q, QuerySet

from adapters.commands.lines import json_line
from adapters.commands.shell import exit_codes, iso, line, moment
from adapters.orm.heirs import whole_line
from adapters.orm.models import Company, TokenEvent, User
from adapters.orm.models.user import UserManager

_CHUNK = 2000


class Command(BaseCommand):
    """What happened to whose token, when, by whom, from where and by which means."""

    help = (
        "Write the account of token events as JSON lines: whose token, what, by whom, from where."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which."""
        parser.add_argument("--since", type=moment, help="from this moment on (2026-03-18, UTC)")
        parser.add_argument("--until", type=moment, help="before this moment")
        parser.add_argument("--user", type=line, metavar="EMAIL", help="of this user's tokens")
        parser.add_argument("--company", type=line, metavar="SLUG", help="of this company's tokens")
        parser.add_argument(
            "--line",
            type=UUID,
            metavar="ID",
            help="of this token, of all that was made with it, and what was done with them",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write them as they are read: there may be many."""
        with exit_codes():
            for event in _chosen(options).order_by("at", "id").iterator(chunk_size=_CHUNK):
                self.stdout.write(json_line(_line(event)))


def _chosen(options: dict[str, Any]) -> QuerySet[TokenEvent]:
    chosen = Q()
    if options["since"]:
        chosen &= Q(at__gte=options["since"])
    if options["until"]:
        chosen &= Q(at__lt=options["until"])
    if options["user"]:
        email = UserManager.normalize_email(options["user"])
        users = User.objects.filter(email=email).values("pk")
        chosen &= Q(user_id__in=users) | Q(user_email=email)  # it outlives the user
    if options["company"]:
        companies = Company.objects.filter(slug=options["company"]).values("pk")
        chosen &= Q(company_id__in=companies) | Q(company_slug=options["company"])
    if options["line"]:
        followed = whole_line(options["line"])
        chosen &= Q(pat_id__in=followed) | Q(actor_pat_id__in=followed)
    return TokenEvent.objects.filter(chosen)


def _line(event: TokenEvent) -> dict[str, Any]:
    return {
        "at": iso(event.at),
        "kind": event.kind,
        **_credential(event.pat_id, event.session_id),
        "user": {"id": str(event.user_id), "email": event.user_email},
        "company": event.company_id and {"id": event.company_id, "slug": event.company_slug},
        "by": {
            "id": event.actor_id and str(event.actor_id),
            "name": event.actor_name,
            **_credential(event.actor_pat_id, event.actor_session_id),
        },
        "address": event.address or None,
        "means": event.means,
        "detail": event.detail,
    }


def _credential(pat_id: UUID | None, session_id: UUID | None) -> dict[str, str | None]:
    return {
        "personal_access_token": str(pat_id) if pat_id else None,
        "session": str(session_id) if session_id else None,
    }
