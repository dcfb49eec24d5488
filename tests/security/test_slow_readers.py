"""A hundred readers who take nothing: memory has a bound, and comes back."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from adapters.commands.management.commands.serve import _MALLOC
from tests.e2e.processes import ROOT, eventually, free_port

pytestmark = pytest.mark.e2e

READERS, BYTES = 100, 8 * 1024 * 1024
MEGABYTE = 1024 * 1024
MOST = 200 * MEGABYTE
"""Over what the process has at rest: 64 MiB being sent, what four threads have in hand, and what
Granian and the kernel's sockets keep of a hundred answers. All of them would be 800 MiB."""


def memory(pid: int) -> int:
    """The resident memory of a process and its children, in bytes."""
    task = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = [int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in (pid, *task)]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def server():
    """Granian with one worker, whose every answer is large."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asginl", "--http", "1", "--no-ws"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "tests.security.large_answers:asgi"],
        cwd=ROOT,
        env={
            **os.environ,
            **_MALLOC,
            "PYTHONPATH": f"src{os.pathsep}.",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        eventually(lambda: whole(port) == BYTES, "it serves")
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(60)


def ask(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection.sendall(b"GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    return connection


def whole(port: int) -> int:
    """How many bytes of a body a reader gets who takes everything; 0 where nobody serves."""
    try:
        with ask(port) as connection:
            got = b"".join(iter(lambda: connection.recv(MEGABYTE), b""))
    except OSError:
        return 0
    head, _, body = got.partition(b"\r\n\r\n")
    return len(body) if b" 200 " in head.split(b"\r\n")[0] else 0


def test_a_hundred_readers_who_take_nothing(server):
    pid, port = server
    at_rest = memory(pid)
    with ExitStack() as stack:
        readers = [stack.enter_context(ask(port)) for _ in range(READERS)]
        begun = [reader.recv(12)[9:] for reader in readers]
        assert set(begun) == {b"200", b"503"}
        assert memory(pid) - at_rest < MOST
        eventually(lambda: whole(port) == BYTES, "there is room again, though they still wait")
        eventually(lambda: memory(pid) - at_rest < MOST / 2, "what they held is given back")
