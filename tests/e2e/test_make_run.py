"""``make run`` as its reader meets it: what it prints works as it is, and it ends when asked to."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e import databases, processes
from tests.e2e.clients import need
from tests.e2e.processes import Process
from tests.e2e.shell import bash
from tests.e2e.web import answers

pytestmark = pytest.mark.e2e


@pytest.fixture
def port() -> int:
    return processes.free_port()


@pytest.fixture
def make_run(port: int, tmp_path: Path) -> Iterator[Process]:
    with databases.sqlite(tmp_path) as database:
        env = {"PATH": os.environ["PATH"], "DATABASE_URL": database.url}
        make = need("make", package="make")
        command = [make, "run", f"PORT={port}", f"VENV={sys.prefix}"]
        process = processes.start("make run", command, log=tmp_path / "make-run.log", env=env)
        try:
            url = f"http://127.0.0.1:{port}/health/ready"
            process.wait_until(lambda: answers(url), "it was ready")
            yield process
        finally:
            process.stop()


def printed_commands(output: str, port: int) -> str:
    """The lines to paste: indented, from the one that sets BASE to the end of the indentation."""
    _, _, after = output.partition(f"  BASE=http://127.0.0.1:{port}\n")
    indented = re.match(r"(?:  .*\n|\n)*", after)
    assert indented
    return f"BASE=http://127.0.0.1:{port}\n{indented[0]}"


def test_what_it_prints_works_and_it_ends_when_asked(make_run: Process, port: int, tmp_path: Path):
    commands = printed_commands(make_run.log.read_text(), port)
    shown = bash(commands, folder=tmp_path)
    assert commands.count('curl -sS "$BASE/api/v1/metrics') == 3
    assert shown.count("shellui_auth_company_info{") == 4  # the owner's, staff's two, the PAT's
    assert shown.count("shellui_auth_companies 2.0") == 1

    make_run.stop()
    assert not answers(f"http://127.0.0.1:{port}/health/live")
