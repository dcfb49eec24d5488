"""Attempts, counted where all workers and hosts see them."""

from __future__ import annotations

from django.db import models


class SignInBucket(models.Model):
    """What one limit counted in the window that began at ``started_at``."""

    key = models.CharField(max_length=64, primary_key=True, help_text="A digest of the limit.")
    started_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.key
