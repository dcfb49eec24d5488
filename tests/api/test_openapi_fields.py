"""What the document says of a field is what the service takes: the fuzzer's findings, kept."""

from __future__ import annotations

import pytest

from tests.helpers.answers import assert_error
from tests.helpers.exposition import families
from tests.helpers.pats import create, created


def documented(client, path: str, method: str) -> dict:
    return client.get("/api/openapi.json").json()["paths"][path][method]


def names(response) -> set[str]:
    return {family.name for family in families(response)}


def expires_in(client) -> dict:
    document = client.get("/api/openapi.json").json()
    integer, null = document["components"]["schemas"]["PatIn"]["properties"]["expires_in"]["anyOf"]
    assert null == {"type": "null"}
    return integer


@pytest.mark.parametrize("path", ["/api/v1/metrics", "/api/v1/metrics/all"])
def test_the_names_the_document_offers_are_all_there_are(client, staff, path):
    (parameter,) = documented(client, path, "get")["parameters"]
    offered = parameter["schema"]["items"]["enum"]
    every = names(client.get(path, **staff))
    assert names(client.get(path, {"name[]": offered}, **staff)) == every
    assert every <= set(offered)


def test_the_longest_and_the_shortest_life_are_the_document_s(client, owner):
    limits = expires_in(client)
    for seconds in (limits["minimum"], limits["maximum"]):
        created(client, owner, expires_in=seconds)
    for seconds in (limits["minimum"] - 1, limits["maximum"] + 1):
        assert_error(create(client, owner, {"expires_in": seconds}), 422, "validation_failed")


def test_a_whole_number_may_be_written_with_a_point(client, owner):
    """JSON knows one kind of number, and JSON Schema calls 60.0 an integer."""
    whole, pointed = (created(client, owner, expires_in=seconds) for seconds in (60, 60.0))
    assert whole["expires_at"] == pointed["expires_at"]


def test_a_fault_is_placed_by_the_field_s_own_name(client, owner):
    answer = assert_error(create(client, owner, {"expires_in": -1}), 422, "validation_failed")
    assert [item["loc"] for item in answer["errors"]] == [["body", "expires_in"]]
