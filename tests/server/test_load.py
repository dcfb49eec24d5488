"""The service's own load: counted by route, told on the platform's endpoint alone."""

from __future__ import annotations

import logging
import math

import pytest
from django.db import DatabaseError

from adapters.orm import load
from adapters.orm.background import Background
from adapters.orm.load import TalliedRequestLog, write_load
from adapters.orm.models import RequestTally
from tests.helpers import people
from tests.helpers.exposition import series_of
from tests.service import request_log

pytestmark = pytest.mark.django_db

ALL = "/api/v1/metrics/all"
REQUESTS, DURATION = "shellui_http_requests_total", "shellui_http_request_duration_seconds"
REJECTIONS = "shellui_auth_rejections_total"


@pytest.fixture(autouse=True)
def _nothing_noted_yet():
    request_log._load = load.Load()


def told(client, staff, name: str) -> dict[tuple[str, ...], float]:
    """A family's samples, by label values in the order of the labels' names."""
    request_log.flush()
    found = series_of(client.get(ALL, **staff))
    return {
        tuple(text for _, text in sorted(labels)): number
        for (family, labels), number in found.items()
        if family == name
    }


def test_requests_by_method_route_and_status(client, staff):
    for token in (1, 2, "3"):
        client.get(f"/api/v1/personal-access-tokens/{token}", **staff)
    client.get("/api/v1/metrics", **staff)
    client.post("/api/v1/metrics", **staff)
    client.get("/health/live")
    client.head("/api/v1/user", **staff)
    client.options("/api/v1/user")
    assert told(client, staff, REQUESTS) == {
        ("GET", "/api/v1/personal-access-tokens/<pat_id>", "404"): 3,
        ("GET", "/api/v1/metrics", "200"): 1,
        ("POST", "/api/v1/metrics", "405"): 1,
        ("GET", "/health/live", "200"): 1,
        ("HEAD", "/api/v1/user", "200"): 1,
        ("OPTIONS", "/api/v1/user", "204"): 1,
    }


def test_what_a_client_makes_up_makes_no_series(client, staff):
    for n in range(20):
        client.get(f"/{n}")
        client.generic(f"VERB{n}", "/")
    assert set(told(client, staff, REQUESTS)) <= {
        (method, "other", status) for method in ("GET", "other") for status in ("404", "405")
    }


def test_durations_are_a_histogram(client, staff):
    log = {"method": "GET", "route": "/x", "rejection": None}
    for seconds in (0.001, 0.005, 0.0051, 0.3, 99.0):
        request_log.note(**log, status=200, seconds=seconds)
    request_log.note(**log, status=500, seconds=0.3)
    buckets = told(client, staff, f"{DURATION}_bucket")
    assert {key[0]: number for key, number in buckets.items() if key[2] == "/x"} == {
        "0.005": 2, "0.01": 3, "0.025": 3, "0.05": 3, "0.1": 3, "0.25": 3,
        "0.5": 5, "1.0": 5, "2.5": 5, "5.0": 5, "10.0": 5, "+Inf": 6,
    }  # fmt: skip
    assert told(client, staff, f"{DURATION}_count")["GET", "/x"] == 6
    assert math.isclose(told(client, staff, f"{DURATION}_sum")["GET", "/x"], 99.6111)


def test_what_a_release_with_other_bounds_wrote_is_counted(client, staff):
    """Each of its buckets is in the first of ours that holds all of it."""
    for le, requests in (("0.001", 1), ("0.075", 2), ("0.1", 3), ("30.0", 4), ("+Inf", 5)):
        RequestTally.objects.create(
            method="GET", route="/x", status=200, le=le, requests=requests, seconds=requests
        )
    request_log.note(method="GET", route="/x", status=200, seconds=0.2, rejection=None)
    buckets = told(client, staff, f"{DURATION}_bucket")
    assert {key[0]: number for key, number in buckets.items() if key[2] == "/x"} == {
        "0.005": 1, "0.01": 1, "0.025": 1, "0.05": 1, "0.1": 6, "0.25": 7,
        "0.5": 7, "1.0": 7, "2.5": 7, "5.0": 7, "10.0": 7, "+Inf": 16,
    }  # fmt: skip
    assert told(client, staff, f"{DURATION}_count")["GET", "/x"] == 16
    assert told(client, staff, REQUESTS)["GET", "/x", "200"] == 16


def test_rejections_by_reason(client, company, staff):
    client.get("/api/v1/metrics")
    client.get("/api/v1/metrics", headers={"Authorization": "Bearer x"})
    client.get("/api/v1/metrics", headers={"Authorization": "Bearer y"})
    client.get("/api/v1/metrics", **people.member(company))
    client.get(f"/api/v1/metrics?company_id={company.pk}", **staff)
    assert told(client, staff, REJECTIONS) == {
        ("token_missing",): 1,
        ("token_malformed",): 2,
        ("owner_required",): 1,
    }


def test_a_company_hears_nothing_of_it(client, company, staff):
    told(client, staff, REQUESTS)
    found = series_of(client.get("/api/v1/metrics", **staff))
    assert not any("http" in name or "rejections" in name for name, _ in found)
    assert not any(("collector", "load") in labels for _, labels in found)


def test_processes_add_up(client, staff):
    """Each has its own log; what one wrote another never takes back."""
    for log in (TalliedRequestLog(), TalliedRequestLog()):
        for _ in range(3):
            log.note(method="GET", route="/x", status=200, seconds=0.1, rejection="why")
            log.flush()
    assert told(client, staff, REQUESTS)["GET", "/x", "200"] == 6
    assert told(client, staff, REJECTIONS)["why",] == 6


def test_what_could_not_be_written_is_written_later(client, staff, monkeypatch):
    def fail(_load):
        raise DatabaseError

    monkeypatch.setattr(load, "write_load", fail)
    client.get("/health/live")
    with pytest.raises(DatabaseError):
        request_log.flush()
    client.get("/health/live")
    monkeypatch.setattr(load, "write_load", write_load)
    assert told(client, staff, REQUESTS)["GET", "/health/live", "200"] == 2


def test_the_thread_outlives_a_failure(caplog):
    def fail():
        raise DatabaseError("a secret")

    with caplog.at_level(logging.WARNING):
        Background("counting", fail, seconds=1).once()
    assert "counting failed, and will be tried again" in caplog.text
