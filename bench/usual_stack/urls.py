"""The same two paths."""

from __future__ import annotations

from django.urls import path

from bench.usual_stack.views import AllMetrics, CompanyMetrics

urlpatterns = [
    path("api/v1/metrics", CompanyMetrics.as_view()),
    path("api/v1/metrics/all", AllMetrics.as_view()),
]
