"""PostgreSQL's disk is full: reads go on, writes are 503, and with room again all is well."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress

import pytest

from tests.e2e.processes import eventually
from tests.faults.cluster import cluster
from tests.faults.load import PATS
from tests.faults.seed import OWNERS
from tests.faults.site import running_site

pytestmark = pytest.mark.e2e

SIZE = "160m"
MOST_TRIES = 3000


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own; where the machine does not allow one, the test is skipped."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=777", "shellui", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("No small file system can be mounted here, so a full disk was not tried.")
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)  # the server is another user, and has to get there
    yield place
    eventually(lambda: unmounted(place), "the last process of the server has let go of the disk")


def unmounted(place) -> bool:
    """A server that has stopped may still be about to exit."""
    return subprocess.run(["umount", str(place)], capture_output=True, check=False).returncode == 0


def fill_up(place) -> None:
    """Take every block that is left."""
    with suppress(OSError), (place / "ballast").open("wb", buffering=0) as ballast:
        while True:
            ballast.write(b"x" * 65_536)


def test_reads_go_on_and_writes_recover(small_disk, tmp_path):
    with (
        cluster(folder=small_disk) as server,
        running_site(tmp_path / "site", server.database) as site,
    ):
        owner = site.world.token(OWNERS[0])
        body = {"name": "x" * 200}

        def create() -> int:
            return site.service.call("POST", PATS, token=owner, body=body).status

        assert create() == 201
        fill_up(small_disk)
        statuses = set()
        for _ in range(MOST_TRIES):
            statuses.add(create())
            if 503 in statuses:
                break
        assert 503 in statuses
        assert statuses <= {201, 409, 429, 503}
        assert site.service.call("GET", "/health/live").status == 200
        (small_disk / "ballast").unlink()
        eventually(lambda: create() in {201, 409, 429}, "writes are taken again")
        assert site.service.call("GET", "/api/v1/metrics", token=owner).status == 200
        assert shutil.disk_usage(small_disk).free > 0
