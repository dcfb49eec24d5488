"""The service's own load: numbers that only grow, added to by each process (``orm.load``)."""

from __future__ import annotations

from django.db import models


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
