"""What the server keeps between statements is used where one process answers, and nowhere else."""

from __future__ import annotations

import pytest
from django.db import connections

from adapters.orm.models import Company
from tests.factories import CompanyFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


@pytest.fixture(params=[True, False], ids=["direct", "pooled"])
def is_direct(request, monkeypatch) -> bool:
    """Whether the process that answers is the one that was connected to."""
    raw = connections["default"].connection
    assert raw.is_direct
    monkeypatch.setattr(raw, "is_direct", request.param)
    monkeypatch.delitem(vars(raw), "prepared", raising=False)
    raw.execute("DEALLOCATE ALL")
    return request.param


def kept(view: str) -> int:
    """How many of them this session has on the server."""
    return connections["default"].connection.execute(f"SELECT count(*) FROM {view}").fetchone()[0]


def test_statements_are_prepared(is_direct):
    connections["default"].connection.prepared.execute("SELECT 1")
    assert kept("pg_prepared_statements WHERE NOT from_sql") == is_direct


def test_a_cursor_is_open_from_chunk_to_chunk(is_direct):
    made = {CompanyFactory().pk for _ in range(3)}
    rows = Company.objects.filter(pk__in=made).iterator(chunk_size=1)
    first = next(rows)
    assert kept("pg_cursors WHERE name <> ''") == is_direct
    assert {first.pk, *(row.pk for row in rows)} == made
