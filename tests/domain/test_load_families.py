"""The names of the load families are a promise to dashboards and alerts."""

from __future__ import annotations

from domain.metrics.catalogue import LOAD_FAMILIES


def test_names_and_labels():
    assert {family.name: family.labels for family in LOAD_FAMILIES} == {
        "shellui_http_requests_total": ("method", "route", "status"),
        "shellui_http_request_duration_seconds": ("method", "route"),
        "shellui_auth_rejections_total": ("reason",),
    }
