"""Results that are dear to measure, shared by processes (see ``adapters.sharing``)."""

from __future__ import annotations

from django.db import models


class SharedResult(models.Model):
    """The last measurement of one kind. Moments are Unix seconds by the database's own clock.

    PostgreSQL keeps the table unlogged: a crash empties it, and nothing is lost.
    """

    key = models.CharField(max_length=200, primary_key=True)
    version = models.CharField(max_length=32, help_text="Empty before the first measurement.")
    measured_at = models.FloatField()
    cost = models.FloatField()
    text = models.BinaryField(null=True)
    claim = models.CharField(max_length=32, help_text="Whose turn it is to measure.")
    claimed_until = models.FloatField()

    def __str__(self) -> str:
        return self.key
