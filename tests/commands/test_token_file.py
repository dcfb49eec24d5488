"""A token's file: never loose, never half, never somewhere else, and its owner's as before."""

from __future__ import annotations

import os
import stat
import struct
from dataclasses import replace
from unittest import mock

import pytest

from adapters.commands import ownership, token_file
from adapters.commands.token_file import TokenFile, TokenFileError
from tests.e2e.clients import absent

SOMEBODY, SOME_GROUP = 12_345, 23_456
ACL = "system.posix_acl_access"


@pytest.fixture
def target(tmp_path):
    return tmp_path / "scraper.token"


@pytest.fixture(autouse=True)
def _careless():
    """The worst umask there is."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def _root():
    if os.geteuid() != 0:
        absent("Only root can give files away, so this did not run.")


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def write(target, token="a.b.c"):
    with TokenFile.at(target).replacement() as pending:
        pending.write(token)
        pending.put()


def test_a_new_file(target):
    write(target)
    assert target.read_text() == "a.b.c\n"
    assert mode(target) == 0o600
    assert list(target.parent.iterdir()) == [target]


def test_a_tight_umask_takes_nothing_away(target):
    os.umask(0o777)
    write(target)
    assert mode(target) == 0o600


@pytest.mark.parametrize("given", [0o600, 0o640, 0o440, 0o660, 0o666])
@pytest.mark.parametrize("umask", [0, 0o077, 0o777])
def test_the_mode_is_kept(target, given, umask):
    target.write_text("old")
    target.chmod(given)
    os.umask(umask)
    before = target.stat().st_ino
    write(target)
    assert (mode(target), target.read_text()) == (given, "a.b.c\n")
    assert target.stat().st_ino != before


@pytest.mark.usefixtures("_root")
@pytest.mark.parametrize("owner", [0, SOMEBODY])
@pytest.mark.parametrize("given", [0o600, 0o640])
def test_owner_and_group_are_kept(target, owner, given):
    """``root:prometheus 0640``, as docs/monitoring.md sets it up, is that afterwards."""
    target.write_text("old")
    target.chmod(given)
    os.chown(target, owner, SOME_GROUP)
    write(target)
    found = target.stat()
    assert (found.st_uid, found.st_gid, mode(target)) == (owner, SOME_GROUP, given)


def acl_for(user: int) -> bytes:
    """``user::rw-, user:USER:r--, group::---, mask::r--, other::---`` (linux/posix_acl_xattr.h)."""
    nobody = 2**32 - 1
    entries = [(0x01, 6, nobody), (0x02, 4, user), (0x04, 0, nobody), (0x10, 4, nobody)]
    return struct.pack("<I", 2) + b"".join(
        struct.pack("<HHI", *entry) for entry in [*entries, (0x20, 0, nobody)]
    )


def set_acl(path, name: str) -> None:
    try:
        os.setxattr(path, name, acl_for(SOMEBODY))
    except OSError as exc:
        absent(f"This file system keeps no access control lists ({exc.strerror}).")


def test_an_access_control_list_is_kept(target):
    target.write_text("old")
    set_acl(target, ACL)
    write(target)
    assert os.getxattr(target, ACL) == acl_for(SOMEBODY)


def test_the_folder_s_list_lets_nobody_in(target):
    """A default list of the folder is on each new file in it; the old file did not have it."""
    target.write_text("old")
    target.chmod(0o640)
    set_acl(target.parent, "system.posix_acl_default")
    write(target)
    assert ACL not in os.listxattr(target)
    assert mode(target) == 0o640


def test_what_cannot_be_kept_is_told_before_there_is_a_token(target):
    """A scraper that could not read its file any more would be blind."""
    target.write_text("old")
    file = TokenFile.at(target)
    somebodys = replace(file, ownership=replace(file.ownership, owner=SOMEBODY))
    with (
        mock.patch.object(ownership.os, "fchown", side_effect=PermissionError(1, "Not permitted")),
        pytest.raises(TokenFileError, match=r"could not keep its owner.*Not permitted.*as root"),
        somebodys.replacement(),
    ):
        raise AssertionError
    assert list(target.parent.iterdir()) == [target]
    assert target.read_text() == "old"


def test_at_every_moment_the_path_is_whole_and_what_holds_the_token_is_tight(target):
    """Looked at before and after each call to the system."""
    target.write_text("old\n")
    target.chmod(0o640)
    seen = []

    def look():
        for path in target.parent.iterdir():
            text = path.read_text()
            if path == target:
                assert text in ("old\n", "a.b.c\n")
            if "a.b.c" in text:
                assert mode(path) == 0o640
            seen.append(text)

    def watched(call):
        def around(*args, **kwargs):
            look()
            try:
                return call(*args, **kwargs)
            finally:
                look()

        return around

    names = ("open", "write", "fsync", "fchmod", "close")
    with mock.patch.multiple(token_file.os, **{n: watched(getattr(os, n)) for n in names}):
        write(target)
    assert {"old\n", "a.b.c\n"} <= set(seen)


def test_a_new_file_is_tight_from_the_moment_it_is_made(target):
    with TokenFile.at(target).replacement() as pending:
        assert mode(pending.path) == 0o600
        assert not target.exists()


def test_it_is_on_the_disk_before_it_is_in_its_place(target):
    calls = mock.Mock()
    calls.fsync.side_effect = os.fsync
    with (
        mock.patch.object(token_file.os, "fsync", calls.fsync),
        mock.patch.object(token_file.Path, "replace", autospec=True) as replace,
    ):
        calls.attach_mock(replace, "replace")
        write(target)
    assert [name for name, _, _ in calls.mock_calls] == ["fsync", "replace", "fsync"]


def test_short_writes_are_finished(target):
    with mock.patch.object(
        token_file.os, "write", side_effect=lambda fd, data, w=os.write: w(fd, data[:2])
    ):
        write(target, "a.longer.token")
    assert target.read_text() == "a.longer.token\n"


@pytest.mark.parametrize("fails", ["write", "fsync"])
def test_a_failure_leaves_the_old_file_and_nothing_else(target, fails):
    target.write_text("old\n")
    with (
        mock.patch.object(token_file.os, fails, side_effect=OSError(28, "No space left")),
        pytest.raises(TokenFileError, match=r"No space left.*Nothing was changed"),
    ):
        write(target)
    assert list(target.parent.iterdir()) == [target]
    assert target.read_text() == "old\n"


def test_a_file_that_cannot_be_replaced_loses_no_token(target):
    """A single file that is mounted into a container cannot be: the new one stays beside it."""
    target.write_text("old\n")
    busy = mock.patch.object(token_file.Path, "replace", side_effect=OSError(16, "Device busy"))
    with busy, pytest.raises(TokenFileError, match="Device busy") as caught:
        write(target)
    (beside,) = set(target.parent.iterdir()) - {target}
    assert str(beside) in str(caught.value)
    assert (beside.read_text(), mode(beside)) == ("a.b.c\n", mode(target))


def test_a_folder_that_cannot_be_synced_has_the_token_all_the_same(target):
    real = os.open

    def no_folders(path, flags, *more):
        if flags & os.O_DIRECTORY:
            raise PermissionError
        return real(path, flags, *more)

    with mock.patch.object(token_file.os, "open", side_effect=no_folders):
        write(target)
    assert target.read_text() == "a.b.c\n"


def test_without_a_token_nothing_happened(target):
    with pytest.raises(ZeroDivisionError), TokenFile.at(target).replacement():
        raise ZeroDivisionError
    assert list(target.parent.iterdir()) == []


def test_a_link_is_not_followed(target, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    target.symlink_to(elsewhere)
    with pytest.raises(TokenFileError, match="it is a link"):
        TokenFile.at(target)
    assert elsewhere.read_text() == "precious"
    assert target.is_symlink()


def test_what_is_looked_at_is_what_was_opened(target, tmp_path):
    """Changed for a link between the look and the reading, it is the file that is read."""
    target.write_text("old")
    target.chmod(0o640)
    (tmp_path / "elsewhere").write_text("precious")
    real = os.fstat

    def change(descriptor):
        target.unlink(missing_ok=True)
        target.symlink_to(tmp_path / "elsewhere")
        return real(descriptor)

    with mock.patch.object(token_file.os, "fstat", side_effect=change):
        file = TokenFile.at(target)
    assert file.content == b"old"
    assert file.ownership.mode == 0o640


def test_a_link_put_there_meanwhile_is_replaced_not_followed(target, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    with TokenFile.at(target).replacement() as pending:
        target.symlink_to(elsewhere)
        pending.write("a.b.c")
        pending.put()
    assert elsewhere.read_text() == "precious"
    assert not target.is_symlink()
    assert target.read_text() == "a.b.c\n"


def test_what_is_no_file_is_refused_at_once(tmp_path):
    """A pipe that nobody writes to keeps nobody waiting."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(TokenFileError, match="no regular file"):
            TokenFile.at(path)


def test_a_folder_that_is_not_there(tmp_path):
    file = TokenFile.at(tmp_path / "missing" / "token")
    with pytest.raises(TokenFileError, match="cannot be written to"), file.replacement():
        raise AssertionError


def test_a_file_that_all_may_read_says_so(target):
    assert not TokenFile.at(target).is_open_to_all
    target.write_text("old")
    for given, is_open in ((0o600, False), (0o640, False), (0o644, True)):
        target.chmod(given)
        assert TokenFile.at(target).is_open_to_all is is_open


def test_one_that_may_not_be_read_says_so(target):
    denied = mock.patch.object(token_file.os, "open", side_effect=PermissionError(13, "Denied"))
    with denied, pytest.raises(TokenFileError, match="cannot be read: Denied"):
        TokenFile.at(target)
