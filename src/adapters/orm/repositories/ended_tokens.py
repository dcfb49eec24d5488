"""Tokens that ended, of which so many are kept for one user in one company."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import Coalesce, Least, RowNumber

from adapters.orm.in_state import in_state
from adapters.orm.models import PersonalAccessToken
from domain.tokens.state import State

ENDED_AT = Least(Coalesce("revoked_at", "expires_at"), F("expires_at"))
"""One that ended with all of its user's credentials counts as ended when it would have expired."""


def ended(*, now: datetime) -> QuerySet[PersonalAccessToken]:
    """The rows that are good for nothing any more."""
    return PersonalAccessToken.objects.exclude(in_state(now)[State.ACTIVE])


def superfluous(*, kept: int, now: datetime) -> QuerySet[Any]:
    """Of each user and company the rows that ended before the ``kept`` that ended last."""
    place = Window(
        RowNumber(),
        partition_by=[F("user_id"), F("company_id")],
        order_by=[ENDED_AT.desc(), F("id").desc()],
    )
    return ended(now=now).annotate(place=place).filter(place__gt=kept).order_by("id")
