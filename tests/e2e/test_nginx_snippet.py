"""nginx accepts what the documents tell people to write."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.documents import DOCUMENTS, Block
from tests.e2e.clients import need

pytestmark = pytest.mark.e2e

SNIPPETS = [
    pytest.param(block, id=f"{document.name}:{block.line}")
    for document in DOCUMENTS
    for block in document.blocks_of("nginx")
]
FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
CERTIFICATE = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=x")


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_nginx_accepts_it(snippet: Block, tmp_path: Path):
    """In its http section, with a certificate, and at a port that needs no rights."""
    openssl, key, certificate = need("openssl", package="openssl"), tmp_path / "k", tmp_path / "c"
    made = [openssl, *CERTIFICATE, "-keyout", key, "-out", certificate]
    subprocess.run(made, check=True, capture_output=True, timeout=60)
    folders = "".join(f"{kind}_temp_path {tmp_path}/{kind}; " for kind in FOLDERS)
    server = re.sub(r"listen 443\b", "listen 127.0.0.1:18443", snippet.text)
    text = f"""
        error_log stderr; pid {tmp_path}/pid;
        events {{}}
        http {{
            access_log off; {folders}
            ssl_certificate {certificate}; ssl_certificate_key {key};
            {server}
        }}"""
    (tmp_path / "nginx.conf").write_text(text)
    command = [need("nginx", package="nginx"), "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
