"""``manage.py rebuild_tallies``: count everything anew, as after rows came in without triggers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from adapters.orm.patience import patient
from adapters.orm.tallies.install import install_triggers
from adapters.orm.tallies.rebuild import rebuild


class Command(BaseCommand):
    """Writers wait while it counts; scrapes go on, with the numbers there were."""

    help = "Count anew what the tallies behind the metrics stand for, and renew the triggers."

    def handle(self, **_options: Any) -> None:
        """Rebuild, all or nothing."""
        with patient(), transaction.atomic():
            install_triggers()
            rebuild(now=timezone.now())
        self.stdout.write("Every tally was counted anew.")
