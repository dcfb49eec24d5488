"""What deploy/ ships is judged by promtool, and held against what the service serves."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.metrics import catalogue
from domain.metrics.family import Family, Kind
from tests.docs.documents import DOCUMENTS, Block, Document
from tests.e2e import promtool
from tests.e2e.promtool import DEPLOY, GRAFANA, PROMETHEUS, load, names, rules

pytestmark = pytest.mark.e2e

ALERTS = rules("alerts.yml")
RECORDS = rules("recording.yml")
RULE_TESTS = sorted((PROMETHEUS / "tests").glob("*.yml"))
RUNBOOK = DEPLOY.parent / "docs" / "monitoring.md"
DASHBOARD_FILES = sorted(GRAFANA.glob("*.json"))
DASHBOARDS = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in DASHBOARD_FILES}


SNIPPETS = [
    pytest.param(block, id=f"{document.name}:{block.line}")
    for document in DOCUMENTS
    for block in document.blocks_of("yaml")
    if "scrape_configs" in block.text
]


def samples_of(family: Family) -> set[str]:
    """The names of a family's samples."""
    if family.kind is Kind.HISTOGRAM:
        return {f"{family.name}_{suffix}" for suffix in ("bucket", "sum", "count")}
    return {family.name}


FAMILIES = [item for item in vars(catalogue).values() if isinstance(item, Family)]
SERVED = {name for family in FAMILIES for name in samples_of(family)}
RECORDED = {rule["record"] for rule in RECORDS}
# What Prometheus itself writes about each target.
TARGET_METRICS = {
    "up",
    "scrape_duration_seconds",
    "scrape_timeout_seconds",
    "scrape_samples_scraped",
}
TARGET_LABELS = {"job", "instance"}
KNOWN_LABELS = {"le", *TARGET_LABELS}.union(*(family.labels for family in FAMILIES))

GRAFANA_VARIABLES = {
    "$__rate_interval": "5m",
    "$__interval": "1m",
    "$__range": "1h",
    "$company_id": "1",
}


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def variable_queries(dashboard: dict[str, Any]) -> dict[str, str]:
    """The queries behind a dashboard's variables, without Grafana's own wrapping."""
    return {
        f"${variable['name']}": re.sub(
            r"^query_result\((.*)\)$", r"\1", variable["query"]["query"], flags=re.DOTALL
        )
        for variable in dashboard["templating"]["list"]
        if variable["type"] == "query"
    }


def dashboard_queries() -> dict[str, str]:
    """Every query that Grafana would send, by where it stands, with the variables filled in."""
    found = {}
    for file, dashboard in DASHBOARDS.items():
        raw = {
            f"{panel['title']} {target['refId']}": target["expr"]
            for panel in panels(dashboard)
            for target in panel["targets"]
        } | variable_queries(dashboard)
        for place, query in raw.items():
            text = query
            for variable, value in GRAFANA_VARIABLES.items():
                text = text.replace(variable, value)
            found[f"{file}: {place}"] = text
    return found


def rule_queries() -> dict[str, str]:
    return {rule.get("alert") or rule["record"]: rule["expr"] for rule in (*ALERTS, *RECORDS)}


ALL_QUERIES = dashboard_queries() | rule_queries()


def rule_test_cases(alert: str) -> list[bool]:
    """For each rule test of an alert, whether it expects the alert to fire."""
    return [
        bool(case["exp_alerts"])
        for path in RULE_TESTS
        for test in load(path)["tests"]
        for case in test.get("alert_rule_test", [])
        if case["alertname"] == alert
    ]


