"""Sessions: a family of refresh tokens, each good once."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from adapters.orm.models.company import Company
from adapters.orm.models.user import User


class Session(models.Model):
    """One sign-in and all tokens that came of it.

    The row outlives its company, so that its tokens are told "company not found" rather than
    "session unknown": hence no constraint on the company in the database.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    company = models.ForeignKey(
        Company,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="sessions",
    )
    refresh_jti = models.CharField(max_length=36, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [  # for the admin's list
            models.Index(fields=["-created_at"], name="session_newest"),
            models.Index(
                fields=["-created_at"],
                condition=models.Q(revoked_at__isnull=False),
                name="session_revoked_newest",
            ),
        ]
        permissions = [("revoke_session", "Can revoke sessions")]

    def __str__(self) -> str:
        return str(self.id)
