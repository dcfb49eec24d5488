"""OpenAPI says what is true, and the docs page needs no outside network."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.test import Client

AUTHENTICATED = {
    ("get", "/api/v1/metrics"): {200, 400, 401, 403, 404, 408, 413, 500, 503},
    ("get", "/api/v1/metrics/all"): {200, 400, 401, 403, 408, 413, 500, 503},
    ("get", "/api/v1/personal-access-tokens"): {200, 400, 401, 403, 404, 408, 413, 422, 500, 503},
    ("post", "/api/v1/personal-access-tokens"): {
        *(201, 400, 401, 403, 404, 409, 408, 413, 422, 429, 500, 503)
    },
    ("get", "/api/v1/personal-access-tokens/{pat_id}"): {
        *(200, 400, 401, 403, 404, 408, 413, 500, 503)
    },
    ("post", "/api/v1/personal-access-tokens/{pat_id}/revoke"): {
        *(200, 400, 401, 403, 404, 408, 413, 500, 503)
    },
    ("post", "/api/v1/personal-access-tokens/{pat_id}/reissue"): {
        *(200, 400, 401, 403, 404, 409, 408, 413, 422, 429, 500, 503)
    },
    ("post", "/api/v1/logout"): {200, 400, 401, 403, 408, 413, 500, 503},
    ("get", "/api/v1/user"): {200, 400, 401, 403, 408, 413, 500, 503},
}
PAGES = ["/api/docs/", "/api/docs/redoc/"]
OPEN = {("post", "/api/v1/token"): {200, 400, 401, 403, 404, 408, 413, 422, 429, 500, 503}}


@cache
def document() -> dict:
    return Client().get("/api/openapi.json").json()


def operation(method: str, path: str) -> dict:
    return document()["paths"][path][method]


def test_the_tables_above_are_whole():
    described = {(m, path) for path, methods in document()["paths"].items() for m in methods}
    assert described == {*AUTHENTICATED, *OPEN}


def test_the_security_scheme():
    schemes = document()["components"]["securitySchemes"]
    assert list(schemes) == ["bearerAuth"]
    scheme = schemes["bearerAuth"]
    assert (scheme["type"], scheme["scheme"], scheme["bearerFormat"]) == ("http", "bearer", "JWT")


@pytest.mark.parametrize(("method", "path"), AUTHENTICATED)
def test_protected_routes_ask_for_it(method, path):
    assert operation(method, path)["security"] == [{"bearerAuth": []}]


@pytest.mark.parametrize(("method", "path"), OPEN)
def test_open_routes_do_not(method, path):
    assert "security" not in operation(method, path)


@pytest.mark.parametrize(
    ("method", "path", "statuses"), [(*k, v) for k, v in (AUTHENTICATED | OPEN).items()]
)
def test_every_error_is_documented_with_its_shape(method, path, statuses):
    responses = operation(method, path)["responses"]
    assert {int(status) for status in responses} == statuses
    for status, response in responses.items():
        assert response["description"] not in {"", "OK"} or int(status) < 300
        if int(status) >= 400:
            schema = response["content"]["application/json"]["schema"]
            assert schema["$ref"].startswith("#/components/schemas/")


@pytest.mark.parametrize(
    ("status", "header"), [("401", "WWW-Authenticate"), ("503", "Retry-After")]
)
def test_headers_of_errors_are_documented(status, header):
    for method, path in AUTHENTICATED:
        assert header in operation(method, path)["responses"][status]["headers"]


def test_every_route_has_a_summary():
    for path, methods in document()["paths"].items():
        for method, described in methods.items():
            assert described["summary"], (method, path)
            assert described["tags"], (method, path)


def test_every_reference_leads_somewhere():
    known = {f"#/components/schemas/{name}" for name in document()["components"]["schemas"]}
    assert set(re.findall(r"#/components/schemas/\w+", str(document()))) <= known


@pytest.mark.parametrize("path", ["/api/v1/metrics", "/api/v1/metrics/all"])
def test_a_scrape_is_an_exposition_and_no_json(path):
    content = operation("get", path)["responses"]["200"]["content"]
    assert set(content) == {"text/plain", "application/openmetrics-text"}
    names = [p["name"] for p in operation("get", path)["parameters"]]
    assert "name[]" in names


def test_the_examples_are_expositions():
    from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
    from prometheus_client.parser import text_string_to_metric_families as text

    content = operation("get", "/api/v1/metrics")["responses"]["200"]["content"]
    assert list(text(content["text/plain"]["example"]))
    assert list(openmetrics(content["application/openmetrics-text"]["example"]))


def test_the_documented_routes_are_the_api_s_routes():
    """Nothing is served that is not documented."""
    from tests.urls import urlpatterns

    api = next(p for p in urlpatterns if str(p.pattern) == "api/")
    served = {f"/api/{pattern.pattern}" for pattern in api.url_patterns}
    served -= {"/api/", "/api/openapi.json"}
    documented = set(document()["paths"])
    assert {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path) for path in served} == documented


def test_the_yaml_says_what_the_json_says(client):
    response = client.get("/api/schema/")
    assert (response.status_code, response["Content-Type"]) == (200, "application/yaml")
    assert yaml.safe_load(response.content) == document()
    assert b"&id" not in response.content


@pytest.mark.parametrize("path", PAGES)
def test_a_docs_page_uses_local_files_only(client, path):
    page = client.get(path).content.decode()
    sources = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page)
    files = [source for source in sources if source.startswith("/static/")]
    assert len(files) >= 3
    for source in sources:
        assert not urlsplit(source).netloc, source
    for name in files:
        assert finders.find(name.removeprefix("/static/")), name


@pytest.mark.parametrize("path", PAGES)
def test_a_docs_page_runs_under_its_content_security_policy(client, path):
    """Redoc writes its own styles, and makes a worker of text; no more is let through."""
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy.split("; ")  # in any order
    if path == "/api/docs/redoc/":
        assert "worker-src blob:" in policy
        policy = policy.replace("style-src 'self' 'unsafe-inline'", "")
    assert "unsafe" not in policy
    page = response.content.decode()
    for script in re.findall(r"<script\b[^>]*>", page):
        assert 'src="' in script or 'type="application/json"' in script
    assert not re.search(r"""\son\w+=["']""", page)
    assert " style=" not in page


@pytest.mark.parametrize("path", PAGES)
def test_a_docs_page_names_the_document(client, path):
    assert "/api/openapi.json" in client.get(path).content.decode()
