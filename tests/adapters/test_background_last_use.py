"""A token's last use is written behind the request's back: newest, never in anybody's way."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction

from adapters.orm import background
from adapters.orm.models import PersonalAccessToken
from adapters.orm.repositories import last_use
from adapters.orm.repositories.last_use import BackgroundLastUse
from tests.factories import PersonalAccessTokenFactory
from tests.service import NOON

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def _no_connection_is_left():
    """The writing threads never end, and PostgreSQL drops no database that is in use."""
    yield
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def row():
    return PersonalAccessTokenFactory()


@pytest.fixture
def writer(monkeypatch):
    """One that the end of the process knows nothing of."""
    monkeypatch.setattr(background, "at_process_end", lambda call: None)
    return BackgroundLastUse()


def last_used(row):
    return PersonalAccessToken.objects.values_list("last_used_at", flat=True).get(pk=row.pk)


def eventually(condition: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < give_up_at, "it never came true"
        threading.Event().wait(0.01)


def test_a_note_is_written_to_the_second(writer, row):
    writer.note(row.pk, at=NOON + timedelta(seconds=1, microseconds=999_999))
    eventually(lambda: last_used(row) == NOON + timedelta(seconds=1))


def test_the_thread_goes_on_writing(writer, row):
    for second in range(1, 4):
        moment = NOON + timedelta(seconds=second)
        writer.note(row.pk, at=moment)
        eventually(lambda expected=moment: last_used(row) == expected)


@pytest.fixture
def held(writer, monkeypatch):
    """A writer without its thread: what is noted stays a note until ``flush``."""
    monkeypatch.setattr(writer._background, "tell", lambda: True)
    return writer


@pytest.mark.parametrize("seconds", [(0, 5, 3), (5, 0), (5, 5), (0, 5)])
def test_the_newest_of_several_notes_is_written_by_one_statement(
    held, row, seconds, django_assert_num_queries
):
    for second in seconds:
        held.note(row.pk, at=NOON + timedelta(seconds=second))
    with django_assert_num_queries(1):
        held.flush()
    assert last_used(row) == NOON + timedelta(seconds=5)


def test_an_earlier_use_never_replaces_a_later_one(held, row):
    """Another worker may have been faster."""
    later = NOON + timedelta(hours=1)
    PersonalAccessToken.objects.update(last_used_at=later)
    held.note(row.pk, at=NOON)
    held.flush()
    assert last_used(row) == later


def test_the_same_second_is_written_once(held, row, django_assert_num_queries):
    held.note(row.pk, at=NOON)
    held.flush()
    with django_assert_num_queries(0):
        held.note(row.pk, at=NOON + timedelta(milliseconds=300))
        held.flush()


def test_a_revoked_token_stays_revoked_and_every_other_column_as_it_was(held, row):
    held.note(row.pk, at=NOON)
    PersonalAccessToken.objects.update(revoked_at=NOON, name="new", jti="new")
    before = PersonalAccessToken.objects.values().get()
    held.flush()
    after = PersonalAccessToken.objects.values().get()
    assert after == {**before, "last_used_at": NOON}


def test_a_token_that_is_gone_is_no_matter(held, row):
    held.note(row.pk, at=NOON)
    row.delete()
    held.flush()
    assert not PersonalAccessToken.objects.exists()


def test_a_note_never_asks_the_database(writer, row, django_assert_num_queries):
    with django_assert_num_queries(0):
        writer.note(row.pk, at=NOON)
    eventually(lambda: last_used(row) == NOON)


def test_a_note_waits_for_no_lock(writer, row):
    """Another transaction holds the row, or the whole of SQLite, for as long as it likes."""
    with transaction.atomic():
        PersonalAccessToken.objects.update(name="held")
        writer.note(row.pk, at=NOON)
        writer.note(row.pk, at=NOON + timedelta(seconds=1))
        assert last_used(row) is None
    eventually(lambda: last_used(row) == NOON + timedelta(seconds=1))


def test_a_failing_database_only_warns(held, row, monkeypatch, caplog):
    def fail(pat_id, *, at):
        raise OperationalError("the server is gone")

    with monkeypatch.context() as patched:
        patched.setattr(last_use, "write_last_use", fail)
        held.note(row.pk, at=NOON)
        held.flush()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert last_used(row) is None
    held.note(row.pk, at=NOON)
    held.flush()
    assert last_used(row) == NOON


def test_the_thread_outlives_a_failure(writer, row, monkeypatch, caplog):
    failed = threading.Event()

    def fail(pat_id, *, at):
        failed.set()
        raise OperationalError("the server is gone")

    with monkeypatch.context() as patched:
        patched.setattr(last_use, "write_last_use", fail)
        writer.note(row.pk, at=NOON)
        assert failed.wait(PATIENCE)
    writer.note(row.pk, at=NOON + timedelta(seconds=1))
    eventually(lambda: last_used(row) == NOON + timedelta(seconds=1))


def test_a_flush_waits_for_what_the_thread_is_writing(writer, row, monkeypatch):
    """Else a process that ends would take the note with it."""
    began, go_on = threading.Event(), threading.Event()
    write = last_use.write_last_use

    def slow(pat_id, *, at):
        began.set()
        assert go_on.wait(PATIENCE)
        write(pat_id, at=at)

    monkeypatch.setattr(last_use, "write_last_use", slow)
    writer.note(row.pk, at=NOON)
    assert began.wait(PATIENCE)
    flushing = threading.Thread(target=writer.flush)
    flushing.start()
    flushing.join(0.05)
    assert flushing.is_alive()
    go_on.set()
    flushing.join(PATIENCE)
    assert last_used(row) == NOON


def test_notes_from_many_threads_at_once(writer):
    rows = PersonalAccessTokenFactory.create_batch(5)

    def use(second: int) -> None:
        for row in rows:
            writer.note(row.pk, at=NOON + timedelta(seconds=second))

    threads = [threading.Thread(target=use, args=(second,)) for second in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    newest = NOON + timedelta(seconds=19)
    eventually(lambda: all(last_used(row) == newest for row in rows))


SCRIPT = """
import sys, uuid
from datetime import UTC, datetime
import django
django.setup()
from django.db import connection
from adapters.orm.background import Background
from adapters.orm.repositories import last_use

