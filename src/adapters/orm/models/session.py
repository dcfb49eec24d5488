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
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    generation = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    network = models.CharField(max_length=50, default="", db_default="", editable=False)
    # The chain of refresh tokens: digests, never a token. See ``domain.sessions.refresh_tokens``.
    refresh_family = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 - none is not ""
    refresh_live = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001
    refresh_spent = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001
    refresh_spent_at = models.DateTimeField(null=True, editable=False)
    refresh_answer_ends_at = models.DateTimeField(null=True, editable=False)
    # Written by hosts of the release before, while an upgrade is rolling. It goes in the next one.
    refresh_jti = models.CharField(max_length=36, default="", db_default="", editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-created_at"], name="session_own_newest"),
            # for the admin's list
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
