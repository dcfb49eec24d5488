"""A thread behind the requests' backs outlives whatever goes wrong in it, and tells it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest
from django.db import OperationalError

from adapters.orm import background
from adapters.orm.background import Background
from adapters.orm.repositories.behind import WrittenBehind

PATIENCE = 60.0


@dataclass
class Notes(WrittenBehind):
    """What is left is put on a list; ``fail`` may spoil that."""

    left: list[int] = field(default_factory=list)
    written: list[int] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)

    def leave(self, note: int) -> None:
        with self._noting:
            self.left.append(note)
        self._background.tell()

    def wait(self) -> None:
        assert self.done.wait(PATIENCE), "it was never written"

    def _write_all(self) -> None:
        with self._noting:
            self.written, self.left = [*self.written, *self.left], []
        self.done.set()

    def _forget(self) -> None:
        self.left = []


class Job:
    """A thread's by the clock, as quick as it can be; done, it is never done again."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.background = Background("a job", self._do, seconds=0.001)

    def _do(self) -> None:
        self.work()
        threading.Event().wait()

    def work(self) -> None:
        self.done.set()

    def leave(self, _note: int) -> None:
        self.background.tell()

    def wait(self) -> None:
        assert self.done.wait(PATIENCE), "it was never done"


class Once:
    """Fails at its first call; afterwards it is what it stands for."""

    def __init__(self, real, error: Exception) -> None:
        self.real, self.error, self.failed = real, error, threading.Event()

    def __call__(self, *given: object) -> object:
        if not self.failed.is_set():
            self.failed.set()
            raise self.error
        return self.real(*given)


class Unclosable:
    """A connection that is not even good for being closed."""

    def close_if_unusable_or_obsolete(self) -> None:
        """It looked well."""

    def close(self) -> None:
        raise GONE


GONE = OperationalError("the server is gone")
FULL = RuntimeError("can't start new thread")


@pytest.fixture(autouse=True)
def _as_quick_as_can_be(monkeypatch):
    """And the end of this process knows nothing of these threads."""
    monkeypatch.setattr(background, "at_process_end", lambda _call: None)
    monkeypatch.setattr(background, "_PAUSE_SECONDS", 0)


@pytest.fixture(params=[Notes, Job])
def thread(request):
    return request.param()


def test_an_error_of_its_work(thread, monkeypatch, caplog):
    name = "_write_all" if isinstance(thread, Notes) else "work"
    monkeypatch.setattr(thread, name, failing := Once(getattr(thread, name), GONE))
    thread.leave(1)
    thread.wait()
    assert failing.failed.is_set()
    assert "the server is gone" in caplog.text


def test_an_error_of_its_old_connections(thread, monkeypatch, caplog):
    monkeypatch.setattr(background, "close_old_connections", Once(lambda: None, GONE))
    thread.leave(1)
    thread.wait()
    assert "the server is gone" in caplog.text


def test_connections_that_cannot_be_closed_after_an_error(thread, monkeypatch):
    name = "_write_all" if isinstance(thread, Notes) else "work"
    monkeypatch.setattr(thread, name, Once(getattr(thread, name), GONE))
    monkeypatch.setattr(background.connections, "all", lambda **_: [Unclosable(), Unclosable()])
    thread.leave(1)
    thread.wait()


def test_a_thread_that_cannot_be_started(thread, monkeypatch, caplog):
    """The request that left the note hears nothing of it; the next note starts the thread."""
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", lambda _: (_ for _ in ()).throw(FULL))
        thread.leave(1)
    assert not thread.done.is_set()
    assert "can't start new thread" in caplog.text
    thread.leave(2)
    thread.wait()
    if isinstance(thread, Notes):
        assert thread.written == [1, 2]