# The thread that would write is busy for ever: only the end of the process is left.
Background._run = lambda self: None
writer = last_use.BackgroundLastUse()
connection.settings_dict["NAME"] = sys.argv[1]
writer.note(uuid.UUID(sys.argv[2]), at=datetime.fromtimestamp(int(sys.argv[3]), UTC))
"""


def test_what_is_noted_is_written_when_the_process_ends(row):
    root = Path(__file__).resolve().parents[2]
    paths = os.pathsep.join([str(root), str(root / "src")])
    environment = {**os.environ, "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    arguments = [str(connection.settings_dict["NAME"]), str(row.pk), str(int(NOON.timestamp()))]
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert last_used(row) == NOON


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_fork_writes_its_own_notes_even_if_its_parent_held_the_locks(writer, row):
    writer.note(row.pk, at=NOON)
    eventually(lambda: last_used(row) == NOON)
    connection.close()  # a connection is no fork's to share
    with writer._writing, writer._noting, writer._background._lock:
        child = os.fork()
        if child == 0:
            try:
                os._exit(_in_the_child(writer, row))
            finally:  # whatever happens, pytest does not go on twice
                os._exit(2)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert last_used(row) == NOON + timedelta(seconds=7)


def _in_the_child(writer, row) -> int:
    """What a worker does: note, and let its own thread write."""
    expected = NOON + timedelta(seconds=7)
    using = threading.Thread(target=writer.note, args=(row.pk,), kwargs={"at": expected})
    using.daemon = True
    using.start()
    using.join(PATIENCE)
    try:
        eventually(lambda: last_used(row) == expected)
    except AssertionError:
        return 1
    return 0
