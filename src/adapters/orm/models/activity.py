"""What is counted: presence, and sign-ins."""

from __future__ import annotations

from django.db import models

from adapters.orm.models.company import Company
from adapters.orm.models.user import User


class UserActivity(models.Model):
    """When a user was last seen anywhere. Their membership says when in its company."""

    user = models.OneToOneField(
        User, primary_key=True, on_delete=models.CASCADE, related_name="activity"
    )
    last_seen_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "user activity"

    def __str__(self) -> str:
        return f"{self.user_id} at {self.last_seen_at:%Y-%m-%d %H:%M}"


class LoginTally(models.Model):
    """Successful sign-ins since the company exists: a number that only grows.

    Not a count of rows that somebody may purge, and not a number in a process's memory.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="login_tallies")
    provider = models.CharField(max_length=50)
    successes = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "login tallies"
        constraints = [
            models.UniqueConstraint(fields=["company", "provider"], name="login_tally_once")
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.provider}: {self.successes}"
