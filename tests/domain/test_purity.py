"""The policy library stands on the standard library alone, and reads no clock."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from domain.policy import Permission
from domain.policy.scope import OwnScope
from tests.domain.make import caller
from tests.fakes.service import NOW, fake_gate
from tests.fakes.world import World

SRC = Path(__file__).resolve().parents[2] / "src"
FILES = sorted((SRC / "domain").rglob("*.py"))
MODULES = [
    ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")
    for path in FILES
]


def test_every_module_imports_with_nothing_installed():
    """-I and -S: no site-packages, no environment, no working directory."""
    program = f"import sys; sys.path.insert(0, {str(SRC)!r})\nimport {', '.join(MODULES)}"
    program += "\nprint(*(name for name in sys.modules if '.' not in name))"
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert len(MODULES) > 30
    assert set(ran.stdout.split()) <= {*sys.stdlib_module_names, "domain", "__main__"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_no_module_names_the_package_it_lies_in(path):
    """The library is installed under a name of its own."""
    absolute = {
        node.module
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and not node.level
    }
    assert not {name for name in absolute if (name or "").split(".")[0] == "domain"}


CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "getenv", "environ"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_no_module_reads_a_clock_or_the_environment(path):
    read = {
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and not _is_self(node)
    }
    assert not read & CLOCKS


def _is_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "self"


@pytest.mark.parametrize("permission", [Permission.READ_SELF, Permission.SCRAPE_PLATFORM])
def test_a_gate_to_a_company_opens_on_nothing_else(permission):
    gate = fake_gate(World())
    with pytest.raises(TypeError):
        gate.admit_to_company(caller(staff=True), permission, now=NOW)
    assert gate.admit(caller(staff=True), Permission.READ_SELF, now=NOW) == OwnScope()


def test_no_door_reaches_through_a_use_case():
    """What a use case is made of is its own: nobody calls ``services.tokens.mint.sign``."""
    doors = [*(SRC / "adapters").rglob("*.py"), *(SRC / "api").rglob("*.py")]
    through = re.compile(r"\b(?:services|site)\.[a-z_]+\.[a-z_]+\.[a-z_]+")
    assert len(doors) > 100
    assert [(path.name, m[0]) for path in doors for m in through.finditer(path.read_text())] == []
