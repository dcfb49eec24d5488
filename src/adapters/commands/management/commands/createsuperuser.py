"""Django's command for the first person, told to whoever guards the service."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.db.models.signals import post_save

from adapters.commands.apps import services
from adapters.commands.shell import shell_actor
from adapters.orm.models import User
from domain.events.notice import Notice, NoticeKind


class Command(createsuperuser.Command):
    """The same questions and arguments."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Make the user, and tell of it."""
        post_save.connect(_tell, sender=User)
        try:
            return super().handle(*args, **options)
        finally:
            post_save.disconnect(_tell, sender=User)


def _tell(instance: User, **_: Any) -> None:
    by, detail = shell_actor().actor, {"superuser": True}
    notice = Notice(NoticeKind.USER_CREATED, by=by, account=instance.email, detail=detail)
    services().people.security.note_change(notice)
