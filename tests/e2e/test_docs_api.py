"""docs/api.md runs as it is written, and the service answers as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e import markdown
from tests.e2e.processes import ROOT
from tests.e2e.service import Service

pytestmark = pytest.mark.e2e

PAGE = ROOT / "docs" / "api.md"


def test_every_command_is_answered_as_the_page_says(service: Service, tmp_path: Path):
    page = markdown.blocks(PAGE)
    faults = markdown.faults(page, folder=tmp_path, env={"BASE": service.url})
    assert faults == [], "\n".join(faults)


def test_no_block_and_no_expectation_is_overlooked():
    """One in another form would be read by people, and run by nobody."""
    text = PAGE.read_text(encoding="utf-8")
    page = markdown.blocks(PAGE)
    assert len(page) == len(re.findall(r"^ *[`~]{3,} *\w", text, re.MULTILINE))
    read = sum(len(block.expectations) for block in page)
    assert read == len(re.findall(r"^→", text, re.MULTILINE))
    assert all(block.expectations for block in page if "curl " in block.commands)
