"""What its owner gave a file: to whom it belongs, and who may read it."""

from __future__ import annotations

import errno
import os
import stat
import sys
from dataclasses import dataclass

_ACL = "system.posix_acl_access"
_NONE = {errno.ENOTSUP, errno.ENODATA}


@dataclass(frozen=True)
class Ownership:
    """Owner, group, mode, and the access control list where there is one (``setfacl``)."""

    owner: int
    group: int
    mode: int
    acl: bytes | None

    @classmethod
    def of(cls, descriptor: int) -> Ownership:
        """What an open file has."""
        found = os.fstat(descriptor)
        return cls(found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode), _acl(descriptor))

    @property
    def lets_all_read(self) -> bool:
        """Whether every account of the machine may read it."""
        return bool(self.mode & stat.S_IROTH)

    def give_to(self, descriptor: int) -> None:
        """Make another open file the same.

        Raises:
            OSError: this account may not.
        """
        new = Ownership.of(descriptor)
        if (new.owner, new.group) != (self.owner, self.group):
            os.fchown(descriptor, self.owner, self.group)
        if new.acl != self.acl:
            _set_acl(descriptor, self.acl)
        os.fchmod(descriptor, self.mode)  # the last: a change of owner takes some of it away


def _acl(descriptor: int) -> bytes | None:
    if sys.platform != "linux":
        return None
    try:
        return os.getxattr(descriptor, _ACL)
    except OSError as exc:
        if exc.errno in _NONE:
            return None
        raise


def _set_acl(descriptor: int, acl: bytes | None) -> None:
    if sys.platform != "linux":
        return
    if acl is None:
        os.removexattr(descriptor, _ACL)  # the folder's default, which the old file does not have
    else:
        os.setxattr(descriptor, _ACL, acl)
