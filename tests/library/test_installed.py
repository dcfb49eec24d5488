"""The policy library as another project has it: a wheel, in an environment with nothing else."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

import domain
from tests.production import ROOT

REPORTS = Path(__file__).with_name("reports.py")
README = ROOT / "src" / "domain" / "README.md"


def run(*command: str | Path) -> str:
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """What ``pip install .`` builds, with the backend of the lock and no network."""
    into = tmp_path_factory.mktemp("wheel")
    offline = ["--no-build-isolation", "--no-deps", "--no-index", "--quiet"]
    run(sys.executable, "-m", "pip", "wheel", *offline, "--wheel-dir", into, ROOT)
    (built,) = into.iterdir()
    return built


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """The Python of a bare environment, with the wheel in it."""
    bare = tmp_path_factory.mktemp("bare")
    venv.create(bare)
    found = bare / "bin" / "python"
    offline = ["--no-index", "--no-deps", "--quiet"]
    run(sys.executable, "-m", "pip", "--python", found, "install", *offline, wheel)
    return found


def test_the_wheel_is_the_domain_and_nothing_else(wheel):
    assert wheel.name == f"shellui_policy-{domain.__version__}-py3-none-any.whl"
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {name for name in names if ".dist-info/" not in name}
    files = Path(domain.__file__).parent.rglob("*")
    kept = {path for path in files if path.suffix in {".py", ".md", ".typed"}}
    assert ours == {f"shellui_policy/{path.relative_to(ROOT / 'src/domain')}" for path in kept}
    assert "shellui_policy/py.typed" in ours


def test_it_needs_nothing_and_has_one_version(wheel):
    with zipfile.ZipFile(wheel) as opened:
        (path,) = (name for name in opened.namelist() if name.endswith("/METADATA"))
        told = metadata.PathDistribution(zipfile.Path(opened, path.removesuffix("METADATA")))
        assert told.requires is None
        assert told.version == domain.__version__
        assert told.metadata["Requires-Python"] == ">=3.11"
        assert told.metadata.get_payload().strip() == README.read_text().strip()


def test_the_readme_runs_where_nothing_else_is_installed(python):
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    told = run(python, "-I", "-W", "error", "-c", example).splitlines()
    assert told == re.findall(r"print\(.*\)  # (.*)", example)


def test_another_program_decides_by_it(python):
    assert run(python, "-I", "-W", "error", REPORTS).strip() == domain.__version__


def test_another_program_s_mypy_sees_its_types(python, tmp_path):
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}"]
    run(*mypy, f"--python-executable={python}", REPORTS)
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from shellui_policy import decide\ndecide(7, 'anything')\n")
    done = subprocess.run(
        [*mypy, f"--python-executable={python}", wrong],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.count("[arg-type]") == 2, done.stdout + done.stderr


def test_what_it_offers_is_there_and_no_more():
    tree = ast.parse(Path(domain.__file__).read_text())
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == set(domain.__all__)


WIRE = re.compile(
    r"\bHTTP|\bstatus code|\b[45][0-9]{2}\b|Authorization|Bearer|Retry-After|name\[\]"
    r"|/(?:api|tokens)/"
)
"""What belongs to a door: its protocol, its addresses, its parameters."""


@pytest.mark.parametrize("path", sorted(Path(domain.__file__).parent.rglob("*.py")), ids=str)
def test_it_speaks_of_no_protocol(path):
    spoken = {
        line
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for line in node.value.splitlines()
    }
    assert not [line for line in spoken if WIRE.search(line)]
