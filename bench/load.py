"""Load by ``wrk`` (Debian package)."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.environment import HEADERS
from bench.servers import Server

_SCRIPT = """
local tokens = {%s}
local n = 0
request = function()
  n = n %% #tokens + 1
  return wrk.format("GET", nil, {["Authorization"] = "Bearer " .. tokens[n]%s})
end
"""
_RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
_COUNT = re.compile(r"([0-9]+) requests in")
_LATENCY = r"\s+{}%\s+([0-9.]+)(us|ms|s)\s"
_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class LoadFailedError(Exception):
    """Some answers were errors: there is nothing to measure."""


class Load(NamedTuple):
    """What a server made of some seconds of load; the last three in milliseconds."""

    rate: float
    cpu: float
    p50: float
    p99: float


def load(
    server: Server, path: str, tokens: Sequence[str], *, connections: int, seconds: int
) -> Load:
    """Ask over so many connections, taking turns with the tokens.

    ``cpu`` is what each request took of the server's processes, as user and as system.
    """
    before = server.cpu_seconds()
    told = _wrk(server, path, tokens, connections=connections, seconds=seconds)
    spent = (server.cpu_seconds() - before) * 1000
    return read(told, spent)


def read(told: str, spent: float) -> Load:
    """What ``wrk`` told, of a server that spent so many milliseconds of a processor meanwhile.

    Raises:
        LoadFailedError: some answers were errors.
    """
    rate, count = _RATE.search(told), _COUNT.search(told)
    if "Non-2xx" in told or "Socket errors" in told or not rate or not count:
        raise LoadFailedError(told)
    return Load(float(rate[1]), spent / int(count[1]), _latency(told, 50), _latency(told, 99))


def _latency(told: str, percent: int) -> float:
    found = re.search(_LATENCY.format(percent), told)
    if found is None:
        raise LoadFailedError(told)
    return float(found[1]) * _MILLISECONDS[found[2]]


def _wrk(
    server: Server, path: str, tokens: Sequence[str], *, connections: int, seconds: int
) -> str:
    wrk = shutil.which("wrk")
    if wrk is None:
        raise LoadFailedError("wrk is not installed: apt-get install wrk")
    headers = "".join(f', ["{name}"] = "{value}"' for name, value in HEADERS.items())
    with TemporaryDirectory() as folder:  # a token belongs on no command line
        script = Path(folder) / "scrape.lua"
        script.write_text(_SCRIPT % (", ".join(f'"{token}"' for token in tokens), headers))
        command = [wrk, "--latency", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script)]
        url = f"http://127.0.0.1:{server.port}{path}"
        return subprocess.run(  # noqa: S603 - our own command
            [*command, url], capture_output=True, text=True, check=True
        ).stdout
