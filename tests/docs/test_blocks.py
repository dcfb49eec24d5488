"""What a reader copies out of a document works: Python runs, YAML and JSON can be read.

Shell commands are run by ``tests/e2e``; promtool and nginx judge there what is written for them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.documents import DOCUMENTS, ROOT, Block, Document

RUN_OR_READ = {"bash", "sh", "crontab", "python", "yaml", "json", "nginx"}
"""A block in another language would be read by people and checked by nobody."""
PROSE = ""
"""Pictures, and what a command prints."""


def _of(language: str) -> list[Any]:
    return [
        pytest.param(block, id=f"{document.name}:{block.line}")
        for document in DOCUMENTS
        for block in document.blocks_of(language)
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_every_block_is_of_a_kind_that_a_test_knows(document: Document):
    assert {block.language for block in document.blocks} <= {*RUN_OR_READ, PROSE}
    fences = re.findall(r"^ *(?:```|~~~)", document.source, re.MULTILINE)
    assert len(fences) == 2 * len(document.blocks)


@pytest.mark.parametrize("block", _of("python"))
def test_python_runs_and_prints_what_it_says(block: Block, tmp_path: Path):
    """A line that prints says behind it what comes: ``print(x)  # what comes``.

    The policy library is there by the name that other programs install it under, too.
    """
    (tmp_path / "shellui_policy").symlink_to(ROOT / "src" / "domain")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", block.text],
        env={"PYTHONPATH": str(ROOT / "src")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == re.findall(
        r"^print\(.*\)  # (.*)$", block.text, re.MULTILINE
    )


@pytest.mark.parametrize("block", _of("yaml"))
def test_yaml_can_be_read(block: Block):
    assert isinstance(yaml.safe_load(block.text), dict)


@pytest.mark.parametrize("block", _of("json") or [pytest.param(Block("json", "{}", 0), id="none")])
def test_json_can_be_read(block: Block):
    assert json.loads(block.text) is not None
