"""nginx accepts what the documents tell people to write."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.documents import DOCUMENTS, Block
from tests.e2e import nginx

pytestmark = pytest.mark.e2e

SNIPPETS = [
    pytest.param(block, id=f"{document.name}:{block.line}")
    for document in DOCUMENTS
    for block in document.blocks_of("nginx")
]


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_nginx_accepts_it(snippet: Block, tmp_path: Path):
    """In its http section, with a certificate, and at a port that needs no rights."""
    server = re.sub(r"listen 443\b", "listen 127.0.0.1:18443", snippet.text)
    command = [*nginx.written(tmp_path, server), "-t"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
