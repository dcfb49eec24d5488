"""The real Prometheus, configured as ``deploy/prometheus`` says."""

from __future__ import annotations

import copy
import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml

from tests.e2e import history, processes
from tests.e2e.clients import need
from tests.e2e.processes import Process, eventually
from tests.e2e.promtool import PROMETHEUS
from tests.e2e.service import HOST, Service
from tests.e2e.text_proxy import TextProxy
from tests.e2e.token_files import replace
from tests.e2e.web import answers, call

COMPANY, GLOBAL, TEXT = "shellui-company", "shellui-global", "shellui-company-text"
JOBS = (COMPANY, GLOBAL, TEXT)
INTERVAL = "1s"
_TEXT_TOKEN = "tokens/company-text.token"
"""Its own: in an overlap the first use of a new string, by either job, ends the old one."""

Series = dict[frozenset[tuple[str, str]], float]


@dataclass
class Prometheus:
    """A server with three jobs: the two that ``deploy/`` ships, and the company's again as text.

    Attributes:
        folder: its configuration, token files, data and log.
    """

    folder: Path
    service: Service
    port: int = field(default_factory=processes.free_port)
    process: Process | None = None
    proxy: TextProxy = field(default_factory=TextProxy)
    company_pat: dict[str, Any] = field(default_factory=dict, repr=False)
    text_pat: dict[str, Any] = field(default_factory=dict, repr=False)
    global_pat: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "prometheus.log"

    @property
    def company_token(self) -> Path:
        return self.folder / "tokens" / "company.token"

    def start(self) -> None:
        """Make the tokens over the API, and scrape with them."""
        program = need("prometheus", package="prometheus")
        for file in ("recording.yml", "alerts.yml"):
            shutil.copy(PROMETHEUS / file, self.folder)
        self.renew_company_token()
        self.text_pat, self.global_pat = self.service.company_pat(), self.service.global_pat()
        replace(self.folder / _TEXT_TOKEN, self.text_pat["access_token"])
        replace(self.folder / "tokens" / "global.token", self.global_pat["access_token"])
        configuration = self.folder / "prometheus.yml"
        configuration.write_text(yaml.safe_dump(self._configuration()))
        history.backfill(self.service, self.global_pat["access_token"], self.folder)
        command = [
            program,
            f"--config.file={configuration}",
            f"--storage.tsdb.path={self.folder / 'data'}",
            f"--web.listen-address={HOST}:{self.port}",
            "--log.level=debug",
        ]
        self.process = processes.start("Prometheus", command, log=self.log)
        self.process.wait_until(lambda: answers(f"{self.url}/-/ready"), "it was ready")

    def renew_company_token(self) -> None:
        """Put a new PAT's token into the company's file."""
        self.company_pat = self.service.company_pat()
        replace(self.company_token, self.company_pat["access_token"])

    def stop(self) -> None:
        """End it."""
        process, self.process = self.process, None
        if process is not None:
            process.stop()
        self.proxy.stop()

    def targets(self) -> dict[str, dict[str, Any]]:
        """What it says of each job's one target."""
        active = self._api("targets", state="active")["activeTargets"]
        return {target["labels"]["job"]: target for target in active}

    def query(self, expression: str) -> Series:
        """The vector it answers with now, by labels."""
        result = self._api("query", query=expression)
        assert result["resultType"] == "vector", expression
        return {
            frozenset(series["metric"].items()): float(series["value"][1])
            for series in result["result"]
        }

    def types(self, job: str) -> dict[str, str]:
        """Each family's name and type as the job's target said in its last answer."""
        match = f'{{job="{job}"}}'
        return {
            item["metric"]: item["type"]
            for item in self._api("targets/metadata", match_target=match)
        }

    def own_metrics(self) -> dict[str, float]:
        """What it counts about itself, without what has labels."""
        lines = call("GET", f"{self.url}/metrics").text.splitlines()
        plain = [line.split() for line in lines if not line.startswith("#") and "{" not in line]
        return {name: float(value) for name, value in plain}

    def wait_for_scrapes(self, count: int = 2) -> dict[str, dict[str, Any]]:
        """The targets, once each of them was scraped so many times from now on."""
        for _ in range(count):
            targets = self._scraped_since(datetime.now(UTC))
        return targets

    def _scraped_since(self, moment: datetime) -> dict[str, dict[str, Any]]:
        def scraped() -> dict[str, dict[str, Any]] | None:
            found = self.targets()
            last = [parse_time(target["lastScrape"]) for target in found.values()]
            return found if len(found) == len(JOBS) and min(last) > moment else None

        return eventually(scraped, f"each target was scraped after {moment}")

    def _api(self, name: str, **parameters: str) -> Any:
        answer = call("GET", f"{self.url}/api/v1/{name}?{urlencode(parameters)}")
        assert answer.status == 200, answer.text
        return answer.json()["data"]

    def _configuration(self) -> dict[str, Any]:
        """The shipped one, with what it marks EDIT edited, faster, and with the job for text."""
        made: dict[str, Any] = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
        made["global"] |= {"scrape_interval": INTERVAL, "scrape_timeout": INTERVAL}
        for job in made["scrape_configs"]:
            job["scheme"] = "http"
            job["static_configs"] = [{"targets": [f"{HOST}:{self.service.port}"]}]
        company = next(job for job in made["scrape_configs"] if job["job_name"] == COMPANY)
        text = {**copy.deepcopy(company), "job_name": TEXT, "proxy_url": self.proxy.url}
        text["authorization"]["credentials_file"] = _TEXT_TOKEN
        made["scrape_configs"].append(text)
        return made


def parse_time(text: str) -> datetime:
    """Read RFC 3339 with nanoseconds, cut to microseconds."""
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
