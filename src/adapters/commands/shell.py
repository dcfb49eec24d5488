"""What the commands share: arguments, names, who acts, and exit codes that scripts can trust.

0: done. 1: refused, and it will be refused again. 2: the command line is wrong. 3: the database or
a file failed: try again.
"""

from __future__ import annotations

import os
import pwd
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.core.management.base import CommandError
from django.db import DatabaseError, InterfaceError

from adapters.commands.lines import shown
from adapters.commands.token_file import TokenFileError
from adapters.orm.models import Company, User
from adapters.orm.models.user import UserManager
from domain import durations
from domain.administrator import Administrator
from domain.events.event import Actor, Means, Origin
from domain.instant import iso as in_iso
from domain.names import check_line, check_name
from domain.refusal import RefusedError
from domain.tokens.changes import MAX_OVERLAP
from domain.tokens.rejection import TokenRejectedError

REFUSED, USAGE, FAILED = 1, 2, 3


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn what goes wrong into a sentence and its exit code."""
    try:
        yield
    except RefusedError as exc:
        raise refuse(exc.detail) from None
    except TokenRejectedError as exc:
        raise refuse(exc.rejection.sentence) from None
    except TokenFileError as exc:
        raise failed(str(exc)) from None
    except OSError as exc:
        raise failed(f"A file failed: {exc.strerror}.") from None
    except (DatabaseError, InterfaceError) as exc:
        said = " ".join([f"{type(exc).__name__}:", *str(exc).split()]).rstrip(":")
        raise failed(f"The database failed ({said}). Try again.") from None


def usage(sentence: str) -> CommandError:
    """The command line is wrong."""
    return CommandError(shown(sentence), returncode=USAGE)


def refuse(sentence: str) -> CommandError:
    """It is not to be."""
    return CommandError(shown(sentence), returncode=REFUSED)


def failed(sentence: str) -> CommandError:
    """The database or a file failed."""
    return CommandError(shown(sentence), returncode=FAILED)


def shell_actor() -> Administrator:
    """Who runs the command, as the system knows them; no variable can say otherwise."""
    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"uid {uid}"
    return Administrator(Actor(None, name, Origin(Means.SHELL)))


def user_id(email: str) -> int:
    """The user with the address.

    Raises:
        CommandError: there is none.
    """
    found = User.objects.filter(email=UserManager.normalize_email(email)).values_list("pk").first()
    if found is None:
        raise refuse(f"There is no user {email}.")
    return int(found[0])


def company_id(slug: str) -> int:
    """The company with the slug.

    Raises:
        CommandError: there is none.
    """
    found = Company.objects.filter(slug=slug).values_list("pk").first()
    if found is None:
        raise refuse(f"There is no company {slug}.")
    return int(found[0])


def duration(text: str) -> timedelta:
    """An argument such as ``30d``."""
    try:
        return durations.duration(text)
    except ValueError as exc:
        raise ArgumentTypeError(str(exc)) from None


def name(text: str) -> str:
    """An argument that may be a token's name."""
    try:
        return check_name(text)
    except ValueError as exc:
        raise ArgumentTypeError(str(exc)) from None


def line(text: str) -> str:
    """An argument to look something up by."""
    try:
        return check_line(text)
    except ValueError as exc:
        raise ArgumentTypeError(str(exc)) from None


def overlap(text: str) -> timedelta:
    """An argument such as ``1h``, of a day at most."""
    value = duration(text)
    if value > MAX_OVERLAP:
        raise ArgumentTypeError(f"write at most {MAX_OVERLAP.days}d")
    return value


def moment(text: str) -> datetime:
    """An argument such as ``2026-03-18`` or ``2026-03-18T12:00:00Z``; UTC unless it says else."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError("write 2026-03-18 or 2026-03-18T12:00:00Z") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def iso(at: datetime | None) -> str | None:
    """A moment as the API writes it."""
    return None if at is None else in_iso(at)
