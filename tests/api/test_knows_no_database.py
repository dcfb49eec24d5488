"""The API calls use cases; that there is a database, and how it fails, is the server's to know."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import api

FILES = sorted(Path(api.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_module_imports_the_database(path):
    imported = [
        name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (getattr(node, "module", None), *(alias.name for alias in node.names))
    ]
    assert not [name for name in imported if name and name.startswith("django.db")]
