"""README and the documents for operators, in a fresh clone and a terminal with nothing added to it.

Every command is run as it is printed. Only places are others: a free port, and a folder of the
test's own where the documents say ``/etc/prometheus``.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.documents import BY_NAME, ROOT, files
from tests.e2e import processes
from tests.e2e.clients import absent, need
from tests.e2e.processes import PATIENCE_SECONDS, Process, eventually
from tests.e2e.shell import bash, command, machine
from tests.e2e.web import answers, call

pytestmark = pytest.mark.e2e

DEMO = "http://127.0.0.1:8000"
PRODUCTION = "--port 8000"
"""Where README says the demo is, and where docs/configuration.md serves."""
COMPANY = """
from adapters.orm.models import *
user = User.objects.create(email="ops@acme.example", name="Ops")
company = Company.objects.get(slug="acme")
Membership.objects.create(user=user, company=company, role="owner")
"""
"""Whom the documents name."""
ENVIRONMENT = "set -a; . ./service.env; set +a\n"


def commands(page: str) -> str:
    return "".join(block.text for block in BY_NAME[page].blocks_of("bash"))


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's files and nothing that was made beside them."""
    folder = tmp_path_factory.mktemp("clone")
    for name in files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def demo(clone: Path) -> Iterator[tuple[Process, str]]:
    """``make run``, and where it serves."""
    port = processes.free_port()
    make = [need("make", package="make"), "run", f"PORT={port}"]
    process = processes.start("make run", make, log=clone / "run.log", env=machine(), folder=clone)
    try:
        process.wait_until((clone / ".venv" / ".runtime").exists, "all was installed")
        url = f"http://127.0.0.1:{port}"
        process.wait_until(lambda: answers(f"{url}/health/ready"), "it was ready")
        yield process, url
    finally:
        process.stop()


def printed_commands(output: str, url: str) -> str:
    """The lines to paste: indented, from the one that sets BASE to the end of the indentation."""
    _, _, after = output.partition(f"  BASE={url}\n")
    indented = re.match(r"(?:  .*\n|\n)*", after)
    assert indented
    return f"BASE={url}\n{indented[0]}"


def test_what_make_run_prints_works(demo: tuple[Process, str], clone: Path):
    process, url = demo
    printed = printed_commands(process.log.read_text(), url)
    shown = bash(printed, folder=clone)
    assert printed.count('curl -sS "$BASE/api/v1/metrics') == 3
    assert shown.count("shellui_auth_company_info{") == 4  # the owner's, staff's two, the PAT's
    assert shown.count("shellui_auth_companies 2.0") == 1


def test_readme_shows_metrics_and_rotates_a_token(demo: tuple[Process, str], clone: Path):
    """Another terminal, in the same folder."""
    url = demo[1]
    script = commands("README.md")
    assert script.count(DEMO) == 1
    assert script.count("manage.py pat reissue") == 1
    shown = bash(script.replace(DEMO, url), folder=clone)
    assert shown.count("shellui_auth_company_info{") == 2
    assert "Token " in shown.splitlines()[-1]
    token = (clone / "tokens" / "company.token").read_text().strip()
    assert call("GET", f"{url}/api/v1/metrics", token=token).status == 200


def test_it_ends_when_asked(demo: tuple[Process, str]):
    process, url = demo
    process.stop()
    assert not answers(f"{url}/health/live")


def test_what_it_left_is_no_production(demo: tuple[Process, str], clone: Path):
    """The demo's file, its secret and its key are all there; none is a default."""
    demo[0].stop()
    assert (clone / ".local" / "demo.sqlite3").exists()
    refused = bash(".venv/bin/python manage.py check 2>&1 || echo $?", folder=clone)
    assert "- DATABASE_URL is not set" in refused
    assert refused.splitlines()[-1] == "1"


@pytest.fixture(scope="module")
def production(clone: Path) -> Iterator[str]:
    """docs/configuration.md from its top to ``serve``, in a terminal that stays open."""
    port = processes.free_port()
    script = commands("docs/configuration.md")
    assert script.count(PRODUCTION) == 1
    served = command(script.replace(PRODUCTION, f"--port {port}"))
    log = clone / "production.log"
    process = processes.start("production", served, log=log, env=machine(), folder=clone)
    try:
        process.wait_until((clone / "service.env").exists, "all was installed")
        url = f"http://127.0.0.1:{port}"
        process.wait_until(lambda: answers(f"{url}/health/ready"), "it was ready")
        yield url
    finally:
        os.killpg(process.handle.pid, signal.SIGTERM)  # as Ctrl-C does: to all that runs there
        process.handle.wait(PATIENCE_SECONDS)
    eventually(lambda: not answers(f"{url}/health/live"), "the server had ended")


@pytest.fixture(scope="module")
def prometheus_folder(clone: Path) -> str:
    """In the place of ``/etc/prometheus``."""
    need("prometheus", package="prometheus")
    if os.geteuid() != 0:
        absent("Only root gives files to Prometheus's group, so this did not run.")
    folder = clone / "etc-prometheus"
    folder.mkdir()
    return str(folder)


def scrape(url: str, token: str) -> int:
    """The status of a scrape, as the proxy in front passes it on."""
    headers = {"Host": "metrics.example.com", "X-Forwarded-Proto": "https"}
    return call("GET", f"{url}/api/v1/metrics", token=token, headers=headers).status


def test_production_is_set_up_as_the_documents_say(
    production: str, clone: Path, prometheus_folder: str
):
    """Its environment is the file's: each terminal reads it, as the pages say, and has no more."""
    assert stat.S_IMODE((clone / "service.env").stat().st_mode) == 0o600
    bash("umask 077; echo wholly-unlikely-93 > first-password", folder=clone)
    first = "--email root@acme.example --company Acme --slug acme --password-file first-password"
    bash(f"{ENVIRONMENT}.venv/bin/python manage.py setup {first}", folder=clone)
    bash(f"{ENVIRONMENT}.venv/bin/python manage.py shell -c '{COMPANY}'", folder=clone)

    monitoring = commands("docs/monitoring.md").replace("/etc/prometheus", prometheus_folder)
    bash(monitoring, folder=clone, typed="pasted\n")
    token_file = Path(prometheus_folder) / "tokens" / "company.token"
    set_up, made = token_file.stat(), token_file.read_text().strip()
    assert (stat.S_IMODE(set_up.st_mode), token_file.owner(), token_file.group()) == (
        *(0o640, "root", "prometheus"),
    )
    assert scrape(production, made) == 200

    tokens = commands("docs/tokens.md").replace("/etc/prometheus", prometheus_folder)
    bash(tokens, folder=clone)
    kept, renewed = token_file.stat(), token_file.read_text().strip()
    assert (kept.st_mode, kept.st_uid, kept.st_gid) == (
        *(set_up.st_mode, set_up.st_uid, set_up.st_gid),
    )
    assert renewed != made
    assert (clone / "events.jsonl").exists()

    run_by_cron(clone, prometheus_folder)
    assert scrape(production, token_file.read_text().strip()) == 200
    assert token_file.read_text().strip() != renewed


def run_by_cron(clone: Path, prometheus_folder: str) -> None:
    """The line for cron, which runs its command with ``sh`` in next to no environment."""
    (block,) = BY_NAME["docs/tokens.md"].blocks_of("crontab")
    line = re.fullmatch(r"(?:\S+ ){5}(.*)\n", block.text)
    assert line
    done = line[1].replace("/srv/shellui", str(clone)).replace("/etc/prometheus", prometheus_folder)
    bash(f"exec env -i PATH=/usr/bin:/bin sh -c '{done}'", folder=Path("/"))
