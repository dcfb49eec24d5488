"""Every attack in full: ``python -m tests.security.attack``. The exit code says whether we held.

The suites run with many more examples than in CI, and the policy library is mutated. Then the time
that a wrong sign-in takes is measured on a real server, for accounts that exist and for such that
do not. Time decides nothing here, for machines are noisy: what decides is that the work is the same
(``test_enumeration``).
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.e2e import databases
from tests.e2e.processes import ROOT
from tests.faults.seed import OWNERS
from tests.faults.site import Site, running_site

SEARCH = {"HYPOTHESIS_PROFILE": "search"}
PAIRS = 60
"""Sign-ins of each kind. An account allows ten in a window, and there are sixteen."""


def main() -> int:
    """Attack, measure, tell."""
    failed = _run("-m", "pytest", "tests/security", "tests/input", "-q", "--durations=5")
    failed |= _run("-m", "tests.security.mutate")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with databases.sqlite(place) as made, running_site(place, made) as site:
            report = {"sign_in_seconds": timing(site, pairs=PAIRS)}
    sys.stdout.write(json.dumps(report) + "\n")
    return failed


def _run(*arguments: str) -> int:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **SEARCH}, check=False).returncode


def timing(site: Site, *, pairs: int) -> dict[str, float]:
    """How long a wrong sign-in takes, by turns for an account that exists and one that does not.

    ``p`` is that of a permutation test: how often chance alone parts the two means as far.
    """
    known, unknown = [], []
    for number in range(pairs):
        known.append(_seconds(site, OWNERS[number % len(OWNERS)], number))
        unknown.append(_seconds(site, f"nobody{number}@faults.test", number))
    return {
        "known": round(statistics.median(known), 4),
        "unknown": round(statistics.median(unknown), 4),
        "p": chance(known, unknown, rounds=10_000),
    }


def _seconds(site: Site, email: str, number: int) -> float:
    body = {"email": email, "password": "wrong"}
    started = time.perf_counter()
    answer = site.service.call(
        "POST",
        "/api/v1/token?grant_type=password",
        body=body,
        address=f"198.51.{number}.7",
    )
    took = time.perf_counter() - started
    assert answer.status == 401, answer.status
    return took


def chance(one: Sequence[float], other: Sequence[float], *, rounds: int) -> float:
    """The share of random partings of all values whose means lie as far apart."""
    shuffle = random.Random(1).shuffle
    values, apart = [*one, *other], abs(statistics.fmean(one) - statistics.fmean(other))
    total, hits = sum(values), 0
    for _ in range(rounds):
        shuffle(values)
        part = sum(values[: len(one)])
        means = part / len(one), (total - part) / len(other)
        hits += abs(means[0] - means[1]) >= apart
    return hits / rounds


if __name__ == "__main__":
    sys.exit(main())
