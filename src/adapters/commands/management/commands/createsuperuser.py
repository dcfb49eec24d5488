"""Django's command for the first person, told to whoever guards the service."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models.signals import post_save, pre_save

from adapters.commands.apps import services
from adapters.commands.shell import refuse, shell_actor
from adapters.orm.models import User
from domain.events.notice import Notice, NoticeKind


class Command(createsuperuser.Command):
    """The same questions and arguments."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Make the user, and tell of it.

        Raises:
            CommandError: the password is too easy to guess. Django asks of one that is typed only,
                and lets that pass when one insists.
        """
        pre_save.connect(_weigh, sender=User)
        post_save.connect(_tell, sender=User)
        try:
            return super().handle(*args, **options)
        finally:
            post_save.disconnect(_tell, sender=User)
            pre_save.disconnect(_weigh, sender=User)


def _weigh(instance: User, **_: Any) -> None:
    password: str | None = vars(instance).get("_password")  # as it was given
    try:
        if password is not None:
            validate_password(password, instance)
    except ValidationError as exc:
        raise refuse(" ".join(exc.messages)) from None


def _tell(instance: User, **_: Any) -> None:
    by, detail = shell_actor().actor, {"superuser": True}
    notice = Notice(NoticeKind.USER_CREATED, by=by, account=instance.email, detail=detail)
    services().people.security.note_change(notice)
