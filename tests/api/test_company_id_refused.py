"""``company_id`` in a request to ``/api/v1/metrics`` is refused, in every disguise."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.helpers import people
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
HIDDEN = [
    b'{"company\\u005fid": 1}',
    b'{"a": {"company_id": 1}, "a": 2}',
    b'{"company_id": {}, "company_id": 1}',
    b'{"a": "=", "company_id": 1}',
]
PARTS = b"--x\r\nContent-Disposition: form-data; %s\r\n\r\n1\r\n--x--\r\n"
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


@pytest.mark.parametrize("content_type", ["application/json", "application/a+json", "a/b", ""])
@pytest.mark.parametrize("body", HIDDEN)
def test_as_a_key_that_a_lenient_reader_would_miss(client, owner, body, content_type):
    assert_refused(client.generic("GET", URL, body, content_type, **owner))


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


@pytest.mark.parametrize(
    "disposition",
    [
        'name="company_id"',
        "name=company_id",
        'NAME="company_id"',
        'name="company_id"; filename="a"',
        'name="company_id"; filename=""',
        "name*=utf-8''company%5Fid",
        'name*0="company"; name*1="_id"',
        'name="a"; name="company_id"',
        'name="a"\r\nContent-Disposition: form-data; name="company_id"',
    ],
)
def test_as_a_field_or_a_file_of_a_multipart_form(client, owner, disposition):
    body = PARTS % disposition.encode()
    for content_type in ("multipart/form-data; boundary=x", 'Multipart/Form-Data; BOUNDARY="x"'):
        assert_refused(client.generic("GET", URL, body, content_type, **owner))
        assert_refused(client.generic("GET", URL, body.replace(b"\r", b""), content_type, **owner))


@pytest.mark.parametrize(
    "query", ["name[]=shellui_auth_company_users_total", "company_ideas=1", "id=2", "company=2"]
)
def test_other_parameters_change_no_company(client, company, owner, query):
    found = series_of(client.get(f"{URL}?{query}", **owner))
    assert company_ids(found) == {str(company.pk)}


WITHOUT = {
    "nothing": (b"", "application/json"),
    "null": (b"null", "application/json"),
    "an object": (b'{"a": 1}', "Application/JSON; charset=utf-8"),
    "a form": (b"a=b&c", "application/x-www-form-urlencoded"),
    "text": (b"company", "text/plain"),
    "half a document that is text": (b'{"a":', "text/plain"),
    "deep text": (b"[" * 60_000, "a/b"),
    "parts": (PARTS % b'name="a"; filename="a"', "multipart/form-data; boundary=x"),
    "no parts": (b"--x--", 'MULTIPART/form-data; boundary="x"'),
}


@pytest.mark.parametrize(("body", "content_type"), WITHOUT.values(), ids=list(WITHOUT))
def test_a_body_without_it_is_no_matter(client, company, owner, body, content_type):
    response = client.generic("GET", URL, body, content_type, **owner)
    assert company_ids(series_of(response)) == {str(company.pk)}


VALUES = {
    "of JSON": (b'{"a": "company_id", "b": ["company_id=1"]}', "application/json"),
    "of JSON of a type nobody knows": (b'["company_id"]', "a/b"),
    "of a form": (b"a=company_id&b=companyId", "application/x-www-form-urlencoded"),
    "of a part": (
        (PARTS % b'name="a"; filename="company_id"').replace(b"\r\n1\r\n", b"\r\ncompany_id=1\r\n"),
        "multipart/form-data; boundary=x",
    ),
}


@pytest.mark.parametrize(("body", "content_type"), VALUES.values(), ids=list(VALUES))
def test_a_value_is_no_key(client, company, owner, body, content_type):
    response = client.generic("GET", f"{URL}?a=company_id", body, content_type, **owner)
    assert company_ids(series_of(response)) == {str(company.pk)}


UNREADABLE = {
    "half a document": (b'{"a":', "application/json"),
    "no document": (b"a=b", "application/vnd.a+json"),
    "no text": (b"\xff\xfe", "application/json"),
    "no text, of a type nobody knows": (b"\x00\xff", "application/cbor"),
    "too deep": (b"[" * 60_000, "application/json"),
    "parts without an end": (PARTS[:-4] % b'name="a"', "multipart/form-data; boundary=x"),
    "parts of another boundary": (PARTS % b'name="a"', "multipart/form-data; boundary=y"),
    "parts without a boundary": (PARTS % b'name="a"', "multipart/form-data"),
    "an end before the last part": (b"--x--\r\n" + PARTS % b'name="a"', "multipart/a; boundary=x"),
    "something behind the end": (PARTS % b'name="a"' + b"a=b", "multipart/form-data; boundary=x"),
    "something before the first": (b"a=b\r\n" + PARTS % b'name="a"', "multipart/a; boundary=x"),
    "a part without a name": (PARTS % b'filename="a"', "multipart/form-data; boundary=x"),
    "a part without an end of its head": (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n--x--',
        "multipart/form-data; boundary=x",
    ),
}


@pytest.mark.parametrize(("body", "content_type"), UNREADABLE.values(), ids=list(UNREADABLE))
def test_a_body_that_cannot_be_read_to_its_end_is_refused(client, owner, body, content_type):
    """Nobody can tell that it holds no ``company_id``; one that shows itself is named."""
    response = client.generic("GET", URL, body, content_type, **owner)
    assert_error(response, 400, "body_malformed")
    showing = body.replace(b'"a"', b'"company_id"').replace(b"a=b", b"company_id=b")
    if showing != body:
        assert_refused(client.generic("GET", URL, showing, content_type, **owner))


@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP, identity", "nothing"])
def test_a_coded_body_is_refused(client, owner, coding):
    """RFC 9110 section 8.4: we decode none."""
    body = gzip.compress(b'{"company_id": 1}')
    headers = people.with_headers(owner, Content_Encoding=coding)
    response = client.generic("GET", URL, body, "application/json", **headers)
    assert_error(response, 400, "body_malformed")


@pytest.mark.parametrize("name", ["X-Company-Id", "Company-Id", "Cookie"])
def test_headers_name_no_company(client, company, owner, name):
    headers = {**owner["headers"], name: "company_id=1"}
    found = series_of(client.get(URL, headers=headers))
    assert company_ids(found) == {str(company.pk)}
