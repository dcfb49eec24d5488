"""Companies, the tenants, and who belongs to them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from adapters.orm.models.user import User


class Company(models.Model):
    """A tenant."""

    slug = models.SlugField(unique=True, help_text="Its name in metrics and lists.")
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.slug


class Membership(models.Model):
    """A user's place in a company."""

    class Role(models.TextChoices):
        """What a member is."""

        MEMBER = "member"
        OWNER = "owner"

    # Their own indexes would stand twice: ``membership_once`` and ``membership_numbers`` begin so.
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    company = models.ForeignKey(
        Company, on_delete=models.CASCADE, related_name="memberships", db_index=False
    )
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    is_enabled = models.BooleanField(
        "enabled", default=True, help_text="Untick to stop the user's tokens for this company."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "company"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=["member", "owner"]), name="membership_role_known"
            ),
        ]
        indexes = [
            models.Index(  # all that the metrics count: they read this and not the rows
                fields=["company", "user", "is_enabled", "role", "last_seen_at"],
                name="membership_numbers",
            ),
            # for the admin's lists
            models.Index(fields=["company", "-role", "id"], name="membership_owners_first"),
            models.Index(fields=["role", "-id"], name="membership_role_newest"),
            models.Index(fields=["is_enabled", "-id"], name="membership_enabled_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.company}"
