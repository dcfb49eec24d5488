"""A scraper's token is rotated ten times while Prometheus scrapes every second: no scrape fails."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tests.e2e import markdown
from tests.e2e.processes import ROOT
from tests.e2e.prometheus import COMPANY, Prometheus
from tests.e2e.service import Service
from tests.e2e.shell import bash

pytestmark = pytest.mark.e2e

ROTATIONS = 10


def line_from_readme(prometheus: Prometheus) -> str:
    """README's one line, on the file that Prometheus reads."""
    (line,) = (
        block.commands
        for block in markdown.blocks(ROOT / "README.md")
        if "manage.py pat reissue" in block.commands
    )
    changed, count = re.subn(r"tokens/company\.token", str(prometheus.company_token), line)
    assert (line.count("\n"), count) == (1, 1)
    return changed


def failed_scrapes(prometheus: Prometheus, since: int) -> list[str]:
    """What the log says of scrapes that failed, with the reason, from a place in it on."""
    lines = prometheus.log.read_text()[since:].splitlines()
    return [line for line in lines if 'msg="Scrape failed"' in line]


def test_ten_rotations_miss_no_scrape(prometheus: Prometheus, service: Service):
    rotate = line_from_readme(prometheus)
    prometheus.wait_for_scrapes()
    since, began = len(prometheus.log.read_text()), datetime.now(UTC)
    tokens = {prometheus.company_token.read_text()}
    for _ in range(ROTATIONS):
        bash(rotate, folder=ROOT, env=service.env)
        tokens.add(prometheus.company_token.read_text())
        prometheus.wait_for_scrapes(1)
    assert len(tokens) == ROTATIONS + 1
    assert failed_scrapes(prometheus, since) == []
    seconds = int((datetime.now(UTC) - began).total_seconds())
    window = f'{{job="{COMPANY}"}}[{seconds}s]'
    (least,) = prometheus.query(f"min_over_time(up{window})").values()
    (count,) = prometheus.query(f"count_over_time(up{window})").values()
    assert least == 1
    assert count >= ROTATIONS
