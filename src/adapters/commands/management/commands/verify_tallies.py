"""``manage.py verify_tallies``: does every number that is kept equal what the rows say?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from adapters.orm.models.tallies import PLATFORM
from adapters.orm.patience import patient
from adapters.orm.tallies.verify import Difference, differences

_SHOWN = 20


class Command(BaseCommand):
    """Writers wait while it reads."""

    help = "Hold the tallies behind the metrics against the rows they stand for."

    def handle(self, **_options: Any) -> None:
        """Say so when all is well, else name differences and fail."""
        with patient():
            found = differences(now=timezone.now())
        if not found:
            self.stdout.write("Every tally is right.")
            return
        lines = [_line(one) for one in found[:_SHOWN]]
        raise CommandError(
            "\n".join([f"{len(found)} numbers are wrong. Run: manage.py rebuild_tallies", *lines])
        )


def _line(one: Difference) -> str:
    where = "the platform" if one.company_id == PLATFORM else f"company {one.company_id}"
    return f"{where}: {one.column} is {one.true}, and the tallies tell {one.told}"
