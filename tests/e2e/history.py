"""Last week, for queries that compare with it: the service's own series, a week back.

A Prometheus that has just started knows nothing of last week. ``promtool tsdb`` writes what it
would have kept: an hour and a half of one scrape's samples, counters growing by one a minute.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from tests.e2e.clients import need
from tests.e2e.service import HOST, Service

_WEEK, _BEFORE, _AFTER, _STEP = 7 * 86_400, 4_500, 900, 60
_OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def backfill(service: Service, token: str, folder: Path) -> None:
    """Write the series of a global scrape as of a week ago into ``folder/data``."""
    accept = {"Accept": _OPENMETRICS}
    answer = service.call("GET", "/api/v1/metrics/all", token=token, headers=accept)
    assert answer.status == 200, answer.text
    source = folder / "last-week.txt"
    source.write_text("\n".join(_lines(answer.text, service)) + "\n# EOF\n")
    promtool = need("promtool", package="prometheus")
    command = [promtool, "tsdb", "create-blocks-from", "openmetrics", source, folder / "data"]
    subprocess.run(command, check=True, capture_output=True)


def _lines(exposition: str, service: Service) -> Iterator[str]:
    target = {"job": "shellui-global", "instance": f"{HOST}:{service.port}"}
    start = int(time.time()) - _WEEK - _BEFORE
    for family in text_string_to_metric_families(exposition):
        yield f"# TYPE {family.name} {family.type}"
        for sample in family.samples:
            for elapsed in range(0, _BEFORE + _AFTER, _STEP):
                growth = elapsed // _STEP if family.type == "counter" else 0
                yield _line(sample, target, sample.value + growth, start + elapsed)


def _line(sample: Sample, target: dict[str, str], value: float, moment: int) -> str:
    labels = ",".join(f'{name}="{text}"' for name, text in {**target, **sample.labels}.items())
    return f"{sample.name}{{{labels}}} {value} {moment}"