class TestPromtool:
    def test_accepts_the_configuration(self, tmp_path: Path):
        """It looks for the token files too, which are not shipped: empty ones stand in."""
        shipped = shutil.copytree(PROMETHEUS, tmp_path / "prometheus")
        for job in load(shipped / "prometheus.yml")["scrape_configs"]:
            (shipped / job["authorization"]["credentials_file"]).touch()
        promtool.run("check", "config", shipped / "prometheus.yml")

    @pytest.mark.parametrize("snippet", SNIPPETS)
    def test_accepts_what_the_documents_tell_people_to_write(self, snippet: Block, tmp_path: Path):
        """A whole configuration each, with an empty file where it names a token's."""
        (tmp_path / "prometheus.yml").write_text(snippet.text)
        for job in yaml.safe_load(snippet.text)["scrape_configs"]:
            token = tmp_path / job["authorization"]["credentials_file"]
            token.parent.mkdir(exist_ok=True)
            token.touch()
        promtool.run("check", "config", tmp_path / "prometheus.yml")

    @pytest.mark.parametrize("file", ["alerts.yml", "recording.yml"])
    def test_accepts_the_rules(self, file: str):
        promtool.run("check", "rules", "--lint-fatal", PROMETHEUS / file)

    @pytest.mark.parametrize("path", RULE_TESTS, ids=lambda path: path.stem)
    def test_sees_the_rules_do_what_their_tests_say(self, path: Path):
        promtool.run("test", "rules", path)

    def test_parses_every_query_of_the_dashboards(self, tmp_path: Path):
        """Each query is handed over as a recording rule, named after its panel."""
        recorded = [
            {"record": re.sub(r"\W+", "_", place), "expr": query}
            for place, query in dashboard_queries().items()
        ]
        file = tmp_path / "dashboards.yml"
        file.write_text(yaml.safe_dump({"groups": [{"name": "dashboards", "rules": recorded}]}))
        promtool.run("check", "rules", "--lint-fatal", file)


class TestNames:
    @pytest.mark.parametrize("place", ALL_QUERIES)
    def test_a_query_asks_only_for_what_is_served(self, place: str):
        asked = names(ALL_QUERIES[place])
        assert asked.metrics, "the query names no metric"
        assert asked.metrics <= SERVED | TARGET_METRICS | RECORDED
        assert asked.labels <= KNOWN_LABELS

    @pytest.mark.parametrize(
        "path",
        [*sorted(PROMETHEUS.glob("*.yml")), *DASHBOARD_FILES, *(d.path for d in DOCUMENTS)],
        ids=lambda path: path.name,
    )
    def test_a_name_mentioned_in_passing_is_served(self, path: Path):
        """In annotations, descriptions and comments nothing parses the name."""
        text = path.read_text(encoding="utf-8")
        mentioned = set(re.findall(r"(?<![\w:])shellui_auth_\w+", text))
        assert mentioned <= SERVED | {family.openmetrics_name for family in FAMILIES}
        alerts = {rule["alert"] for rule in ALERTS}
        assert set(re.findall(r"\bShellui[A-Z]\w+", text)) <= alerts

    @pytest.mark.parametrize("path", RULE_TESTS, ids=lambda path: path.stem)
    def test_rule_tests_feed_the_series_that_are_served(self, path: Path):
        shapes = {(f.name, frozenset(f.labels) | TARGET_LABELS) for f in FAMILIES}
        shapes |= {(name, frozenset(TARGET_LABELS)) for name in TARGET_METRICS}
        for test in load(path)["tests"]:
            for series in test["input_series"]:
                fed = names(series["series"])
                assert (*fed.metrics, fed.labels) in shapes, series["series"]

    def test_every_family_is_on_a_dashboard(self):
        shown = {
            metric for query in dashboard_queries().values() for metric in names(query).metrics
        }
        unseen = [family.name for family in FAMILIES if not samples_of(family) & shown]
        assert unseen == []


class TestAlerts:
    @pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
    def test_an_alert_is_seen_firing_and_seen_silent(self, rule: dict[str, Any]):
        assert set(rule_test_cases(rule["alert"])) == {True, False}

    @pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
    def test_an_alert_says_what_to_do(self, rule: dict[str, Any]):
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["for"]
        assert rule["annotations"].keys() == {"summary", "description", "runbook"}
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert DEPLOY.parent / page == RUNBOOK
        assert anchor in Document(RUNBOOK).anchors

    def test_the_runbook_names_every_alert(self):
        text = RUNBOOK.read_text(encoding="utf-8")
        assert [rule["alert"] for rule in ALERTS if rule["alert"] not in text] == []


