"""A token's life, in words."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format

from adapters.admin.states import state
from adapters.orm.grants import grant_of
from adapters.orm.models import PersonalAccessToken, TokenEvent
from domain.events.event import EventKind
from domain.tokens.state import State

EVENTS_SHOWN = 50
GRANT_AGAIN = "Staff may grant it again, in their name, with the action in the list of tokens."


def moment(at: datetime) -> str:
    """A moment as the admin writes it."""
    return date_format(at, "DATETIME_FORMAT")


def grant_is_live(row: PersonalAccessToken) -> bool:
    """Whether who gave the global flag still answers for it."""
    given = grant_of(row)
    return given is not None and given.is_live


def grant(row: PersonalAccessToken) -> str:
    """Whether the grant still holds, and why not."""
    if not row.access_global_metrics:
        return "Not granted."
    giver = row.granted_by
    if giver is None:
        return f"Lapsed: who gave it is gone. {GRANT_AGAIN}"
    if not grant_is_live(row):
        return f"Lapsed: {giver} is no longer active staff. {GRANT_AGAIN}"
    return f"Yes, while {giver} is active staff."


def why_no_string_works(row: PersonalAccessToken, *, now: datetime) -> str:
    """Why a row that has time left needs a re-issue; empty when it needs none."""
    found = state(row, now=now)
    if found is State.ENDED:
        return "all credentials of its user were ended"
    changed = found is State.ACTIVE and row.flags_changed_at is not None
    return "the flags were changed" if changed else ""


def has_good_string(row: PersonalAccessToken, *, now: datetime) -> bool:
    """Whether its present string is good while its user is active."""
    return state(row, now=now) is State.ACTIVE and row.flags_changed_at is None


def overlaps(row: PersonalAccessToken, *, now: datetime) -> bool:
    """Whether the old string of a re-issue lives on."""
    until = row.previous_expires_at
    return until is not None and now < until and has_good_string(row, now=now)


def overlap(row: PersonalAccessToken, *, now: datetime) -> str:
    """How long it does."""
    until = row.previous_expires_at
    if until is None or not overlaps(row, now=now):
        return "none that works"
    return f"works until {moment(until)}, or until the new one is first used"


def last_reissue(row: PersonalAccessToken) -> str:
    """When its present string was made, as far as the account of events goes back."""
    made = TokenEvent.objects.filter(pat_id=row.pk, kind=EventKind.REISSUED.value)
    at = made.order_by("-at", "-id").values_list("at", flat=True).first()
    return "no re-issue is known" if at is None else moment(at)


def last_events(row: PersonalAccessToken) -> list[TokenEvent]:
    """What happened to it, newest first."""
    return list(TokenEvent.objects.filter(pat_id=row.pk).order_by("-at", "-id")[:EVENTS_SHOWN])


def effects(row: PersonalAccessToken, *, now: datetime) -> list[str]:
    """What re-issuing it will do."""
    rights = "read-only" if row.read_only else "may write"
    told = [
        "The token gets a new string, shown once, on the next page.",
        f"Its name, its user, its history and its rights ({rights}) stay.",
    ]
    why = why_no_string_works(row, now=now)
    if why:
        told.append(f"No old string works, for {why}; the new one will.")
    elif state(row, now=now) is State.EXPIRED:
        told.append("It has expired; with the new string it lives again.")
    if overlaps(row, now=now):
        told.append(
            "An earlier re-issue is not finished: its new string, which nobody has used, stops at "
            "once, and the older one is the one that may work on."
        )
    if row.access_global_metrics and not grant_is_live(row):
        told.append("The grant of global metrics has lapsed: say whether you give it, below.")
    return told
