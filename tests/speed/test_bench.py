"""The benchmark runs and computes its ratios. How long anything takes decides nothing here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.company import compared
from bench.environment import HEADERS, ROOT
from bench.load import Load, LoadFailedError, read
from tests import postgresql
from tests.e2e.clients import absent, need

TOLD = """Running 3s test @ http://127.0.0.1:1/api/v1/metrics
  1 threads and 4 connections
  Latency Distribution
     50%  810.00us
     75%    1.09ms
     90%    2.33ms
     99%    1.20s\x20
  2000 requests in 2.00s, 1.64MB read
Requests/sec:   1000.50
Transfer/sec:    838.88KB
"""
SHORT_SECONDS = 300
LIB_PQ = Path("/usr/share/gocode/src/github.com/lib/pq")


def test_a_scrape_is_asked_for_as_prometheus_does():
    assert HEADERS["X-Prometheus-Scrape-Timeout-Seconds"] == "10"


def test_load_is_read_from_what_wrk_tells():
    assert read(TOLD, spent=3000.0) == Load(rate=1000.5, cpu=1.5, p50=0.81, p99=1200.0)


@pytest.mark.parametrize(
    "told",
    [TOLD + "  Non-2xx or 3xx responses: 3\n", TOLD + "  Socket errors: connect 1\n", ""],
)
def test_errors_are_not_measured(told):
    with pytest.raises(LoadFailedError):
        read(told, spent=1.0)


def test_ratios_are_of_rounds_side_by_side():
    """Each round is divided by the other's same round, and the median is what is told."""
    loads = {
        "service": [Load(10, 4, 1, 8), Load(20, 6, 1, 9), Load(30, 8, 1, 10)],
        "hello": [Load(10, 1, 1, 2), Load(10, 2, 1, 3), Load(10, 4, 1, 2)],
    }
    found = compared(loads)
    assert str(found["requests/s: service / hello"]) == "2 (1 … 3)"
    assert str(found["cpu: service / hello"]) == "3 (2 … 4)"
    assert str(found["p99: service / hello"]) == "4 (3 … 5)"
    assert found["service cpu ms"].median == 6


@pytest.mark.e2e
@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_the_short_form_measures_everybody_side_by_side(vendor, tmp_path):
    need("wrk", package="wrk")
    need("go", package="golang")
    if not LIB_PQ.exists():
        absent("golang-github-lib-pq-dev is not installed, so this did not run.")
    if not (ROOT / ".venv-bench" / "bin" / "gunicorn").exists():
        absent("make .venv-bench/.ready was not run, so this did not.")
    if not postgresql.is_up():
        absent("No PostgreSQL server answers (see TEST_POSTGRES_URL), so this did not run.")
    output = tmp_path / "bench.json"
    subprocess.run(
        [sys.executable, "-m", "bench.run", "--short", "--vendors", vendor, "--output", output],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "BENCH_POSTGRES_URL": postgresql.server_url(),
        },
        timeout=SHORT_SECONDS,
        check=True,
    )
    figures = json.loads(output.read_text())[vendor]["company"]
    others = {"hello", "floor", "usual", "lean"} | ({"go"} if vendor == "postgresql" else set())
    assert {
        f"{kind}: service / {other}" for kind in ("requests/s", "cpu", "p99") for other in others
    } == {name for name in figures if ": service / " in name}
    assert all(figure["low"] > 0 for figure in figures.values())
