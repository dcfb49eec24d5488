"""The security log's table in the documents: each line of it is written when it says so."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from adapters.commands.shell import shell_actor
from adapters.orm.models import Company, Membership, User
from adapters.orm.repositories.refused_uses import BackgroundRefusedUses
from adapters.orm.repositories.security_log import LoggingSecurityLog
from config.keys_loaded import tell_of_keys
from domain.events.event import EventKind, Means, Origin
from domain.events.notice import NoticeKind
from domain.limits import token_limit
from domain.policy import Permission
from domain.refusal import RefusedError
from tests.admin.pages import page, shown_form, untick
from tests.factories import PASSWORD, MembershipFactory, StaffFactory, UserFactory
from tests.helpers.doors import sit_down
from tests.helpers.people import Arguments
from tests.helpers.sign_in import refresh, sign_in
from tests.life.api import create, post, reissued, revoke, use
from tests.production import ROOT, environment
from tests.service import SERVICES, clock

pytestmark = pytest.mark.django_db
ROW = re.compile(r"^\| `(\w+)`(?: .*)? \| (yes|no) \| .+ \|$", re.MULTILINE)
TABLE = (ROOT / "docs" / "security-log.md").read_text().partition("## What is told")[2]
PAGE = Origin(Means.PAGE, "192.0.2.7")
NEW = "wholly-unlikely-93"


@dataclass
class Scene:
    """An owner with a session and a token, and a superuser who sits in the admin."""

    owner: User
    company: Company
    as_owner: Arguments = field(repr=False)
    admin: Client
    pat: dict[str, Any] = field(repr=False)

    def caller(self) -> Any:
        session_id = self.owner.sessions.first().pk
        return SERVICES.resume(session_id, now=clock(), origin=PAGE)

    def save(self, user: User, *unticked: str, **typed: Any) -> None:
        url = page("user", "change", user.pk)
        form = shown_form(self.admin, url, "user")
        for name in unticked:
            form = untick(form, name)
        self.admin.post(url, {**form, **typed})

    def change_token(self, **typed: Any) -> None:
        url = page("personalaccesstoken", "change", self.pat["id"])
        self.admin.post(url, {**shown_form(self.admin, url, "personalaccesstoken"), **typed})


@pytest.fixture
def scene(owner, company, as_owner):
    admin = Client()
    sit_down(admin, StaffFactory(is_superuser=True))
    return Scene(owner, company, as_owner, admin, create(as_owner, read_only=False))


def try_wrong_passwords(scene: Scene) -> None:
    for _ in range(11):
        sign_in(Client(), scene.owner.email, password="wrong")


def confirm_wrongly(scene: Scene) -> None:
    with pytest.raises(RefusedError, match="invalid_credentials"):
        SERVICES.account.confirm(scene.caller(), "wrong", now=clock())


def issue_too_many(scene: Scene) -> None:
    limit = token_limit(scene.owner.pk)
    for _ in range(limit.most):
        SERVICES.tokens.attempts.count([limit], now=clock())
    post("/api/v1/personal-access-tokens", scene.as_owner, {})


def add_user(scene: Scene) -> None:
    typed = {"email": "ada@acme.test", "usable_password": "true"}
    scene.admin.post(page("user", "add"), {**typed, "password1": NEW, "password2": NEW})


def delete_user(scene: Scene) -> None:
    scene.admin.post(page("user", "delete", UserFactory().pk), {"post": "yes"})


def delete_membership(scene: Scene) -> None:
    row = MembershipFactory(company=scene.company)
    scene.admin.post(page("membership", "delete", row.pk), {"post": "yes"})
    assert not Membership.objects.filter(pk=row.pk).exists()


def stop_the_last_superuser(scene: Scene) -> None:
    scene.save(User.objects.get(is_superuser=True), "is_active")


def load_keys(_scene: Scene) -> None:
    tell_of_keys(settings.ENVIRONMENT.key_ring, LoggingSecurityLog())


def reuse_refresh_token(scene: Scene) -> None:
    token = sign_in(Client(), scene.owner.email).json()["refresh_token"]
    refresh(Client(), token)
    clock.advance(minutes=3)
    refresh(Client(), token)


def change_password(scene: Scene) -> None:
    change = SERVICES.account.change_password
    change(scene.caller(), PASSWORD, NEW, end_tokens=False, now=clock())


def reissue_and_use(scene: Scene) -> None:
    use(reissued(scene.as_owner, scene.pat["id"], overlap_seconds=60)["access_token"])


def ask_for_everything(scene: Scene) -> None:
    gate = replace(SERVICES.tokens.gate, refused_uses=_noting())
    with pytest.raises(RefusedError):
        gate.check(scene.caller(), Permission.SCRAPE_PLATFORM, now=clock())


def _noting() -> BackgroundRefusedUses:
    """It notes, and its thread writes nothing."""
    notes = BackgroundRefusedUses()
    notes._background._is_started = True
    return notes


ACTS: dict[str, Callable[[Scene], Any]] = {
    "sign_in_failed": lambda s: sign_in(Client(), s.owner.email, password="wrong"),
    "sign_in_limited": try_wrong_passwords,
    "password_wrong": confirm_wrongly,
    "tokens_limited": issue_too_many,
    "user_created": add_user,
    "user_deleted": delete_user,
    "rights_changed": lambda s: s.save(UserFactory(), is_staff="on"),
    "membership_changed": delete_membership,
    "administration_refused": stop_the_last_superuser,
    "keys_loaded": load_keys,
    "session_started": lambda s: sign_in(Client(), s.owner.email),
    "session_ended": lambda s: post("/api/v1/logout", s.as_owner, None),
    "refresh_reused": reuse_refresh_token,
    "password_changed": change_password,
    "credentials_ended": lambda s: s.save(s.owner, "is_active"),
    "issued": lambda s: create(s.as_owner),
    "reissued": lambda s: reissued(s.as_owner, s.pat["id"]),
    "granted": lambda s: s.change_token(read_only="on", access_global_metrics="on"),
    "flags_changed": lambda s: s.change_token(read_only="on"),
    "revoked": lambda s: revoke(s.as_owner, s.pat["id"]),
    "overlap_ended": reissue_and_use,
    "privileged_use_refused": ask_for_everything,
}
"""How each comes about, at a door where it can be."""


def test_the_table_has_a_row_for_each_event_that_the_code_has_and_says_where_it_is_kept():
    assert dict(ROW.findall(TABLE)) == {
        **{kind.value: "yes" for kind in EventKind},
        **{kind.value: "no" for kind in NoticeKind},
    }
    assert len(ROW.findall(TABLE)) == len({*EventKind, *NoticeKind}) == len(ACTS)


@pytest.mark.parametrize("kind", [kind.value for kind in (*EventKind, *NoticeKind)])
def test_what_the_table_names_is_told(lines, scene, kind):
    told = lines(ACTS[kind], scene)
    (line,) = [line for line in told if line["event"] == kind]
    assert {"account", "by", "network", "means", "credential"} <= line.keys()


def test_a_server_tells_its_keys_when_it_starts():
    """By whatever program it is served: so that a change of them is seen."""
    program = "import config.application"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT / "src",
        env=environment(LOG_LEVEL="ERROR", JWT_KEY_ID="todays"),
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = [line for line in done.stderr.splitlines() if " security " in line]
    assert (
        f"event=keys_loaded account=- by={shell_actor().actor.name} network=- means=shell" in line
    )
    assert line.endswith(" active=todays previous=-")
