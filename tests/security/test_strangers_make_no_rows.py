"""Who is not signed in writes no row, whatever they ask for: else anybody could fill the disk."""

from __future__ import annotations

import pytest
from django.apps import apps

from tests.helpers.addresses import addresses

pytestmark = pytest.mark.django_db

_BOUNDED = {"requesttally", "rejectiontally", "signinbucket"}
"""Counts of requests, a row for each route; and of wrong sign-ins, which end by themselves."""


def _rows() -> dict[str, int]:
    counted = (model for model in apps.get_models() if model._meta.model_name not in _BOUNDED)
    return {model._meta.label: model._default_manager.count() for model in counted}


def test_the_routes_are_found():
    found = addresses()
    assert {"/tokens/sign-out/", "/admin/logout/", "/api/v1/token", "/api/docs/"} <= set(found)
    assert len(found) > 80


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head", "options"])
def test_a_stranger_makes_no_rows(client, method):
    before = _rows()
    for address in addresses():
        getattr(client, method)(address)
        client.cookies.clear()
    assert _rows() == before


@pytest.mark.parametrize("address", ["/tokens/sign-out/", "/admin/logout/"])
def test_a_stranger_who_signs_out_makes_no_rows(client, address):
    before = _rows()
    for _ in range(5):
        assert client.post(address).status_code == 302
        client.cookies.clear()
    assert _rows() == before
