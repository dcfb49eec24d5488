"""The servers, two workers of two threads each: started, measured, stopped by process id."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from bench.environment import HEADERS, ROOT, environment

WORKERS, THREADS = "2", "2"
_PATIENCE_SECONDS = 60
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int
    started: float

    def get(self, path: str, token: str = "", **headers: str) -> tuple[int, bytes]:
        """Status and body of one request on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=600)
        sent = {**HEADERS, "Authorization": f"Bearer {token}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request("GET", path, headers=sent)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def workers(self) -> list[int]:
        """Process ids of those that answer."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(text) for text in path.read_text().split()]

    def cpu_seconds(self) -> float:
        """What the server's processes have spent so far, as user and as system."""
        return sum(map(cpu_seconds_of, [self.process.pid, *self.workers()]))

    def memory(self, field: str) -> float:
        """The largest worker's ``VmRSS`` or ``VmHWM``, in MiB."""
        return max(_status(pid, field) for pid in self.workers())

    def forget_peak(self) -> None:
        """Let ``VmHWM`` begin again at what is held now."""
        for pid in self.workers():
            Path(f"/proc/{pid}/clear_refs").write_text("5")


def cpu_seconds_of(pid: int) -> float:
    """What a process has spent so far, as user and as system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _status(pid: int, field: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(field)


@contextmanager
def service(url: str, *, workers: str = WORKERS) -> Iterator[Server]:
    """The service, as production starts it."""
    command = [sys.executable, "manage.py", "serve", "--workers", workers, "--threads", THREADS]
    with _running(command, "--port", {"DATABASE_URL": url}) as server:
        yield server


@contextmanager
def floor(body: Path) -> Iterator[Server]:
    """The service's own server with a bare Django view behind it."""
    with _own_server("bench.floor.settings", {"FLOOR_BODY": str(body)}) as server:
        yield server


@contextmanager
def hello() -> Iterator[Server]:
    """The service's own server with a Ninja hello world behind it."""
    with _own_server("bench.hello.settings", {}) as server:
        yield server


@contextmanager
def _own_server(settings: str, extra: dict[str, str]) -> Iterator[Server]:
    flags = ["--interface", "asginl", "--http", "1", "--no-ws", "--host", "127.0.0.1"]
    command = [sys.executable, "-m", "granian", *flags, "--workers", WORKERS]
    command += ["--log-level", "warning", "bench.front:asgi"]
    given = {"DJANGO_SETTINGS_MODULE": settings, "SERVE_THREADS": THREADS}
    with _running(command, "--port", given | extra) as server:
        yield server


@contextmanager
def usual_stack(url: str, *, lean: bool = False) -> Iterator[Server]:
    """What most teams would run; lean, only what two reading routes need."""
    gunicorn = ROOT / ".venv-bench" / "bin" / "gunicorn"
    command = [str(gunicorn), "--workers", WORKERS, "--threads", THREADS, "--log-level", "error"]
    command.append("bench.usual_stack.wsgi:application")
    extra = {"DATABASE_URL": url} | ({"USUAL_STACK": "lean"} if lean else {})
    with _running(command, "--bind", extra) as server:
        yield server


@contextmanager
def plain_go(url: str, company: int) -> Iterator[Server]:
    """What an engineer would write instead: see ``bench/plain_go``. One process, both cores."""
    program = ROOT / ".local" / "bench" / "plain_go"
    build = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": f"{program}_cache"}
    subprocess.run(  # noqa: S603 - our own command
        [_go(), "build", "-o", program, "bench/plain_go/main.go"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **build},
        check=True,
    )
    extra = {"DATABASE_URL": url, "COMPANY_ID": str(company)}
    with _running([str(program)], "--listen", extra) as server:
        yield server


def _go() -> str:
    found = shutil.which("go")
    if found is None:
        raise FileNotFoundError("apt-get install golang golang-github-lib-pq-dev")
    return found


@contextmanager
def _running(command: Sequence[str], flag: str, extra: dict[str, str]) -> Iterator[Server]:
    port = _free_port()
    address = str(port) if flag == "--port" else f"127.0.0.1:{port}"
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*command, flag, address], cwd=ROOT, env=environment() | extra
    )
    server = Server(process, port, started)
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait()


def _wait(server: Server) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            server.get("/health/live")
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError("a server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
