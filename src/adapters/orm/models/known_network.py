"""From which networks accounts signed in, readable by nobody."""

from __future__ import annotations

from django.db import models


class KnownNetwork(models.Model):
    """One account and one network. The key of the digest comes of ``SECRET_KEY``."""

    key = models.CharField(max_length=64, primary_key=True, help_text="A keyed digest of both.")
    signed_in_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key
