"""Load by ``wrk`` (Debian package)."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.environment import HEADERS
from bench.servers import Server

_RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
_COUNT = re.compile(r"([0-9]+) requests in")
_SCRIPT = """
local tokens = {%s}
local n = 0
request = function()
  n = n %% #tokens + 1
  return wrk.format("GET", nil, {["Authorization"] = "Bearer " .. tokens[n]%s})
end
"""


class LoadFailedError(Exception):
    """Some answers were errors: there is nothing to measure."""


def requests_per_second(
    server: Server, path: str, tokens: Sequence[str], *, connections: int, seconds: int
) -> float:
    """Requests a second over so many connections, taking turns with the tokens."""
    return _wrk(server, path, tokens, connections=connections, seconds=seconds)[0]


def cpu_milliseconds(
    server: Server, path: str, tokens: Sequence[str], *, connections: int, seconds: int
) -> tuple[float, float]:
    """Requests a second, and the processor's milliseconds that each took of the workers."""
    before = server.cpu_seconds()
    rate, count = _wrk(server, path, tokens, connections=connections, seconds=seconds)
    return rate, (server.cpu_seconds() - before) * 1000 / count


def _wrk(
    server: Server, path: str, tokens: Sequence[str], *, connections: int, seconds: int
) -> tuple[float, int]:
    wrk = shutil.which("wrk")
    if wrk is None:
        raise LoadFailedError("wrk is not installed: apt-get install wrk")
    headers = "".join(f', ["{name}"] = "{value}"' for name, value in HEADERS.items())
    with TemporaryDirectory() as folder:  # a token belongs on no command line
        script = Path(folder) / "scrape.lua"
        script.write_text(_SCRIPT % (", ".join(f'"{token}"' for token in tokens), headers))
        command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script)]
        url = f"http://127.0.0.1:{server.port}{path}"
        done = subprocess.run(  # noqa: S603 - our own command
            [*command, url], capture_output=True, text=True, check=True
        )
    rate, count = _RATE.search(done.stdout), _COUNT.search(done.stdout)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout or not rate or not count:
        raise LoadFailedError(done.stdout)
    return float(rate[1]), int(count[1])
