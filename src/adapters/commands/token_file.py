"""A token's file: looked at once, replaced in one step, and its owner's in every way as before."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from adapters.commands.ownership import Ownership

_NEW_MODE = 0o600
_LARGEST = 64 * 1024


class TokenFileError(Exception):
    """The file cannot be what it has to be. The message says what to do."""


@dataclass(frozen=True)
class TokenFile:
    """A place for a token, and what is there.

    Attributes:
        content: its bytes; None when there is no file yet.
        ownership: what its owner gave it; None likewise.
    """

    target: Path
    content: bytes | None
    ownership: Ownership | None

    @classmethod
    def at(cls, target: Path) -> TokenFile:
        """Look once, through one descriptor, so that what is checked is what is read.

        Raises:
            TokenFileError: it is no regular file, or cannot be read. A link is not followed: it may
                lead anywhere.
        """
        try:
            descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return cls(target, None, None)
        except OSError as exc:
            reason = "it is a link" if exc.errno == errno.ELOOP else exc.strerror
            raise TokenFileError(
                f"{target} cannot be read: {reason}. Name the file itself, as an account that may "
                "read it."
            ) from None
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise TokenFileError(f"{target} is no regular file. Name the token's file.")
            return cls(target, os.read(descriptor, _LARGEST), Ownership.of(descriptor))
        finally:
            os.close(descriptor)

    @property
    def is_open_to_all(self) -> bool:
        """Whether every account of the machine may read it."""
        return self.ownership is not None and self.ownership.lets_all_read

    @contextmanager
    def replacement(self) -> Iterator[PendingFile]:
        """Make the new file before there is a token to lose, and leave nothing behind.

        Raises:
            TokenFileError: the folder cannot be written to, or the new file cannot be as the old.
        """
        path = self.target.with_name(f".{self.target.name}.{secrets.token_hex(8)}")
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            descriptor = os.open(path, flags, _NEW_MODE)
        except OSError as exc:
            raise TokenFileError(
                f"{self.target.parent} cannot be written to: {exc.strerror}."
            ) from None
        pending = PendingFile(descriptor, path, self.target)
        try:
            self._prepare(descriptor)
            yield pending
        finally:
            os.close(descriptor)
            if not pending.is_stranded:
                path.unlink(missing_ok=True)

    def _prepare(self, descriptor: int) -> None:
        if self.ownership is None:
            os.fchmod(descriptor, _NEW_MODE)  # whatever the umask took away
            return
        try:
            self.ownership.give_to(descriptor)
        except OSError as exc:
            raise TokenFileError(
                f"{self.target} could not keep its owner, group and mode ({exc.strerror}), and who "
                "reads it now could not any more. Run this as root, or as its owner in its group."
            ) from None


@dataclass
class PendingFile:
    """The new file beside the old one, not yet in its place.

    Attributes:
        is_stranded: it is whole, and could not be put in its place.
    """

    descriptor: int
    path: Path
    target: Path
    is_stranded: bool = False

    def write(self, token: str) -> None:
        """Write the token, down to the disk.

        Raises:
            TokenFileError: it could not be written. The old file is as it was.
        """
        data = f"{token}\n".encode()
        try:
            while data:
                data = data[os.write(self.descriptor, data) :]
            os.fsync(self.descriptor)
        except OSError as exc:
            raise TokenFileError(
                f"{self.target} could not be written ({exc.strerror}). Nothing was changed."
            ) from None

    def put(self) -> None:
        """Put the file in its place; a reader sees the old one or the new.

        Raises:
            TokenFileError: it could not be. The message says where the new one is.
        """
        try:
            self.path.replace(self.target)
        except OSError as exc:
            self.is_stranded = True
            raise TokenFileError(
                f"{self.target} could not be replaced ({exc.strerror}). The new token is in "
                f"{self.path}: put it in its place."
            ) from None
        _sync_folder(self.target.parent)


def _sync_folder(folder: Path) -> None:
    """So that the new name is on the disk soon, too. The token is where it belongs in any case."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