class TestConfiguration:
    config = load(PROMETHEUS / "prometheus.yml")

    def test_the_two_jobs_scrape_the_two_endpoints(self):
        jobs = {job["job_name"]: job["metrics_path"] for job in self.config["scrape_configs"]}
        assert jobs == {
            "shellui-company": "/api/v1/metrics",
            "shellui-global": "/api/v1/metrics/all",
        }

    def test_each_token_stays_in_its_own_file_and_with_its_own_host(self):
        files = [job["authorization"]["credentials_file"] for job in self.config["scrape_configs"]]
        assert files == ["tokens/company.token", "tokens/global.token"]
        assert not any(job["follow_redirects"] for job in self.config["scrape_configs"])

    def test_no_target_label_hides_a_label_of_the_samples(self):
        for job in self.config["scrape_configs"]:
            assert "honor_labels" not in job
            for target in job["static_configs"]:
                assert not KNOWN_LABELS & target.get("labels", {}).keys()

    def test_the_queries_look_for_these_jobs(self):
        patterns = set(re.findall(r'job=~"([^"]+)"', " ".join(ALL_QUERIES.values())))
        assert len(patterns) == 1
        pattern = patterns.pop()
        for job in self.config["scrape_configs"]:
            assert re.fullmatch(pattern, job["job_name"])
        assert re.fullmatch(pattern, "shellui-company-acme")

    def test_slow_is_measured_against_the_timeout_that_is_configured(self):
        seconds = self.config["global"]["scrape_timeout"].removesuffix("s")
        (rule,) = [r for r in RECORDS if r["record"].endswith(":ratio_timeout")]
        assert re.findall(r"\+ (\d+)\b", rule["expr"]) == [seconds]


@pytest.mark.parametrize("dashboard", DASHBOARDS.values(), ids=DASHBOARDS.keys())
class TestDashboards:
    def test_every_panel_explains_itself(self, dashboard: dict[str, Any]):
        for panel in panels(dashboard):
            assert panel["description"], panel["title"]
            assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
            assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"], panel["title"]

    def test_every_query_goes_to_the_chosen_prometheus(self, dashboard: dict[str, Any]):
        chosen = {"type": "prometheus", "uid": "${datasource}"}
        choice, *variables = dashboard["templating"]["list"]
        assert (choice["name"], choice["type"]) == ("datasource", "datasource")
        assert all(variable["datasource"] == chosen for variable in variables)
        assert all(each["definition"] == each["query"]["query"] for each in variables)
        for panel in panels(dashboard):
            assert panel["datasource"] == chosen
            assert all(target["datasource"] == chosen for target in panel["targets"])

    def test_panels_have_their_own_id_and_their_own_place(self, dashboard: dict[str, Any]):
        ids = [panel["id"] for panel in dashboard["panels"]]
        assert len(set(ids)) == len(ids)
        places = [panel["gridPos"] for panel in dashboard["panels"]]
        assert all(place["x"] + place["w"] <= 24 for place in places)
        for one, other in itertools.combinations(places, 2):
            apart = (
                one["x"] + one["w"] <= other["x"]
                or other["x"] + other["w"] <= one["x"]
                or one["y"] + one["h"] <= other["y"]
                or other["y"] + other["h"] <= one["y"]
            )
            assert apart, (one, other)

    def test_imports_as_new_and_links_to_what_is_shipped(self, dashboard: dict[str, Any]):
        """An id of its own makes an import overwrite whatever has that id."""
        assert dashboard["id"] is None
        uids = {each["uid"] for each in DASHBOARDS.values()}
        assert len(uids) == len(DASHBOARDS)
        assert set(re.findall(r"/d/([\w-]+)", json.dumps(dashboard))) <= uids
