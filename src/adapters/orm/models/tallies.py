"""Numbers kept up to date instead of being computed. Triggers write them: see ``orm.tallies``."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from adapters.orm.models.company import Company

PLATFORM = 0
"""The ``company_id`` of the platform's own rows."""
NO_DAY = date(1970, 1, 1)
"""The ``start`` of numbers that belong to no period."""


class Tally(models.Model):
    """A part of a company's numbers, or the platform's: what is true is the sum of the rows.

    Rows of the period ``change`` are written by triggers, one for each change, so that no two
    writers wait for each other. Merging adds them to the other rows, one for each period.
    """

    class Period(models.TextChoices):
        """What ``seen`` counts: those last seen in the period that began on ``start``."""

        CHANGE = "change"
        TOTAL = "total"
        DAY = "day"
        WEEK = "week"
        MONTH = "month"

    company = models.ForeignKey(
        Company, on_delete=models.DO_NOTHING, db_constraint=False, related_name="tallies"
    )
    period = models.CharField(max_length=6, choices=Period.choices)
    start = models.DateField()
    users = models.BigIntegerField()
    users_active = models.BigIntegerField()
    users_staff = models.BigIntegerField()
    owners = models.BigIntegerField()
    social_accounts = models.BigIntegerField()
    seen = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "period", "start"],
                condition=~Q(period="change"),
                name="tally_merged_once",
            )
        ]
        indexes = [models.Index(fields=["id"], condition=Q(period="change"), name="tally_changes")]

    def __str__(self) -> str:
        return f"{self.company_id} {self.period} {self.start}"


class RequestTally(models.Model):
    """Requests that took at most ``le`` seconds and longer than the next shorter ``le``."""

    method = models.CharField(max_length=16)
    route = models.CharField(max_length=200)
    status = models.PositiveSmallIntegerField()
    le = models.CharField(max_length=8)
    requests = models.BigIntegerField()
    seconds = models.FloatField()

    class Meta:
        verbose_name_plural = "request tallies"
        constraints = [
            models.UniqueConstraint(
                fields=["method", "route", "status", "le"], name="request_tally_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.status}"


class RejectionTally(models.Model):
    """Requests refused by authentication or by the policy."""

    reason = models.CharField(max_length=50, primary_key=True)
    rejections = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "rejection tallies"

    def __str__(self) -> str:
        return self.reason
