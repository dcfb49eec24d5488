"""The service, started as ``make run`` starts it, and what its users do first."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e import processes
from tests.e2e.databases import Database
from tests.e2e.processes import ROOT, Process
from tests.e2e.web import Answer, answers, call
from tests.keys import new_key, private_pem

HOST = "127.0.0.1"
PASSWORD = "shellui-demo"
STAFF, OWNER, MEMBER = "staff@demo.example", "owner@acme.example", "member@acme.example"


@dataclass
class Service:
    """One host of the service: its address, its environment, and its process when it runs.

    Attributes:
        folder: where its log goes.
        env: all it knows of the world; nothing of this process's own settings reaches it.
    """

    folder: Path
    database: Database
    port: int = field(default_factory=processes.free_port)
    env: dict[str, str] = field(default_factory=dict, repr=False)
    process: Process | None = None

    def __post_init__(self) -> None:
        self.env = {**_environment(self.database), **self.env}

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / f"service-{self.port}.log"

    def manage(self, *arguments: str) -> str:
        """Run ``manage.py`` as an operator of this host would; its standard output."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{arguments} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def fill(self) -> None:
        """Make the tables and the demo's rows."""
        self.manage("demo", "--host", HOST, "--port", str(self.port))

    def start(self, **changed: str) -> None:
        """Serve, with changed variables if any, and wait until it can answer."""
        self.env |= changed
        address = ["--host", HOST, "--port", str(self.port)]
        command = [sys.executable, "manage.py", "serve", *address]
        self.process = processes.start("The service", command, log=self.log, env=self.env)
        self.process.wait_until(lambda: answers(f"{self.url}/health/ready"), "it was ready")

    def stop(self) -> None:
        """End the process, and see that it ended well."""
        process, self.process = self.process, None
        if process is not None:
            process.stop()

    def call(self, method: str, path: str, **sent: Any) -> Answer:
        """Send a request; see ``web.call``."""
        return call(method, f"{self.url}{path}", **sent)

    def company(self, slug: str) -> int:
        """A company's id."""
        return int(self.database.one("SELECT id FROM shellui_company WHERE slug = ?", slug))

    def sign_in(self, email: str, *, company: str | None = None) -> dict[str, Any]:
        """A session's pair of tokens."""
        body: dict[str, Any] = {"email": email, "password": PASSWORD}
        if company is not None:
            body["company_id"] = self.company(company)
        answer = self.call("POST", "/api/v1/token?grant_type=password", body=body)
        assert answer.status == 200, answer.text
        return dict(answer.json())

    def create_pat(self, session: str, **fields: Any) -> dict[str, Any]:
        """A new PAT of the session's user, with its ``access_token``."""
        answer = self.call("POST", "/api/v1/personal-access-tokens", token=session, body=fields)
        assert answer.status == 201, answer.text
        return dict(answer.json())

    def company_pat(self) -> dict[str, Any]:
        """What a scraper of Acme needs: a read-only PAT of its owner."""
        session = self.sign_in(OWNER)["access_token"]
        return self.create_pat(session, name="prometheus", read_only=True)

    def global_pat(self) -> dict[str, Any]:
        """What a scraper of the whole platform needs."""
        session = self.sign_in(STAFF, company="acme")["access_token"]
        fields = {"name": "prometheus", "read_only": True, "access_global_metrics": True}
        return self.create_pat(session, **fields)

    def revoke(self, pat: dict[str, Any], *, email: str) -> None:
        """Revoke a PAT in Acme, as its user."""
        session = self.sign_in(email, company="acme")["access_token"]
        path = f"/api/v1/personal-access-tokens/{pat['id']}/revoke"
        answer = self.call("POST", path, token=session)
        assert answer.status == 200, answer.text


def _environment(database: Database) -> dict[str, str]:
    """What ``make run`` sets, on a database and with a key of this run's own."""
    return {
        "PATH": os.environ["PATH"],
        "DEBUG": "true",
        "ALLOWED_HOSTS": f"localhost,127.0.0.1,[::1],{HOST}",
        "DATABASE_URL": database.url,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "JWT_PRIVATE_KEY": private_pem(new_key()),
    }
