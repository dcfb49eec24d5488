"""A token's file: replaced in one step, readable by its owner only from the first moment."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MODE = 0o600


class TokenFileError(Exception):
    """The file cannot be what it has to be. The message says what to do."""


@dataclass
class PendingFile:
    """The new file beside the old one, not yet in its place."""

    descriptor: int
    keeps_owner: bool
    path: Path
    target: Path

    def commit(self, token: str) -> None:
        """Write the token and put the file in its place; a reader sees the old one or the new.

        Raises:
            OSError: it could not be written; the old file is as it was.
        """
        data = f"{token}\n".encode()
        while data:
            data = data[os.write(self.descriptor, data) :]
        os.fsync(self.descriptor)
        self.path.replace(self.target)
        _sync_folder(self.target.parent)


@contextmanager
def pending_file(target: Path) -> Iterator[PendingFile]:
    """Make the new file before there is a token to lose, and leave nothing behind.

    Raises:
        TokenFileError: the target is no regular file, or its folder cannot be written to.
    """
    old = _checked(target)
    path = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, MODE)
    except OSError as exc:
        raise TokenFileError(f"{target.parent} cannot be written to: {exc.strerror}.") from None
    try:
        yield PendingFile(descriptor, _keep_owner(descriptor, old), path, target)
    finally:
        os.close(descriptor)
        path.unlink(missing_ok=True)


def read_token(target: Path) -> str | None:
    """The token in the file; None when there is no file.

    Raises:
        TokenFileError: the file cannot be read.
    """
    try:
        return target.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise TokenFileError(f"{target} cannot be read. Name a file that holds a token.") from None


def _checked(target: Path) -> os.stat_result | None:
    """What is there now. A link is not followed: it may lead anywhere."""
    try:
        found = target.lstat()
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise TokenFileError(f"{target} cannot be used: {exc.strerror}.") from None
    if not stat.S_ISREG(found.st_mode):
        raise TokenFileError(f"{target} is no regular file. Name the file itself, not a link.")
    return found


def _keep_owner(descriptor: int, old: os.stat_result | None) -> bool:
    os.fchmod(descriptor, MODE)  # whatever the umask took away
    if old is None or (old.st_uid, old.st_gid) == (os.geteuid(), os.getegid()):
        return True
    with suppress(PermissionError):
        os.fchown(descriptor, old.st_uid, old.st_gid)
        return True
    return False


def _sync_folder(folder: Path) -> None:
    """So that the new name is on the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
