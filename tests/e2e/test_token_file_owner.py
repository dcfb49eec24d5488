"""A token file that Prometheus may read, re-issued by root: Prometheus reads it as before."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e import processes
from tests.e2e.clients import absent, need
from tests.e2e.processes import eventually
from tests.e2e.prometheus import parse_time
from tests.e2e.service import HOST, Service
from tests.e2e.web import answers, call

pytestmark = pytest.mark.e2e

USER = "prometheus"


@dataclass(frozen=True)
class Scraper:
    """A Prometheus that runs as a user of its own, set up as docs/monitoring.md says."""

    url: str
    token_file: Path

    def health(self, since: datetime) -> tuple[str, str]:
        """How its first scrape after a moment went, and with which error."""

        def scraped() -> dict[str, Any] | None:
            targets = call("GET", f"{self.url}/api/v1/targets").json()["data"]["activeTargets"]
            return next((t for t in targets if parse_time(t["lastScrape"]) > since), None)

        target = eventually(scraped, f"there was a scrape after {since}")
        return target["health"], target["lastError"]


@pytest.fixture
def scraper(service: Service) -> Iterator[Scraper]:
    program = need("prometheus", package="prometheus")
    setpriv = need("setpriv", package="util-linux")
    if os.geteuid() != 0:
        absent("Only root can run Prometheus as its own user, so this did not run.")
    # Not below pytest's folders, which are for its own user alone.
    folder = Path(tempfile.mkdtemp(prefix="shellui-prometheus-"))
    try:
        token_file, port = prepare(folder, service), processes.free_port()
        command = [
            *(setpriv, f"--reuid={USER}", f"--regid={USER}", "--clear-groups", program),
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address={HOST}:{port}",
        ]
        process = processes.start("Prometheus", command, log=folder / "prometheus.log")
        try:
            process.wait_until(lambda: answers(f"http://{HOST}:{port}/-/ready"), "it was ready")
            yield Scraper(f"http://{HOST}:{port}", token_file)
        finally:
            process.stop()
    finally:
        shutil.rmtree(folder)


def prepare(folder: Path, service: Service) -> Path:
    """Everything is root's, and Prometheus's group may read it; only the data are its own."""
    group = pwd.getpwnam(USER).pw_gid
    token_file, configuration = folder / "tokens" / "company.token", folder / "prometheus.yml"
    token_file.parent.mkdir(mode=0o750)
    token_file.write_text(service.company_pat()["access_token"])
    token_file.chmod(0o640)
    job = {
        "job_name": "shellui-company",
        "metrics_path": "/api/v1/metrics",
        "authorization": {"credentials_file": str(token_file)},
        "static_configs": [{"targets": [f"{HOST}:{service.port}"]}],
    }
    every = {"scrape_interval": "1s", "scrape_timeout": "1s"}
    configuration.write_text(yaml.safe_dump({"global": every, "scrape_configs": [job]}))
    (folder / "data").mkdir()
    folder.chmod(0o750)
    for path in (folder, token_file.parent, token_file, configuration):
        os.chown(path, 0, group)
    shutil.chown(folder / "data", USER, USER)
    return token_file


def healthy(scraper: Scraper) -> bool:
    """A machine that is too busy to answer within the second is asked again."""
    health, error = scraper.health(datetime.now(UTC))
    assert health == "up", error
    return True


def test_prometheus_scrapes_on_after_root_re_issued_its_token(scraper: Scraper, service: Service):
    """Without an overlap: from the first moment on, the new string is the only good one."""
    eventually(lambda: healthy(scraper), "it scraped with the token that was made")
    before, old = scraper.token_file.stat(), scraper.token_file.read_text()
    service.manage("pat", "reissue", "--token-file", str(scraper.token_file))
    after = scraper.token_file.stat()
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert stat.S_IMODE(after.st_mode) == 0o640
    assert scraper.token_file.read_text() != old
    assert service.call("GET", "/api/v1/metrics", token=old).json()["code"] == "token_superseded"
    eventually(lambda: healthy(scraper), "it scraped with the token that was re-issued")
