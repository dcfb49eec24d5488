"""The account of events: rows that are written once, and then only grow old."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models

from domain.events.event import EventKind, Means


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete what is kept as it was written."""

    def __init__(self) -> None:
        super().__init__("token events are append-only: only `manage.py purge` deletes old ones")


class TokenEventQuerySet(models.QuerySet["TokenEvent"]):
    """Reads and adds."""

    def update(self, **_columns: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError

    def bulk_update(self, *_args: Any, **_options: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError


class TokenEvent(models.Model):
    """What happened to a token. It names rows by plain values, so it outlives them.

    Triggers in the database refuse an UPDATE, a DELETE outside the purge, and what replaces a row,
    from whatever client.
    """

    at = models.DateTimeField()
    kind = models.CharField(
        max_length=30, choices=[(kind.value, kind.value.replace("_", " ")) for kind in EventKind]
    )
    pat_id = models.UUIDField(null=True)
    session_id = models.UUIDField(null=True)
    user_id = models.BigIntegerField(help_text="Whose token it was.")
    user_email = models.CharField(max_length=254)
    company_id = models.BigIntegerField(null=True)
    company_slug = models.CharField(max_length=50)
    actor_id = models.BigIntegerField(null=True, help_text="Who did it; none in the shell.")
    actor_name = models.CharField(max_length=254)
    actor_pat_id = models.UUIDField(null=True, help_text="The token they acted with.")
    actor_session_id = models.UUIDField(null=True, help_text="The session they acted in.")
    address = models.CharField(max_length=45)
    means = models.CharField(max_length=10, choices=[(means.value, means.value) for means in Means])
    detail = models.JSONField(default=dict)
    once = models.CharField(  # noqa: DJ001 - nulls are not equal, empty strings are
        max_length=100,
        null=True,
        unique=True,
        editable=False,
        help_text="Of events with the same value one is kept.",
    )

    objects: ClassVar[models.Manager[TokenEvent]] = TokenEventQuerySet.as_manager()

    class Meta:
        verbose_name = "token event"
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-at", "-id"], name="event_newest"),
            models.Index(fields=["pat_id", "-at"], name="event_pat_newest"),
            models.Index(fields=["user_id", "-at"], name="event_user_newest"),
            models.Index(
                fields=["actor_pat_id", "-at"],
                condition=models.Q(actor_pat_id__isnull=False),
                name="event_actor_pat_newest",
            ),
            models.Index(fields=["company_id", "-at"], name="event_company_newest"),
            models.Index(fields=["kind", "-at"], name="event_kind_newest"),
            models.Index(fields=["means", "-at"], name="event_means_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M:%S}"

    def save(self, *args: Any, **options: Any) -> None:
        """Store a new row; one that is there is refused."""
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **{**options, "force_insert": True})

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError


class EventPurge(models.Model):
    """Lets a transaction delete events older than ``before``.

    The purge writes the row, deletes, and takes the row away, in one transaction: nobody else ever
    sees it.
    """

    before = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"before {self.before:%Y-%m-%d %H:%M:%S}"
