"""Fill the service's database: two companies, their people with one password, and sessions.

The second half runs in the service's own environment: ``python -m tests.faults.seed``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.e2e.processes import ROOT
from tests.e2e.service import Service

PASSWORD = "canary-password-5f0c1d"
STAFF, ADMIN = "staff@faults.test", "admin@faults.test"
OWNERS = tuple(f"owner{number}@faults.test" for number in range(16))
MAKERS = tuple(f"maker{number}@faults.test" for number in range(200))
"""One for each round of a race: nobody meets the limits of the round before."""
MEMBER, STRANGER = "member@faults.test", "owner@other.test"


@dataclass(frozen=True)
class World:
    """What was made.

    Attributes:
        companies: ids by slug.
        sessions: ``access_token`` and ``refresh_token`` by e-mail address.
    """

    companies: dict[str, int]
    sessions: dict[str, dict[str, str]] = field(repr=False)

    def token(self, email: str) -> str:
        return self.sessions[email]["access_token"]


def fill(service: Service) -> World:
    """Make the tables and the rows."""
    _collect_static(service)
    service.manage("migrate", "--verbosity", "0")
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.seed"],
        cwd=ROOT,
        env={**service.env, "PYTHONPATH": "src:."},
        check=True,
        stdout=subprocess.PIPE,
    )
    return World(**json.loads(done.stdout))


_collected = False
_collecting = threading.Lock()


def _collect_static(service: Service) -> None:
    """Once for all services of a run: they share the folder, as the processes of a host do."""
    global _collected  # noqa: PLW0603 - the folder is as global as that
    with _collecting:  # the long soak fills both databases at once
        if not _collected:
            service.manage("collectstatic", "--noinput", "--verbosity", "0")
        _collected = True


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup(set_prefix=False)
    from django.contrib.auth.hashers import make_password

    from adapters.orm.models import Company, Membership, User
    from config.container import services
    from domain.callers.caller import User as UserFacts

    password = make_password(PASSWORD)
    sign_in = services().sign_in
    acme, other = (Company.objects.create(slug=slug, name=slug) for slug in ("acme", "other"))
    sessions = {}

    def person(email: str, company: Company, *, role: str | None, **fields: bool) -> None:
        user = User.objects.create(email=email, name=email, password=password, **fields)
        if role:
            Membership.objects.create(user=user, company=company, role=role)
        facts = UserFacts(user.pk, email, email, is_active=True, is_staff=user.is_staff)
        now = datetime.now(UTC)
        session, token = sign_in.tokens.start(facts, company.pk, network="", now=now)
        pair = sign_in.tokens.first_pair(session, token, now=now)
        sign_in.records.add(session)
        sessions[email] = {
            "access_token": pair.access_token,
            "refresh_token": pair.refresh_token,
        }

    person(STAFF, acme, role=None, is_staff=True)
    person(ADMIN, acme, role=None, is_staff=True, is_superuser=True)
    for email in OWNERS:
        person(email, acme, role="owner")
    for email in MAKERS:
        person(email, acme, role="member")
    person(MEMBER, acme, role="member")
    person(STRANGER, other, role="owner")
    json.dump(
        {"companies": {c.slug: c.pk for c in (acme, other)}, "sessions": sessions}, sys.stdout
    )


if __name__ == "__main__":
    main()
