"""One line a record, with the request's id; never a token."""

from __future__ import annotations

import io
import logging
import logging.config

import pytest
from django.conf import settings

from adapters.server.logs import logging_config
from tests.helpers import people
from tests.helpers.sign_in import sign_in
from tests.helpers.wire import HOST, send
from tests.service import SERVICES


@pytest.fixture
def log(settings):
    """What is written to standard error under the service's own configuration, at DEBUG."""
    stream = io.StringIO()
    configured = logging_config("DEBUG")
    configured["handlers"]["stderr"]["stream"] = stream
    logging.config.dictConfig(configured)
    yield stream
    logging.config.dictConfig(settings.LOGGING)


def test_an_error_carries_the_request_s_id(client, db, log, monkeypatch):
    client.raise_request_exception = False

    def fail(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr(type(SERVICES.authenticate.reader.directory), "session_facts", fail)
    from tests.factories import CompanyFactory

    arguments = people.with_headers(people.owner(CompanyFactory()), X_Request_ID="trace-7")
    client.get("/api/v1/metrics", **arguments)
    line = next(line for line in log.getvalue().splitlines() if "unexpected error" in line)
    assert " ERROR adapters.server.middleware [trace-7] " in line


def test_no_token_and_no_password_is_logged_at_any_level(client, db, log):
    from tests.factories import PASSWORD, CompanyFactory

    company = CompanyFactory()
    user = people.owner_of(company)
    pair = sign_in(client, user.email).json()
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    created = client.post(
        "/api/v1/personal-access-tokens", "{}", content_type="application/json", headers=headers
    ).json()
    for token in (pair["access_token"], created["access_token"], pair["refresh_token"] + "x"):
        client.get("/api/v1/metrics", headers={"Authorization": f"Bearer {token}"})
        client.get("/api/v1/metrics/all", headers={"Authorization": f"Bearer {token}"})
    written = log.getvalue()
    for secret in (PASSWORD, *pair["access_token"].split("."), *created["access_token"].split(".")):
        assert secret not in written


def test_a_record_outside_a_request_has_a_dash(log):
    from adapters.server.request_id import request_id

    reset = request_id.set("-")
    logging.getLogger("x").warning("hello")
    request_id.reset(reset)
    assert log.getvalue().endswith(" WARNING x [-] hello\n")


FORM = (b"content-type", b"application/x-www-form-urlencoded")
STRANGERS = {
    "too many fields": (FORM, b"a=b&" * 1001),
    "too large a body": (FORM, b"a" * 66_000),
    "no boundary": ((b"content-type", b"multipart/form-data"), b"--x"),
    "too many files": (
        (b"content-type", b"multipart/form-data; boundary=x"),
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n\r\n' * 101
        + b"--x--",
    ),
}


@pytest.mark.parametrize("path", [b"/tokens/sign-in/", b"/admin/login/", b"/admin/"])
@pytest.mark.parametrize(("content_type", "body"), STRANGERS.values(), ids=list(STRANGERS))
def test_a_stranger_s_fault_is_no_error_and_no_traceback(db, log, path, content_type, body):
    cookie = f"{settings.CSRF_COOKIE_NAME}={'a' * 32}".encode()
    answer = send("POST", path, [HOST, (b"cookie", cookie), content_type], body)
    assert answer.status_code == 400
    assert "WARNING" in log.getvalue()
    assert "ERROR" not in log.getvalue()
    assert "Traceback" not in log.getvalue()
