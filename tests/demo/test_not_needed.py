"""The demo is not needed to serve: a service without it checks its database, and answers."""

from __future__ import annotations

import subprocess
import sys

from tests.production import ROOT, environment

_PROGRAM = """
import sys
from wsgiref.util import setup_testing_defaults

sys.modules["adapters.demo"] = None  # importing it is an ImportError

from config.application import wsgi
from django.core.management import call_command

call_command("check")
asked = {"PATH_INFO": "/health/live"}
setup_testing_defaults(asked)
print(b"".join(wsgi(asked, lambda status, headers: print(status))).decode())
"""


def test_a_service_without_the_demo_starts_and_answers():
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        cwd=ROOT / "src",
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-2:] == ["200 OK", '{"status": "ok"}'], done.stderr
