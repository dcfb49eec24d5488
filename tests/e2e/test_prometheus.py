"""The real Prometheus scrapes the service, on the configuration that ``deploy/`` ships."""

from __future__ import annotations

import subprocess
from datetime import datetime

import pytest

from tests.e2e import expected
from tests.e2e.clients import need
from tests.e2e.processes import eventually
from tests.e2e.prometheus import COMPANY, GLOBAL, JOBS, TEXT, Prometheus, parse_time
from tests.e2e.service import OWNER, Service
from tests.e2e.token_files import replace

pytestmark = pytest.mark.e2e

# Gauges that ShellUI Admin's dashboards already read: the only exceptions to the lint.
COMPANY_EXCUSED = {
    "shellui_auth_company_users_total",
    "shellui_auth_company_social_accounts_total",
}
EXCUSED = COMPANY_EXCUSED | {"shellui_auth_users_total", "shellui_auth_social_accounts_total"}
LOGINS = "shellui_auth_successful_logins"
UNAUTHORIZED = "server returned HTTP status 401 Unauthorized"
LOADED = "prometheus_config_last_reload_success_timestamp_seconds"
MEASURED = {
    "shellui_auth_collector_duration_seconds",
    "shellui_auth_collector_data_age_seconds",
}
"""What each scrape measures of itself: no row says it."""
DROPPED = ("sample_duplicate_timestamp", "sample_out_of_order", "sample_out_of_bounds")


def complaints(prometheus: Prometheus) -> list[str]:
    """What the log says against answers. "Scrape failed" is for those that never came, or a 401."""
    lines = prometheus.log.read_text().splitlines()
    return [
        line
        for line in lines
        if 'component="scrape manager"' in line
        and ("level=debug" not in line or "failed" in line.lower())
        and 'msg="Scrape failed"' not in line
    ]


def errors(prometheus: Prometheus) -> dict[str, str]:
    """What each target's last scrape failed with, once all were scraped anew."""
    return {job: target["lastError"] for job, target in prometheus.wait_for_scrapes().items()}


def of_job(prometheus: Prometheus, job: str) -> expected.Samples:
    """The service's series under a job, without what Prometheus adds to them."""
    found = prometheus.query(f'{{job="{job}", __name__=~"shellui_auth_.*"}}')
    return {
        frozenset(label for label in labels if label[0] not in {"job", "instance"}): value
        for labels, value in found.items()
    }


def collectors(job: str) -> tuple[str, ...]:
    return expected.PLATFORM_COLLECTORS if job == GLOBAL else expected.COMPANY_COLLECTORS


class TestScrapes:
    def test_all_targets_are_up_and_nothing_is_wrong_with_them(self, prometheus: Prometheus):
        def fine() -> bool:
            assert errors(prometheus) == dict.fromkeys(JOBS, "")
            up = {dict(labels)["job"]: value for labels, value in prometheus.query("up").items()}
            assert up == dict.fromkeys(JOBS, 1)
            return True

        eventually(fine, "all targets were up")

    def test_nothing_is_refused_by_the_parser_or_the_database(self, prometheus: Prometheus):
        prometheus.wait_for_scrapes()
        assert complaints(prometheus) == []
        own = prometheus.own_metrics()
        for reason in DROPPED:
            assert own[f"prometheus_target_scrapes_{reason}_total"] == 0

    def test_each_format_is_read_by_its_own_parser(self, prometheus: Prometheus):
        """OpenMetrics names a counter's family without ``_total``; the text format with it."""
        prometheus.wait_for_scrapes()
        for job in (COMPANY, GLOBAL):
            assert prometheus.types(job)[LOGINS] == "counter"
        assert prometheus.types(TEXT)[f"{LOGINS}_total"] == "counter"
        assert LOGINS not in prometheus.types(TEXT)

    @pytest.mark.parametrize("job", JOBS)
    def test_samples_are_what_the_database_says(
        self, service: Service, prometheus: Prometheus, job: str
    ):
        """All of them, and none besides: a company's job holds nothing of another's."""

        def equal() -> bool:
            prometheus.wait_for_scrapes()
            scraped = parse_time(prometheus.targets()[job]["lastScrape"])
            found = of_job(prometheus, job)
            measured = {series for series in found if dict(series)["__name__"] in MEASURED}
            assert {dict(series)["collector"] for series in measured} == set(collectors(job))
            rest = {series: value for series, value in found.items() if series not in measured}
            wanted = self.wanted(service, prometheus, job, scraped)
            assert expected.differences(rest, wanted) == []
            return True

        eventually(equal, "the samples were equal to the database")

    @staticmethod
    def wanted(
        service: Service, prometheus: Prometheus, job: str, now: datetime
    ) -> expected.Samples:
        if job == GLOBAL:
            own = expected.scrape(service.database, prometheus.global_pat, collectors(job))
            return expected.platform(service.database, now) | own
        acme = service.company("acme")
        pat = prometheus.text_pat if job == TEXT else prometheus.company_pat
        own = expected.scrape(service.database, pat, collectors(job), company_id=str(acme))
        return expected.company(service.database, acme, now) | own


class TestTokenFile:
    @pytest.fixture(autouse=True)
    def _as_it_was(self, prometheus: Prometheus, service: Service):
        yield
        prometheus.renew_company_token()
        eventually(lambda: prometheus.targets()[COMPANY]["health"] == "up", "the company was up")

    def test_a_revoked_token_stops_its_own_job_and_a_new_file_brings_it_back(
        self, service: Service, prometheus: Prometheus
    ):
        """No reload: Prometheus reads the file on every scrape."""
        loaded = prometheus.own_metrics()[LOADED]
        service.revoke(prometheus.company_pat, email=OWNER)
        self.becomes(prometheus, {COMPANY: UNAUTHORIZED, GLOBAL: "", TEXT: ""})
        assert prometheus.targets()[COMPANY]["health"] == "down"

        replace(prometheus.company_token, service.company_pat()["access_token"])
        self.becomes(prometheus, dict.fromkeys(JOBS, ""))
        assert prometheus.targets()[COMPANY]["health"] == "up"
        assert prometheus.own_metrics()[LOADED] == loaded

    @staticmethod
    def becomes(prometheus: Prometheus, wanted: dict[str, str]) -> None:
        def so() -> bool:
            assert errors(prometheus) == wanted
            return True

        eventually(so, "the targets were so")


class TestLint:
    """``promtool check metrics`` on the text of each endpoint."""

    def test_it_finds_nothing_in_a_companys_metrics_but_the_excused(self, service: Service):
        token = service.company_pat()["access_token"]
        assert self.flagged(service, "/api/v1/metrics", token) == COMPANY_EXCUSED

    def test_it_finds_nothing_in_the_platforms_metrics_but_the_excused(self, service: Service):
        token = service.global_pat()["access_token"]
        assert self.flagged(service, "/api/v1/metrics/all", token) == EXCUSED

    @staticmethod
    def flagged(service: Service, path: str, token: str) -> set[str]:
        answer = service.call("GET", path, token=token, headers={"Accept": "text/plain"})
        assert answer.status == 200, answer.text
        command = [need("promtool", package="prometheus"), "check", "metrics"]
        done = subprocess.run(command, input=answer.body, capture_output=True, check=False)
        lines = (done.stdout + done.stderr).decode().splitlines()
        excuse = 'non-counter metrics should not have "_total" suffix'
        assert [line for line in lines if not line.endswith(excuse)] == []
        return {line.split()[0] for line in lines}
