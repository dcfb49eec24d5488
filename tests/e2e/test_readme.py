"""README's commands run as they are written, against the demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e import markdown
from tests.e2e.processes import ROOT
from tests.e2e.service import Service
from tests.e2e.shell import bash

pytestmark = pytest.mark.e2e

README = ROOT / "README.md"
ADDRESS = "http://127.0.0.1:8000"
"""Where README says the demo is."""


def test_its_commands_show_metrics_and_rotate_a_token(service: Service, tmp_path: Path):
    commands = "".join(block.commands for block in markdown.blocks(README))
    assert commands.count(ADDRESS) == 1
    assert commands.count("/api/v1/metrics") == 2
    assert commands.count("manage.py pat reissue") == 1
    (tmp_path / "manage.py").symlink_to(ROOT / "manage.py")
    shown = bash(commands.replace(ADDRESS, service.url), folder=tmp_path, env=service.env)
    assert shown.count("shellui_auth_company_info{") == 2
    token = (tmp_path / "tokens" / "company.token").read_text().strip()
    answer = service.call("GET", "/api/v1/metrics", token=token)
    assert answer.status == 200
