"""Programs in the background: started on a port of their own, waited for, stopped by process id."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90
"""How long a condition may take. Generous: these machines are shared, and nobody waits in vain."""
_PAUSE_SECONDS = 0.05
_TAIL_LINES = 60


@dataclass(frozen=True)
class Process:
    """A running program.

    Attributes:
        log: what it wrote.
    """

    name: str
    log: Path
    handle: subprocess.Popen[bytes]

    def stop(self) -> int:
        """Ask it to end and wait until it has; its exit code."""
        self.handle.terminate()
        try:
            return self.handle.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.handle.pid, signal.SIGKILL)  # it leads a group that is its own
            self.handle.wait()
            raise AssertionError(
                f"{self.name} did not end when asked to:\n{tail(self.log)}"
            ) from None

    def wait_until(self, is_so: Callable[[], T], what: str) -> T:
        """Wait until something is true of it.

        Raises:
            AssertionError: it ended, or it took too long; with the end of its log.
        """

        def checked() -> T:
            if self.handle.poll() is not None:
                raise AssertionError(f"{self.name} ended before {what}:\n{tail(self.log)}")
            return is_so()

        return eventually(checked, f"{self.name}: {what}")


def start(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    env: dict[str, str] | None = None,
    folder: Path = ROOT,
) -> Process:
    """Start a program in a folder; its output goes to ``log``."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        handle = subprocess.Popen(
            command,
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Process(name, log, handle)


def eventually(is_so: Callable[[], T], what: str) -> T:
    """Return the first true answer of ``is_so``. One that raises an AssertionError may still turn.

    Raises:
        AssertionError: it never came.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        reason = ""
        try:
            if answer := is_so():
                return answer
        except AssertionError as exc:
            reason = f"\n{exc}"
        if time.monotonic() > end:
            raise AssertionError(f"Not after {PATIENCE_SECONDS} seconds: {what}{reason}")
        time.sleep(_PAUSE_SECONDS)


def free_port() -> int:
    """A port nobody listens on, below those that outgoing connections are given."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def tail(log: Path) -> str:
    """The last lines of a log."""
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(lines[-_TAIL_LINES:])
