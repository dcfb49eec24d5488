"""A token's file: never loose, never half, never somewhere else."""

from __future__ import annotations

import os
import stat
from unittest import mock

import pytest

from config import token_file
from config.token_file import TokenFileError, pending_file, read_token


@pytest.fixture
def target(tmp_path):
    return tmp_path / "scraper.token"


@pytest.fixture(autouse=True)
def _careless():
    """The worst umask there is."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def write(target, token="a.b.c"):
    with pending_file(target) as pending:
        pending.commit(token)
    return pending


def test_a_new_file(target):
    write(target)
    assert target.read_text() == "a.b.c\n"
    assert mode(target) == 0o600
    assert list(target.parent.iterdir()) == [target]


def test_a_loose_file_is_replaced_by_a_tight_one(target):
    target.write_text("old")
    target.chmod(0o666)
    before = target.stat().st_ino
    write(target)
    assert (mode(target), read_token(target)) == (0o600, "a.b.c")
    assert target.stat().st_ino != before


def test_a_tight_umask_takes_nothing_away(target):
    os.umask(0o777)
    write(target)
    assert mode(target) == 0o600


def test_at_every_moment_the_path_is_whole_and_what_holds_the_token_is_tight(target):
    """Looked at before and after each call to the system."""
    target.write_text("old\n")
    seen = []

    def look():
        for path in target.parent.iterdir():
            text = path.read_text() if path == target or "a.b.c" in path.read_text() else ""
            if path == target:
                assert text in ("old\n", "a.b.c\n")
            if "a.b.c" in text:
                assert mode(path) == 0o600
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


def test_the_file_is_tight_from_the_moment_it_is_made(target):
    with pending_file(target) as pending:
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
    assert read_token(target) == "a.longer.token"


@pytest.mark.parametrize("fails", ["write", "fsync"])
def test_a_failure_leaves_the_old_file_and_nothing_else(target, fails):
    target.write_text("old\n")
    with (
        mock.patch.object(token_file.os, fails, side_effect=OSError(28, "No space left")),
        pytest.raises(OSError, match="No space"),
    ):
        write(target)
    assert list(target.parent.iterdir()) == [target]
    assert target.read_text() == "old\n"


def test_without_a_token_nothing_happened(target):
    with pytest.raises(ZeroDivisionError), pending_file(target):
        raise ZeroDivisionError
    assert list(target.parent.iterdir()) == []


def test_a_link_is_not_followed(target, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    target.symlink_to(elsewhere)
    with pytest.raises(TokenFileError, match="not a link"), pending_file(target):
        raise AssertionError
    assert elsewhere.read_text() == "precious"
    assert target.is_symlink()


def test_a_link_put_there_meanwhile_is_replaced_not_followed(target, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    with pending_file(target) as pending:
        target.symlink_to(elsewhere)
        pending.commit("a.b.c")
    assert elsewhere.read_text() == "precious"
    assert not target.is_symlink()
    assert read_token(target) == "a.b.c"


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(TokenFileError, match="no regular file"), pending_file(tmp_path):
        raise AssertionError


def test_a_folder_that_is_not_there(tmp_path):
    with (
        pytest.raises(TokenFileError, match="cannot be written to"),
        pending_file(tmp_path / "missing" / "token"),
    ):
        raise AssertionError


def test_the_owner_is_kept(target):
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    target.write_text("old")
    os.chown(target, 65534, 65534)
    assert write(target).keeps_owner
    assert (target.stat().st_uid, target.stat().st_gid, mode(target)) == (65534, 65534, 0o600)


def test_an_owner_that_cannot_be_kept_is_told(target):
    target.write_text("old")
    other = mock.Mock(wraps=target.lstat(), st_uid=1, st_gid=1, st_mode=target.lstat().st_mode)
    with (
        mock.patch.object(token_file.Path, "lstat", return_value=other),
        mock.patch.object(token_file.os, "fchown", side_effect=PermissionError),
    ):
        pending = write(target)
    assert not pending.keeps_owner
    assert (mode(target), read_token(target)) == (0o600, "a.b.c")


def test_reading(target):
    assert read_token(target) is None
    target.write_bytes(b"\xff\xfe")
    with pytest.raises(TokenFileError, match="cannot be read"):
        read_token(target)
