"""Mixed load for a long time, with memory, file descriptors and connections flat.

``python -m tests.faults.soak``: every fault in full, and twenty minutes of load on both databases.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.e2e import databases
from tests.e2e.processes import ROOT
from tests.faults.errands import GLOBAL, reader, writer
from tests.faults.load import Person, at_once, on_the_line, total
from tests.faults.seed import OWNERS, PASSWORD, STAFF
from tests.faults.site import Site, running_site

MINUTES = 20.0
FULL = {"FAULTS_KILLS": "100", "FAULTS_ROUNDS": "200", "FAULTS_BUSY_SECONDS": "60"}
"""What the bounded forms of the other suites are raised to."""
RIGHT = {200, 201, 401, 429}
_MEGABYTE = 1024 * 1024
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Sample:
    """One look at all workers together."""

    memory: int
    files: int
    threads: int


@dataclass
class Watch:
    """Looks at the workers from time to time."""

    site: Site
    samples: list[Sample] = field(default_factory=list)

    def look(self) -> None:
        seen = [_of_process(pid) for pid in self.site.service.worker_ids()]
        self.samples.append(Sample(*(sum(values) for values in zip(*seen, strict=True))))

    def growth(self, what: Callable[[Sample], int]) -> tuple[int, int]:
        """The medians of the second and of the last quarter: the first one is for warming up."""
        values = [what(sample) for sample in self.samples]
        quarter = len(values) // 4
        early, late = values[quarter : 2 * quarter], values[-quarter:]
        return round(statistics.median(early)), round(statistics.median(late))


@dataclass(frozen=True)
class Report:
    """What a soak showed.

    Attributes:
        memory, files, threads: all workers' together, early and late.
    """

    database: str
    seconds: int
    requests: int
    wrong: dict[str, int]
    memory: tuple[int, int]
    files: tuple[int, int]
    threads: tuple[int, int]

    @property
    def faults(self) -> list[str]:
        """What is not as it should be."""
        found = [f"{name}: {count} times" for name, count in self.wrong.items()]
        early, late = self.memory
        if late > early * 1.15 + 16 * _MEGABYTE:
            found.append(f"memory grew from {early} to {late} bytes")
        for what, (before, after) in (("files", self.files), ("threads", self.threads)):
            if after > before * 1.2 + 8:
                found.append(f"open {what} grew from {before} to {after}")
        return found


def soak(site: Site, *, seconds: float, pause: float = 0.05) -> Report:
    """Load a site for so long; each person rests for ``pause`` seconds between two errands."""
    writers = [site.person(name) for name in OWNERS[:6]]
    readers = [site.person(name) for name in OWNERS[6:12]]
    staff, guest = site.person(STAFF), site.person(OWNERS[12], address="203.0.113.7")
    everybody = (*writers, *readers, staff, guest)
    tasks = [
        *map(writer, writers),
        *map(reader, readers),
        reader(staff, GLOBAL, "/health/ready", "/api/openapi.json", "/tokens/sign-in/"),
        _signing_in(guest),
    ]
    watch, end = Watch(site), time.monotonic() + seconds
    with on_the_line(*everybody), at_once([_rested(task, pause) for task in tasks]) as stop:
        while time.monotonic() < end and not stop.wait(min(5.0, seconds / 40)):
            watch.look()
    found = total(everybody)
    return Report(
        database=site.service.database.name,
        seconds=round(seconds),
        requests=sum(found.values()),
        wrong={f"{m} {p} {s}": n for (m, p, s), n in found.items() if s not in RIGHT},
        memory=watch.growth(lambda sample: sample.memory),
        files=watch.growth(lambda sample: sample.files),
        threads=watch.growth(lambda sample: sample.threads),
    )


def _signing_in(guest: Person) -> Callable[[], None]:
    """Now and then somebody signs in, and now and then with a wrong password."""
    passwords = iter(())

    def sign_in() -> None:
        nonlocal passwords
        password = next(passwords, None)
        if password is None:
            passwords = iter((PASSWORD,) * 9 + ("wrong",))
            password = next(passwords)
        body = {"email": OWNERS[12], "password": password}
        guest.send("POST", "/api/v1/token?grant_type=password", body)

    return sign_in


def _rested(task: Callable[[], None], pause: float) -> Callable[[], None]:
    rest = threading.Event()

    def run() -> None:
        task()
        rest.wait(pause)

    return run


def _of_process(pid: int) -> tuple[int, int, int]:
    """Memory in bytes, open files, threads."""
    process = Path(f"/proc/{pid}")
    resident = int((process / "statm").read_text().split()[1]) * _PAGE
    return resident, len(list((process / "fd").iterdir())), len(list((process / "task").iterdir()))


def main() -> int:
    """Everything in full. The exit code says whether all was well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="of mixed load")
    parser.add_argument("--only-load", action="store_true", help="leave the other faults out")
    given = parser.parse_args()
    failed = 0 if given.only_load else _faults_in_full()
    reports = _on_both(seconds=given.minutes * 60)
    for report in reports:
        sys.stdout.write(json.dumps({**asdict(report), "faults": report.faults}) + "\n")
    return 1 if failed or len(reports) < 2 or any(report.faults for report in reports) else 0


def _faults_in_full() -> int:
    command = [sys.executable, "-m", "pytest", "tests/faults", "-m", "e2e", "-q", "--durations=0"]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **FULL}, check=False).returncode


def _on_both(*, seconds: float) -> list[Report]:
    """Both databases at once: it is the time that counts, not the speed."""
    reports: list[Report] = []

    def run(name: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            with databases.MAKERS[name](place) as made, running_site(place, made) as site:
                reports.append(soak(site, seconds=seconds))

    threads = [threading.Thread(target=run, args=(name,)) for name in databases.MAKERS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(reports, key=lambda report: report.database)


if __name__ == "__main__":
    sys.exit(main())
