"""An unexpected exception is a 500 in JSON without a trace; a failing plugin is not even that."""

from __future__ import annotations

import pytest

from domain.metrics import catalogue
from domain.metrics.family import Family, Kind, Measured, Sample
from domain.policy.scope import CompanyScope
from tests.fakes.collectors import ScriptedCollector
from tests.helpers.answers import assert_error
from tests.helpers.exposition import company_ids, series_of, value
from tests.service import SERVICES, plugins

SECRET = "the secret of a stack frame"
URLS = ["/api/v1/metrics", "/api/v1/metrics/all", "/api/v1/user"]


@pytest.fixture(params=[RuntimeError, KeyError, RecursionError, MemoryError])
def broken(request, client, monkeypatch):
    """The service fails in the middle of a request."""
    client.raise_request_exception = False

    def fail(*args, **kwargs):
        raise request.param(SECRET)

    monkeypatch.setattr(type(SERVICES.authenticate.reader.directory), "session_facts", fail)


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("url", URLS)
def test_500_without_a_trace(client, staff, caplog, url):
    response = client.get(url, **staff)
    assert_error(response, 500, "internal_error")
    assert SECRET.encode() not in response.content
    assert b"Traceback" not in response.content
    assert "unexpected error" in caplog.text


def test_an_error_outside_the_api_is_json_too(client, monkeypatch):
    client.raise_request_exception = False

    def fail():
        raise RuntimeError(SECRET)

    import adapters.server.discovery

    monkeypatch.setattr(adapters.server.discovery, "JsonResponse", fail)
    response = client.get("/health/live")
    assert_error(response, 500, "internal_error")
    assert SECRET.encode() not in response.content


class Raising:
    """A plugin that fails in its own way."""

    name = "raising"

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def families(self, scope):
        return (catalogue.COMPANY_OWNERS,)

    def collect(self, scope, *, now):
        raise self._error


@pytest.mark.parametrize("url", URLS[:2])
@pytest.mark.parametrize(
    "error", [RuntimeError(SECRET), StopIteration(), RecursionError(), UnicodeError(SECRET)]
)
def test_a_plugin_that_fails_takes_nobody_with_it(client, company, staff, url, error):
    plugins.append(Raising(error))
    found = series_of(client.get(url, **staff))
    tenant = {"company_id": str(company.pk)} if url == URLS[0] else {}
    assert value(found, "collector_success", collector="raising", **tenant) == 0
    assert value(found, "collector_success", collector="users", **tenant) == 1
    assert value(found, "company_users_total", company_id=str(company.pk)) == 0


def lying(labels: tuple[str, ...], values: tuple[str, ...]) -> ScriptedCollector:
    family = Family("lie", Kind.GAUGE, "A lie.", labels)
    return ScriptedCollector((Measured(family, (Sample(values, 1.0),)),), name="liar")


@pytest.mark.parametrize(
    "plugin",
    [
        lying(("company_id",), ("999999",)),
        lying(("tenant",), ("1",)),
        lying((), ()),
        lying(("company_id",), ("",)),
    ],
    ids=["another company", "no company_id", "no labels", "an empty company"],
)
def test_a_plugin_that_lies_about_its_company_is_dropped(client, company, owner, plugin):
    plugins.append(plugin)
    found = series_of(client.get(URLS[0], **owner))
    assert company_ids(found) == {str(company.pk)}
    assert not any(name == "lie" for name, _ in found)
    labels = {"collector": "liar", "company_id": str(company.pk)}
    assert value(found, "collector_success", **labels) == 0


def test_an_honest_plugin_is_served(client, company, owner):
    plugins.append(lying(("company_id",), (str(company.pk),)))
    found = series_of(client.get(URLS[0], **owner))
    assert found["lie", frozenset({("company_id", str(company.pk))})] == 1


def test_a_plugin_is_asked_for_the_token_s_company(client, company, owner):
    plugin = lying(("company_id",), (str(company.pk),))
    plugins.append(plugin)
    client.get(URLS[0], **owner)
    assert plugin.runs == [CompanyScope(company.pk)]
