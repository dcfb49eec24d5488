"""The security log: one line for each thing that whoever guards the service wants to read."""

from __future__ import annotations

import json
import logging

import pytest

from adapters.server.logs import JsonFormatter
from domain.limits import token_limit
from tests.factories import PASSWORD, SessionFactory
from tests.helpers import people
from tests.helpers.sign_in import refresh, sign_in
from tests.life.api import create, post, reissue, revoke
from tests.service import SERVICES, clock
from tests.tokens import bearer

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(company):
    return people.owner_of(company)


@pytest.fixture
def as_owner(owner, company):
    return people.session_of(owner, company)


def test_a_right_password(lines, client, owner):
    (line,) = lines(sign_in, client, owner.email)
    assert (line["event"], line["account"], line["by"]) == (
        "session_started",
        owner.email,
        owner.email,
    )
    assert (line["network"], line["means"]) == ("127.0.0.0/24", "api")
    assert line["credential"] == f"session:{line['session']}"


def test_a_wrong_password(lines, client, owner):
    (line,) = lines(sign_in, client, owner.email, password="wrong")
    assert (line["event"], line["account"]) == ("sign_in_failed", owner.email)
    assert (line["by"], line["network"], line["credential"]) == (None, "127.0.0.0/24", None)


def test_what_was_typed_as_an_address_is_not_repeated(lines, client, db):
    (line,) = lines(sign_in, client, "my-secret-password@example.test")
    assert (line["event"], line["account"]) == ("sign_in_failed", "unknown")


def test_a_sign_in_at_the_pages_says_so(lines, client, owner):
    form = {"email": owner.email, "password": "wrong"}
    (line,) = lines(client.post, "/tokens/sign-in/", form)
    assert (line["event"], line["means"]) == ("sign_in_failed", "page")


def test_a_sign_in_refused_by_the_limit(lines, client, owner):
    for _ in range(10):
        sign_in(client, owner.email, password="wrong")
    (line,) = lines(sign_in, client, owner.email)
    assert (line["event"], line["account"]) == ("sign_in_limited", owner.email)


def test_a_sign_out(lines, client, as_owner, owner):
    (line,) = lines(client.post, "/api/v1/logout", **as_owner)
    assert (line["event"], line["account"]) == ("session_ended", owner.email)


def test_a_refresh_token_that_was_spent_earlier(lines, client, owner):
    token = sign_in(client, owner.email).json()["refresh_token"]
    refresh(client, token)
    clock.advance(minutes=3)
    (line,) = lines(refresh, client, token)
    assert (line["event"], line["account"]) == ("refresh_reused", owner.email)


def test_what_becomes_of_a_token(lines, as_owner, owner):
    made = []
    (line,) = lines(lambda: made.append(create(as_owner)))
    pat_id = made[0]["id"]
    assert (line["event"], line["token"]) == ("issued", pat_id)
    assert line["credential"].startswith("session:")
    (line,) = lines(reissue, as_owner, pat_id)
    assert (line["event"], line["overlap_seconds"]) == ("reissued", 0)
    by_itself = bearer(made[0]["access_token"])
    assert lines(post, "/api/v1/personal-access-tokens", by_itself, {}) == []
    (line,) = lines(revoke, as_owner, pat_id)
    assert (line["event"], line["account"]) == ("revoked", owner.email)


def test_a_token_that_acts_is_named(lines, as_owner):
    pat = create(as_owner, read_only=False)
    (line,) = lines(post, "/api/v1/personal-access-tokens", bearer(pat["access_token"]), {})
    assert line["credential"] == f"token:{pat['id']}"


def test_a_creation_refused_by_the_limit(lines, as_owner, owner):
    limit = token_limit(owner.pk)
    for _ in range(limit.most):
        SERVICES.tokens.attempts.count([limit], now=clock())
    (line,) = lines(post, "/api/v1/personal-access-tokens", as_owner, {})
    assert (line["event"], line["account"]) == ("tokens_limited", owner.email)


def test_what_was_rolled_back_leaves_no_line(lines, as_owner, monkeypatch):
    """The answer is a 500, and nothing happened."""

    def fail(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr(type(SERVICES.tokens.mint.codec), "sign", fail)
    assert lines(post, "/api/v1/personal-access-tokens", as_owner, {}) == []


def test_a_changed_password_and_an_end_of_everything(lines, owner, company):
    caller = SERVICES.resume(
        SessionFactory(user=owner, company=company).pk, now=clock(), origin=people_origin()
    )
    change = SERVICES.account.change_password
    told = lines(change, caller, PASSWORD, "wholly-unlikely-93", end_tokens=True, now=clock())
    assert [line["event"] for line in told] == ["password_changed", "credentials_ended"]


def test_a_password_given_again_and_wrong(lines, owner, company):
    session = SessionFactory(user=owner, company=company)
    caller = SERVICES.resume(session.pk, now=clock(), origin=people_origin())

    def confirm():
        with pytest.raises(Exception, match="invalid_credentials"):
            SERVICES.account.confirm(caller, "wrong", now=clock())

    (line,) = lines(confirm)
    assert (line["event"], line["account"], line["means"]) == (
        "password_wrong",
        owner.email,
        "page",
    )


def people_origin():
    from domain.events.event import Means, Origin

    return Origin(Means.PAGE, "192.0.2.7")


def test_no_secret_is_in_it(caplog, client, owner, company, django_capture_on_commit_callbacks):
    with (
        caplog.at_level(logging.DEBUG),
        django_capture_on_commit_callbacks(execute=True),
    ):
        pair = sign_in(client, owner.email).json()
        sign_in(client, owner.email, password="another-secret")
        pat = create(bearer(pair["access_token"]))
        next_pair = refresh(client, pair["refresh_token"]).json()
    secrets = {PASSWORD, "another-secret", pair["refresh_token"], next_pair["refresh_token"]}
    for token in (pair["access_token"], pat["access_token"], next_pair["access_token"]):
        secrets |= set(token.split("."))
    written = " ".join(record.getMessage() + str(vars(record)) for record in caplog.records)
    assert not [secret for secret in secrets if secret in written]


@pytest.mark.parametrize("value", ["plain", 'a "b"', "tab\there", "line\nbreak", "é", "", "a=b"])
def test_a_line_is_one_line_and_says_which_word_is_whose(lines, client, owner, value):
    from adapters.orm.repositories.security_log import write_line
    from domain.events.event import Actor

    actor = Actor(None, value, people_origin())
    (line,) = lines(write_line, "issued", account="", by=actor, detail={"name": value})
    assert line["name"] == value


def test_json_lines_are_objects_with_the_request_s_id(caplog, client, owner):
    with caplog.at_level(logging.INFO, logger="security"):
        sign_in(client, owner.email, password="wrong")
    (record,) = [record for record in caplog.records if record.name == "security"]
    record.request_id = "trace-7"
    told = json.loads(JsonFormatter().format(record))
    assert (told["event"], told["request_id"], told["logger"]) == (
        "sign_in_failed",
        "trace-7",
        "security",
    )
    assert told["time"].endswith("+00:00")
