"""Personal access tokens: the row against which every use is checked. Never the token."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from adapters.orm.models.company import Company
from adapters.orm.models.user import User
from domain.names import LONGEST_NAME


class PersonalAccessToken(models.Model):
    """A PAT's row. Like a session's it outlives its company (see ``Session``).

    The company is never null, which a constraint says; ``null=True`` has Django join it LEFT, so
    that the row of a company that is gone is still found.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    jti = models.CharField(max_length=36, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="personal_access_tokens")
    company = models.ForeignKey(
        Company,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="personal_access_tokens",
    )
    name = models.CharField(max_length=LONGEST_NAME, blank=True)
    read_only = models.BooleanField(default=False)
    access_global_metrics = models.BooleanField("global metrics", default=False)
    granted_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="granted_tokens",
        help_text="The staff user who gave the global flag. It lapses with their staff status.",
    )
    granted_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    previous_jti = models.CharField(max_length=36, null=True, editable=False)  # noqa: DJ001 - none is not ""
    previous_expires_at = models.DateTimeField(null=True, editable=False)
    flags_changed_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text="Set while no string is good: the flags were changed and it was not re-issued.",
    )
    generation = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    made_by_pat = models.UUIDField(null=True, editable=False)
    made_by_session = models.UUIDField(null=True, editable=False)
    previous_made_by_pat = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = "personal access token"
        indexes = [
            models.Index(fields=["user", "company", "-created_at"], name="pat_own_newest"),
            models.Index(fields=["company", "expires_at"], name="pat_company_expiry"),
            models.Index(fields=["-created_at"], name="pat_newest"),
            models.Index(fields=["expires_at"], name="pat_expiry"),
            models.Index(
                fields=["revoked_at"],
                condition=models.Q(revoked_at__isnull=False),
                name="pat_revocation",
            ),
            models.Index(
                fields=["made_by_pat"],
                condition=models.Q(made_by_pat__isnull=False),
                name="pat_made_by_pat",
            ),
            models.Index(
                fields=["previous_made_by_pat"],
                condition=models.Q(previous_made_by_pat__isnull=False),
                name="pat_previous_made_by_pat",
            ),
            models.Index(fields=["read_only", "-created_at"], name="pat_read_only_newest"),
            models.Index(fields=["access_global_metrics", "-created_at"], name="pat_global_newest"),
            models.Index(
                fields=["-created_at"],
                condition=models.Q(revoked_at__isnull=False),
                name="pat_revoked_newest",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(company__isnull=False), name="pat_names_a_company"
            ),
        ]
        permissions = [
            ("grant_global_metrics", "Can give a token the global metrics flag"),
            ("revoke_personalaccesstoken", "Can revoke personal access tokens"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.id)
