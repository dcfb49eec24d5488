"""An operator at a host's own shell: one process that does what it is told.

``python -m tests.faults.operator`` in the service's environment reads lines of a verb and an e-mail
address, and answers each with one line when it is done.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.e2e.processes import ROOT
from tests.e2e.service import Service


class Operator:
    """The other end of the process's pipes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, verb: str, email: str) -> None:
        """Have it done; it is done when this returns."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{verb} {email}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"


@contextmanager
def operator(service: Service) -> Iterator[Operator]:
    """The process, as long as the block lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.operator"],
        cwd=ROOT,
        env={**service.env, "PYTHONPATH": "src:."},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Operator(process)
    finally:
        process.communicate(timeout=60)
    assert process.returncode == 0


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup(set_prefix=False)
    from datetime import UTC, datetime

    from django.db import transaction

    from adapters.commands.shell import shell_actor
    from adapters.orm.models import User
    from config.container import services

    def revoke_all(user: User) -> None:
        services().administer.revoke_all(shell_actor(), user_id=user.pk, now=datetime.now(UTC))

    def stop(user: User) -> None:
        user.is_active = False
        user.save()

    def end_all(user: User) -> None:
        with transaction.atomic():
            services().account.generations.raise_for(user.pk)

    verbs = {"revoke-all": revoke_all, "stop": stop, "end-all": end_all}
    for line in sys.stdin:
        verb, email = line.split()
        verbs[verb](User.objects.get(email=email))
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
