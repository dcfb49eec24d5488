"""``company_id`` in a request to ``/api/v1/metrics`` is refused, in every disguise."""

from __future__ import annotations

import json

import pytest

from tests.helpers.answers import assert_error
from tests.helpers.exposition import company_ids, series_of

URL = "/api/v1/metrics"

QUERIES = [
    "company_id=1",
    "company_id=",
    "company_id",
    "a=b&company_id=2",
    "company_id=1&company_id=2",
    "COMPANY_ID=1",
    "Company_Id=1",
    "companyId=1",
    "company-id=1",
    "company.id=1",
    "company%5Fid=1",
    "%63ompany_id=1",
    "company_id[]=1",
    "company_id%5B%5D=1",
    "company_id[0]=1",
    "filter[company_id]=1",
    "a=b;company_id=1",
    "%20company_id=1",
    "company_id%00=1",
    "company_id%ff=1",
    "name[]=shellui_auth_company_users_total&company_id=1",
]
JSON = [
    {"company_id": 1},
    {"company_id": None},
    {"companyId": 1},
    [{"company_id": 1}],
    {"a": [{"b": {"company_id": ""}}]},
]
FORMS = [b"company_id=1", b"company_id=", b"a=b&company%5Fid", b"company_id=\xff", b"companyId=1"]


def assert_refused(response):
    assert_error(response, 400, "company_id_not_allowed")


@pytest.mark.parametrize("query", QUERIES)
def test_in_the_query(client, owner, query):
    assert_refused(client.get(f"{URL}?{query}", **owner))


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "a/b"])
@pytest.mark.parametrize("document", JSON, ids=json.dumps)
def test_as_a_key_of_a_json_body(client, owner, document, content_type):
    assert_refused(client.generic("GET", URL, json.dumps(document), content_type, **owner))


def test_in_json_of_another_encoding(client, owner):
    """RFC 8259 wants UTF-8; a lenient reader would see the key all the same."""
    body = json.dumps({"company_id": 1}).encode("utf-16")
    assert_refused(client.generic("GET", URL, body, "application/json", **owner))


def test_deep_in_a_json_body(client, owner):
    body = "[" * 500 + '{"company_id": 1}' + "]" * 500
    assert_refused(client.generic("GET", URL, body, "application/json", **owner))


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain"])
@pytest.mark.parametrize("body", FORMS)
def test_as_a_key_of_a_form(client, owner, body, content_type):
    assert_refused(client.generic("GET", URL, body, content_type, **owner))


@pytest.mark.parametrize("disposition", ['name="company_id"', 'name="company_id"; filename="a"'])
def test_as_a_field_or_a_file_of_a_multipart_form(client, owner, disposition):
    body = f"--x\r\nContent-Disposition: form-data; {disposition}\r\n\r\n1\r\n--x--\r\n"
    content_type = "multipart/form-data; boundary=x"
    assert_refused(client.generic("GET", URL, body, content_type, **owner))


@pytest.mark.parametrize(
    "query", ["name[]=shellui_auth_company_users_total", "company_ideas=1", "id=2", "company=2"]
)
def test_other_parameters_change_no_company(client, company, owner, query):
    found = series_of(client.get(f"{URL}?{query}", **owner))
    assert company_ids(found) == {str(company.pk)}


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"[" * 60_000, b"null", b'{"a": 1}', b"a=b", b"company", b'{"a":']
)
def test_a_body_without_it_is_no_matter(client, company, owner, body):
    response = client.generic("GET", URL, body, "application/json", **owner)
    assert company_ids(series_of(response)) == {str(company.pk)}


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=y"])
def test_a_broken_multipart_body_is_no_matter(client, owner, content_type):
    assert client.generic("GET", URL, "--x", content_type, **owner).status_code == 200


@pytest.mark.parametrize("name", ["X-Company-Id", "Company-Id", "Cookie"])
def test_headers_name_no_company(client, company, owner, name):
    headers = {**owner["headers"], name: "company_id=1"}
    found = series_of(client.get(URL, headers=headers))
    assert company_ids(found) == {str(company.pk)}
