"""Bad input to the token routes: an error in the API's one shape, and nothing written."""

from __future__ import annotations

import uuid

import pytest

from adapters.orm.models import PersonalAccessToken
from tests.factories import PersonalAccessTokenFactory
from tests.helpers import people
from tests.helpers.answers import assert_error
from tests.helpers.pats import URL, create, created, reissue, revoke

LIFETIME = 90 * 86400
WRONG = {
    "name too long": ({"name": "n" * 201}, "name"),
    "name of another type": ({"name": 1}, "name"),
    "name null": ({"name": None}, "name"),
    "NUL in the name": ({"name": "a\x00b"}, "name"),
    "read_only as text": ({"read_only": "true"}, "read_only"),
    "read_only as a number": ({"read_only": 1}, "read_only"),
    "read_only null": ({"read_only": None}, "read_only"),
    "flag as text": ({"access_global_metrics": "yes"}, "access_global_metrics"),
    "expires_in zero": ({"expires_in": 0}, "expires_in"),
    "expires_in negative": ({"expires_in": -1}, "expires_in"),
    "expires_in too long": ({"expires_in": LIFETIME + 1}, "expires_in"),
    "expires_in huge": ({"expires_in": 10**30}, "expires_in"),
    "expires_in text": ({"expires_in": "60"}, "expires_in"),
    "expires_in fraction": ({"expires_in": 1.5}, "expires_in"),
    "expires_in flag": ({"expires_in": True}, "expires_in"),
}
MALFORMED = [
    b"{",
    b"\xff",
    b'{"name": "\xff"}',
    b'{"name": "a"} x',
    b"[" * 60_000,
    b'{"expires_in": NaN}',
    b'{"expires_in": Infinity}',
    b"name=x",
    '{"name": "x"}'.encode("utf-16"),
]
BAD_IDS = ["x", "1", "1b671a64", "0" * 33, "1b671a64-40d5-491e-99b0-da01ff1f334g", "%00", "é"]


@pytest.fixture(autouse=True)
def _nothing_is_written(db):
    yield
    assert PersonalAccessToken.objects.filter(name__in=["", "x"]).count() == 0


@pytest.mark.parametrize(("body", "field"), WRONG.values(), ids=list(WRONG))
def test_a_wrong_field_is_named(client, owner, body, field):
    answer = assert_error(create(client, owner, body), 422, "validation_failed")
    assert [item["loc"][-1] for item in answer["errors"]] == [field]
    assert field in answer["detail"]


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"', b"null"])
def test_a_body_that_is_no_object(client, owner, body):
    assert_error(create(client, owner, body), 422, "validation_failed")


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body)[:40])
def test_a_body_that_is_no_json(client, owner, body):
    assert_error(create(client, owner, body), 400, "body_malformed")


def test_a_lone_surrogate_is_no_text(client, owner):
    response = create(client, owner, b'{"name": "\\ud800"}')
    assert response.status_code in {400, 422}
    assert response.json()["code"] in {"body_malformed", "validation_failed"}


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1024 * 1024])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_64_kib(client, owner, size, chunked):
    body = b'{"name": "' + b"x" * size + b'"}'
    more = {"HTTP_TRANSFER_ENCODING": "chunked"} if chunked else {}
    response = client.post(URL, body, content_type="application/json", **owner, **more)
    assert_error(response, 413, "body_too_large")


@pytest.mark.parametrize("pat_id", BAD_IDS)
def test_an_id_that_is_no_uuid_is_as_unknown_as_any(client, owner, pat_id):
    unknown = client.get(f"{URL}/{uuid.uuid4()}", **owner)
    assert_error(unknown, 404, "personal_access_token_not_found")
    for answer in (
        client.get(f"{URL}/{pat_id}", **owner),
        revoke(client, owner, pat_id),
        reissue(client, owner, pat_id),
    ):
        assert (answer.status_code, answer.content) == (404, unknown.content)


@pytest.mark.parametrize("pat_id", [*BAD_IDS, uuid.uuid4()])
def test_who_may_do_nothing_is_told_so_whatever_the_id(client, company, pat_id):
    stranger = people.stranger(company)
    assert_error(client.get(f"{URL}/{pat_id}", **stranger), 403, "membership_required")


def test_an_id_that_is_unknown(client, owner):
    code = "personal_access_token_not_found"
    assert_error(client.get(f"{URL}/{uuid.uuid4()}", **owner), 404, code)
    assert_error(revoke(client, owner, uuid.uuid4()), 404, code)


def test_another_user_s_or_company_s_is_as_unknown(client, company):
    user = people.owner_of(company)
    arguments = people.session_of(user, company)
    theirs = PersonalAccessTokenFactory(user=people.owner_of(company), company=company)
    elsewhere = PersonalAccessTokenFactory(user=user)
    unknown = client.get(f"{URL}/{uuid.uuid4()}", **arguments)
    for row in (theirs, elsewhere):
        assert client.get(f"{URL}/{row.pk}", **arguments).content == unknown.content
        assert revoke(client, arguments, row.pk).content == unknown.content
        row.refresh_from_db()
        assert row.revoked_at is None


def test_staff_see_no_other_user_s_either(client, company, staff):
    theirs = PersonalAccessTokenFactory(user=people.owner_of(company), company=company)
    assert client.get(f"{URL}/{theirs.pk}", **staff).status_code == 404
    assert client.get(URL, **staff).json() == {"results": [], "next": None}


@pytest.mark.parametrize("name", ["n" * 200, "é" * 200, "\U0001f600" * 200, "' OR 1=1 --", "<b>"])
def test_a_name_is_kept_as_it_is(client, owner, name):
    assert created(client, owner, name=name)["name"] == name
